import type { Token } from '../sql/lexer.ts';
import { isName, keyword } from './verdict.ts';

/** A name that may be a table or a view; without a database it is one of the current database. */
export interface Reference {
  readonly database: string | undefined;
  readonly name: string;
}

/** Words that no table can be called without quotes on any server, and that nearly every statement has. */
const RESERVED = new Set(
  (
    'SELECT FROM WHERE AND OR NOT AS ON IN IS NULL LIKE BETWEEN JOIN LEFT RIGHT INNER OUTER CROSS NATURAL USING GROUP ORDER BY HAVING LIMIT ' +
    'DISTINCT ALL UNION CASE WHEN THEN ELSE ASC DESC WITH EXISTS INTERVAL TRUE FALSE DIV MOD XOR REGEXP RLIKE'
  ).split(' '),
);

/**
 * Every name of a statement that may be a table or a view. That is more than there are: columns and aliases look the
 * same without the server's dictionary, and one name too many costs a look-up while one too few would be a hole.
 */
export function collectReferences(statement: readonly Token[]): Reference[] {
  const found = new Map<string, Reference>();
  const current = explainedDatabase(statement);
  const add = (database: string | undefined = current, name: string): void => {
    found.set(database === undefined ? name : `${database}\0${name}`, { database, name }); // NUL is in no name
  };
  for (let i = 0; i < statement.length; i++) {
    const first = nameFrom(statement, i);
    if (first === undefined) continue;
    let second: NamePart | undefined;
    let parts = 0;
    for (let part: NamePart | undefined = first; part !== undefined; parts++) {
      if (parts === 1) second = part;
      i = part.last;
      part = statement[i + 1]?.text === '.' ? nameFrom(statement, i + 2) : undefined;
    }
    if (second !== undefined) add(first.name, second.name);
    if (parts < 3 && first.standsAlone) add(undefined, first.name);
  }
  return [...found.values()];
}

interface NamePart {
  readonly name: string;
  /** False for reserved words and for numbers: they are names behind a dot only. */
  readonly standsAlone: boolean;
  /** The index of its last token. */
  readonly last: number;
}

/**
 * The name that begins at `i`. `1v` is a name for the server, and number and word for our lexer; digits alone are a name
 * behind a dot.
 */
function nameFrom(statement: readonly Token[], i: number): NamePart | undefined {
  const first = statement[i];
  if (first?.kind !== 'number')
    return isName(first) ? { name: first.text, standsAlone: !RESERVED.has(keyword(first)), last: i } : undefined;
  let { text: name, end } = first;
  let last = i;
  for (;;) {
    const next = statement[last + 1];
    if (next?.start !== end || (next.kind !== 'number' && next.kind !== 'word')) break;
    name += next.text;
    end = next.end;
    last++;
  }
  return { name, standsAlone: last > i, last };
}

/** `EXPLAIN FOR SCHEMA name …` explains as if `name` were the current database. */
export function explainedDatabase(statement: readonly Token[]): string | undefined {
  const at = keyword(statement[0]) === 'EXPLAIN' ? statement.findIndex((token) => keyword(token) === 'FOR') : -1;
  return at > 0 && ['SCHEMA', 'DATABASE'].includes(keyword(statement[at + 1])) ? statement[at + 2]?.text : undefined;
}
