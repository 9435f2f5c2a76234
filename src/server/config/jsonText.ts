import { pathName } from '../../inputProblems.ts';

/** Why a text is not JSON, and where. Nothing of the text is repeated: it may hold a password. */
export interface JsonProblem {
  readonly reason: string;
  readonly line: number;
  readonly column: number;
}

/** The parts of JSON. */
const TOKEN =
  /(?:("(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])|([{}[\],:]))/uy;
const SPACE = /[ \t\r\n]*/y;
/** Less than what `JSON.parse` and the schema can follow. */
const MAX_DEPTH = 100;

type Wanted = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma' | 'nothing';

interface Level {
  readonly end: '}' | ']';
  readonly names: Set<string>;
  /** The name or the number of the entry that is read. */
  at: string | number;
}

/** What has been read, and what may follow. */
class Progress {
  readonly twice = new Set<string>();
  readonly #levels: Level[] = [];
  wanted: Wanted = 'value';

  get level(): Level | undefined {
    return this.#levels.at(-1);
  }

  /** False for one that may not stand here. */
  takeSign(sign: string): boolean {
    if (sign === '{' || sign === '[') return this.wanted.startsWith('value') && this.#open(sign);
    if (sign === ':') return this.#proceed(this.wanted === 'colon', 'value');
    const { level } = this;
    if (level === undefined) return false;
    if (sign === level.end) {
      if (!['value or end', 'name or end', 'comma'].includes(this.wanted)) return false;
      this.#levels.pop();
      return this.#proceed(true, this.#levels.length === 0 ? 'nothing' : 'comma');
    }
    if (sign !== ',' || this.wanted !== 'comma') return false;
    if (typeof level.at === 'number') level.at++;
    return this.#proceed(true, level.end === '}' ? 'name' : 'value');
  }

  takeString(token: string): boolean {
    const { level } = this;
    if (level === undefined || !this.wanted.startsWith('name')) return this.takeValue();
    level.at = JSON.parse(token) as string;
    if (level.names.has(level.at)) this.twice.add(pathName(this.#levels.map(({ at }) => at)));
    level.names.add(level.at);
    return this.#proceed(true, 'colon');
  }

  takeValue(): boolean {
    return this.#proceed(this.wanted.startsWith('value'), this.#levels.length === 0 ? 'nothing' : 'comma');
  }

  #open(sign: '{' | '['): boolean {
    if (this.#levels.length >= MAX_DEPTH) return false;
    this.#levels.push({ end: sign === '{' ? '}' : ']', names: new Set(), at: 0 });
    return this.#proceed(true, sign === '{' ? 'name or end' : 'value or end');
  }

  get isFull(): boolean {
    return this.#levels.length >= MAX_DEPTH;
  }

  #proceed(fits: boolean, next: Wanted): boolean {
    if (fits) this.wanted = next;
    return fits;
  }
}

/** Finds the first mistake, and the names that an object has twice, of which all but the last would be lost unnoticed. Takes time in proportion to the text. */
export function findJsonProblem(text: string): { readonly problem?: JsonProblem; readonly twice: readonly string[] } {
  const progress = new Progress();
  let at = 0;
  for (;;) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (progress.wanted === 'nothing' && at === text.length) return { twice: [...progress.twice] };
    TOKEN.lastIndex = at;
    const [token = '', string, sign] = TOKEN.exec(text) ?? [];
    const taken =
      sign !== undefined
        ? progress.takeSign(sign)
        : string !== undefined
          ? progress.takeString(string)
          : token !== '' && progress.takeValue();
    if (!taken) {
      const [reason, offset = at] = reasonAt(text, at, progress);
      return { problem: { reason, ...place(text, offset) }, twice: [] };
    }
    at += token.length;
  }
}

function reasonAt(text: string, at: number, { wanted, level, isFull }: Progress): [reason: string, offset?: number | undefined] {
  const next = text[at] ?? '';
  if (isFull && wanted.startsWith('value') && (next === '{' || next === '[')) return ['the brackets are nested too deeply'];
  if (next === '') return [text.trim() === '' ? 'the file is empty' : `the file ends before ${level?.end ?? 'the value'}`];
  if (/^(?:\/[/*]|#)/.test(text.slice(at, at + 2))) return ["comments aren't allowed in JSON"];
  if (/['`‘’“”]/.test(next)) return ['names and strings need straight double quotes'];
  if (next === '"') {
    const [inside, offset] = reasonInString(text, at);
    if (inside !== undefined) return [inside, offset];
  }
  if (level === undefined)
    return [
      wanted === 'nothing'
        ? 'there is text after the end of the configuration'
        : "the file must start with {; YAML and TOML aren't supported",
    ];
  if (next === level.end) return [wanted === 'colon' ? 'a value is missing' : `${level.end} follows a comma`];
  if (/[}\]]/.test(next)) return [`${next} closes nothing`];
  if (wanted === 'comma') return ['a comma is missing'];
  if (wanted === 'colon') return ['a colon is missing'];
  return [wanted.startsWith('name') ? 'a name in double quotes is missing' : 'a value is missing; strings need double quotes'];
}

/** What is wrong with a string that begins there; undefined where it is right, and stands in the wrong place. */
function reasonInString(text: string, from: number): [reason?: string, offset?: number] {
  for (let i = from + 1; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '"') return [];
    if (character < ' ') return ['a string has no closing quote on its line', i];
    if (character !== '\\') continue;
    if (!/^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.test(text.slice(i + 1, i + 6))) return ['write a backslash in a string twice', i];
    i++;
  }
  return ['a string has no closing quote', text.length];
}

function place(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
