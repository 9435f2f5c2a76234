/** One statement of a script. */
export interface ScriptStatement {
  /** From its first word to its last character, without the delimiter. */
  readonly text: string;
  /** UTF-16 offsets of `text` in the script. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /\s+/y;
/** A comment with `!` is code for some servers. */
const COMMENT = /--(?=[\s\p{Cc}]|$)[^\n]*|#[^\n]*|\/\*(?!M?!)[\s\S]*?(?:\*\/|$)/uy;
const QUOTED = /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)/y;
const WORD = /[\p{L}\p{N}_$]+/uy;
/** A command of the `mysql` client, which the server never sees. */
const DELIMITER = /delimiter[ \t]+(\S+)[^\n]*/iy;

const PROGRAMS = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']);
const OTHER_OBJECTS = new Set(['TABLE', 'VIEW', 'INDEX', 'DATABASE', 'SCHEMA', 'USER', 'ROLE', 'SERVER', 'TABLESPACE', 'SEQUENCE']);
const BLOCKS_THAT_END_BY_NAME = new Set(['IF', 'LOOP', 'REPEAT', 'WHILE', 'FOR']);

/**
 * Splits what a person has written as the `mysql` client would, `DELIMITER` included. It never fails: an open quote goes to the end.
 *
 * Unlike that client it needs no `DELIMITER` around a program whose body stands between BEGIN and END.
 * @see https://dev.mysql.com/doc/refman/9.7/en/mysql-commands.html
 */
export function splitScript(script: string): ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let delimiter = ';';
  let start: number | undefined;
  let end = 0;
  let blocks = new Blocks();
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(script);
  };
  const finish = (): void => {
    if (start !== undefined) statements.push({ text: script.slice(start, end), start, end });
    start = undefined;
    blocks = new Blocks();
  };

  while (at < script.length) {
    const blank = match(SPACE) ?? match(COMMENT);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const command = start === undefined ? match(DELIMITER) : null;
    if (command !== null) {
      delimiter = command[1] ?? delimiter;
      at += command[0].length;
    } else if (script.startsWith(delimiter, at) && (delimiter !== ';' || !blocks.open)) {
      finish();
      at += delimiter.length;
    } else {
      const word = match(WORD)?.[0];
      const cut = word === undefined ? -1 : word.indexOf(delimiter);
      const length = cut > 0 ? cut : (word ?? match(QUOTED)?.[0] ?? script.charAt(at)).length;
      if (word !== undefined) blocks.add(word.slice(0, length).toUpperCase());
      start ??= at;
      at += length;
      end = at;
    }
  }
  finish();
  return statements;
}

/** Where the cursor stands: the statement around it, else the last one that begins before it on the same line, else the next one. */
export function statementAt(statements: readonly ScriptStatement[], offset: number, script: string): ScriptStatement | undefined {
  const inside = statements.find(({ start, end }) => start <= offset && offset <= end);
  if (inside !== undefined) return inside;
  const before = statements.findLast(({ end }) => end < offset);
  if (before !== undefined && !script.slice(before.end, offset).includes('\n')) return before;
  return statements.find(({ start }) => start > offset) ?? before;
}

/** Knows whether the body of a program is open, in which separators belong to it. */
class Blocks {
  #depth = 0;
  #previous = '';
  /** Undefined until the statement has said what it is. */
  #program: boolean | undefined;

  get open(): boolean {
    return this.#program === true && this.#depth > 0;
  }

  add(word: string): void {
    this.#program ??= this.#tell(word);
    if (this.#program === true) this.#count(word);
    this.#previous = word;
  }

  #tell(word: string): boolean | undefined {
    if (this.#previous === '') return word === 'CREATE' ? undefined : false;
    if (PROGRAMS.has(word)) return true;
    return OTHER_OBJECTS.has(word) ? false : undefined;
  }

  #count(word: string): void {
    if (this.#previous === 'END' && BLOCKS_THAT_END_BY_NAME.has(word))
      this.#depth++; // that END closed none of those that are counted
    else if (this.#previous === 'END' && word === 'CASE') return;
    else if (word === 'BEGIN' || word === 'CASE') this.#depth++;
    else if (word === 'END') this.#depth--;
  }
}
