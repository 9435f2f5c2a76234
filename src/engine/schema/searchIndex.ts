import { editDistance, wordsOf } from './words.ts';

/** What can be found: a table, a view or a stored routine, with its columns or parameters. */
export interface SearchObject {
  readonly database: string;
  readonly name: string;
  readonly kind: 'table' | 'view' | 'procedure' | 'function';
  readonly comment: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly comment: string }[];
}

export interface SearchHit {
  readonly object: SearchObject;
  readonly score: number;
  /** Those of its columns that the query names. */
  readonly columns: SearchObject['columns'];
  /** Those of the query's words that it has. */
  readonly words: readonly string[];
}

/** Where a word stands, and how much that counts. */
interface Posting {
  readonly object: number;
  readonly column: number | undefined;
  readonly weight: number;
}

const WEIGHT = { name: 10, column: 5, comment: 3, columnComment: 2 };
/** How well a word of the query fits a word of the schema. */
const FIT = { exact: 1, prefix: 0.6, part: 0.4, typo: 0.3 };
/** Shorter words are parts of too many others. */
const MIN_PART = 3;
const MIN_TYPO = 4;
/** An object whose name is just what was asked for. */
const WHOLE_NAME = 10;

/** Finds schema objects by the words of their names and comments. Read once, asked often. */
export class SearchIndex {
  readonly #objects: readonly SearchObject[];
  readonly #postings = new Map<string, Posting[]>();

  constructor(objects: readonly SearchObject[]) {
    this.#objects = objects;
    for (const [i, { name, comment, columns }] of objects.entries()) {
      this.#add(name, { object: i, column: undefined, weight: WEIGHT.name });
      this.#add(comment, { object: i, column: undefined, weight: WEIGHT.comment });
      for (const [j, column] of columns.entries()) {
        this.#add(column.name, { object: i, column: j, weight: WEIGHT.column });
        this.#add(column.comment, { object: i, column: j, weight: WEIGHT.columnComment });
      }
    }
  }

  /** All objects that have some word of the query, best first. */
  search(query: string): SearchHit[] {
    const words = [...new Set(wordsOf(query))];
    const found = new Map<number, { byWord: Map<string, number>; columns: Set<number> }>();
    for (const word of words) {
      for (const [posting, fit] of this.#fitting(word)) {
        const entry = found.get(posting.object) ?? { byWord: new Map<string, number>(), columns: new Set<number>() };
        found.set(posting.object, entry);
        entry.byWord.set(word, Math.max(entry.byWord.get(word) ?? 0, posting.weight * fit));
        if (posting.column !== undefined && fit >= FIT.part) entry.columns.add(posting.column);
      }
    }
    const whole = words.join(' ');
    const hits = [...found].flatMap(([i, { byWord, columns }]): SearchHit[] => {
      const object = this.#objects[i];
      if (object === undefined) return [];
      const sum = [...byWord.values()].reduce((a, b) => a + b, 0);
      const share = byWord.size / words.length;
      const named = wordsOf(object.name);
      const bonus = named.join(' ') === whole ? WHOLE_NAME : 1 / named.length;
      const matched = object.columns.filter((_, j) => columns.has(j));
      return [{ object, score: sum * share * share + bonus, columns: matched, words: [...byWord.keys()] }];
    });
    return hits.sort((a, b) => b.score - a.score || a.object.name.localeCompare(b.object.name));
  }

  #add(text: string, posting: Posting): void {
    for (const word of new Set(wordsOf(text))) {
      const postings = this.#postings.get(word);
      if (postings === undefined) this.#postings.set(word, [posting]);
      else postings.push(posting);
    }
  }

  /** Misspelled words count only where nothing else fits. */
  #fitting(word: string): [Posting, number][] {
    const found: [Posting, number][] = [];
    for (const [known, postings] of this.#postings) {
      const fit = fitOf(word, known);
      if (fit > 0) for (const posting of postings) found.push([posting, fit]);
    }
    if (found.length > 0 || word.length < MIN_TYPO || NUMBER.test(word)) return found;
    for (const [known, postings] of this.#postings) {
      if (editDistance(word, known, 1) <= 1) for (const posting of postings) found.push([posting, FIT.typo]);
    }
    return found;
  }
}

const NUMBER = /^\p{Nd}+$/u;

function fitOf(word: string, known: string): number {
  if (NUMBER.test(word)) return fitOfNumber(word, known);
  if (word === known) return FIT.exact;
  if (word.length >= 2 && known.startsWith(word)) return FIT.prefix;
  if (word.length >= MIN_PART && known.includes(word)) return FIT.part;
  return known.length >= MIN_PART && word.length > known.length && word.startsWith(known) ? FIT.part : 0;
}

/** A number is the same with zeros before it, and no part of another one; 2024 begins 202401. */
function fitOfNumber(word: string, known: string): number {
  if (!NUMBER.test(known)) return 0;
  const [wanted, found] = [word, known].map((digits) => digits.replace(/^0+(?=.)/, ''));
  if (wanted === found) return FIT.exact;
  return word.length >= MIN_TYPO && known.startsWith(word) ? FIT.prefix : 0;
}
