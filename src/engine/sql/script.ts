import { nameOfCommand, readLetterCommand, readNamedCommand, type ClientCommand } from './clientCommand.ts';
import { NEWEST_MYSQL, type Dialect } from './lexer/dialect.ts';
import { pieceAt, type Piece } from './lexer/pieces.ts';
import { endOfBlockComment, endOfString, endOfVariable, upperCase } from './lexer/rules.ts';
import type { PieceKind } from './programs/programHeader.ts';
import { ProgramReader } from './programs/programReader.ts';
import { ModeTracker } from './sqlMode.ts';

export interface ScriptStatement {
  /** From its first word to its last character, without the delimiter. */
  readonly text: string;
  /** UTF-16 offsets of `text` in the script. */
  readonly start: number;
  readonly end: number;
  /** The offset behind its delimiter; `end` where it has none. */
  readonly through: number;
}

/**
 * Splits what a person has written. Where DELIMITER is used, its statements are those that the server's own client would send; without it, the body
 * of a program belongs to its statement. It never fails: what is open goes to the end. A script that sets `sql_mode` is read by that mode from there on.
 * @see https://dev.mysql.com/doc/refman/9.7/en/mysql-commands.html
 */
export function splitScript(script: string, dialect: Dialect = NEWEST_MYSQL): ScriptStatement[] {
  const splitter = new Splitter(script, dialect);
  while (splitter.advance(Infinity)) continue;
  return splitter.statements;
}

/** Some milliseconds of work: a step reads a word, a sign or a whole text. */
export const STEPS_OF_SLICE = 5000;

/** The same for a process that others wait for: `pause` comes after each slice of the work. */
export async function splitScriptInSlices(
  script: string,
  dialect: Dialect | undefined,
  pause: () => Promise<unknown>,
): Promise<ScriptStatement[]> {
  const splitter = new Splitter(script, dialect ?? NEWEST_MYSQL);
  while (splitter.advance(STEPS_OF_SLICE)) await pause();
  return splitter.statements;
}

class Splitter {
  readonly #script: string;
  readonly statements: ScriptStatement[] = [];
  readonly #program = new ProgramReader();
  readonly #modes: ModeTracker;
  #delimiter = ';';
  #next = -1;
  #at = 0;
  #start: number | undefined;
  #end = 0;
  /** True where nothing but blanks stands between the beginning of the line and here. */
  #atLineStart = true;
  /** In an executable comment; `skipped` where this server skips it: its words are none of the program's. */
  #executable: 'no' | 'run' | 'skipped' = 'no';
  /** A CREATE inside a body, and where the token before it ends. */
  #innerCreate = { start: 0, end: 0 };

  constructor(script: string, dialect: Dialect) {
    this.#script = script;
    this.#modes = new ModeTracker(dialect);
    if (script.startsWith('\uFEFF')) this.#at = 1;
  }

  /** Reads on for some steps; false once all of the script is in `statements`. */
  advance(steps: number): boolean {
    for (let taken = 0; this.#at < this.#script.length; taken++) {
      if (taken === steps) return true;
      this.#step();
    }
    this.#finish(this.#script.length, this.#end);
    return false;
  }

  get #dialect(): Dialect {
    return this.#modes.dialect;
  }

  #step(): void {
    const at = this.#at;
    if (this.#isDelimiter(at)) {
      this.#finish(at + this.#delimiter.length);
      return;
    }
    const piece = pieceAt(this.#script, at, this.#dialect, this.#limit(at));
    if (piece.kind === 'blank') {
      if (this.#script.charAt(at) === '\n') this.#atLineStart = true;
      this.#at++;
    } else if (this.#comment(at, piece)) {
      return;
    } else if (this.#script.charAt(at) === '\\') {
      this.#backslash(at);
    } else if (!this.#namedCommand(at)) {
      this.#token(at, piece);
    }
  }

  #isDelimiter(at: number): boolean {
    return this.#delimiter !== ';' && this.#script.startsWith(this.#delimiter, at);
  }

  /** Where the next delimiter may stand, which ends a name wherever it is. Each place is searched once. */
  #limit(at: number): number {
    if (this.#next < at) this.#next = this.#script.indexOf(this.#delimiter, at);
    if (this.#next < 0) this.#next = this.#script.length;
    return this.#next;
  }

  #token(at: number, { kind, end }: Piece): void {
    const script = this.#script;
    const ch = script.charAt(at);
    if (kind === 'name') {
      const isWord = !/[0-9]/.test(ch);
      this.#take(isWord ? 'word' : 'value', isWord ? upperCase(script.slice(at, end)) : '', at, end);
    } else if (kind !== 'sign') {
      this.#take('value', '', at, end);
    } else if (ch === ';') {
      this.#semicolon(at);
    } else if (ch === '@') {
      this.#take('value', '', at, this.#endOfVariable(at));
    } else if (ch === '*' && this.#executable !== 'no' && script.charAt(at + 1) === '/') {
      this.#executable = 'no';
      this.#extend(at, at + 2);
    } else {
      this.#take('sign', ch, at, at + 1);
    }
  }

  #endOfVariable(at: number): number {
    const start = at + (this.#script.charAt(at + 1) === '@' ? 2 : 1);
    if (/['"`]/.test(this.#script.charAt(start))) return endOfString(this.#script, start, this.#dialect) ?? this.#script.length;
    return endOfVariable(this.#script, start, this.#limit(start));
  }

  /** What belongs to the text of the statement. */
  #extend(start: number, end: number): void {
    this.#start ??= start;
    this.#end = end;
    this.#at = end;
    this.#atLineStart = false;
  }

  #take(kind: PieceKind, text: string, start: number, end: number): void {
    const before = this.#end;
    this.#extend(start, end);
    if (this.#executable === 'skipped') return;
    this.#program.take(kind, text);
    if (this.#program.atInnerCreate) this.#innerCreate = { start, end: before };
    if (this.#delimiter === ';' && this.#program.hasRestarted) {
      this.#add(this.#innerCreate.end, this.#innerCreate.end);
      this.#start = this.#innerCreate.start;
      this.#program.restart();
    }
  }

  #semicolon(at: number): void {
    if (this.#start === undefined) {
      this.#at++;
      this.#atLineStart = false;
      return;
    }
    const ends = this.#executable !== 'skipped' && this.#program.endStatement() && this.#executable === 'no';
    // A piece between other delimiters goes as a whole unless it is certain where its program ends.
    if (ends && (this.#delimiter === ';' || !this.#program.isDoubtful)) this.#finish(at + 1);
    else this.#extend(at, at + 1);
  }

  #comment(at: number, { kind, end }: Piece): boolean {
    const script = this.#script;
    const isMark = kind === 'mark' || kind === 'skippedMark';
    if (isMark && this.#executable === 'no') {
      this.#executable = kind === 'mark' ? 'run' : 'skipped';
      this.#extend(at, end);
      return true;
    }
    // MariaDB's client takes every line that begins with two dashes for a comment.
    const dashes = this.#dialect.flavor === 'mariadb' && this.#start === undefined && this.#atLineStart && script.startsWith('--', at);
    if (dashes) this.#at = this.#endOfLine(at);
    else if (isMark) this.#at = endOfBlockComment(script, at) ?? script.length;
    else if (kind === 'comment') this.#at = end;
    else return false;
    return true;
  }

  #backslash(at: number): void {
    const letter = this.#script.charAt(at + 1);
    if ((letter === 'g' || letter === 'G') && !(this.#delimiter === ';' && this.#program.isOpen)) {
      this.#finish(at + 2);
    } else if (this.#start === undefined) {
      const rest = letter === 'd' ? this.#script.slice(at + 1, this.#endOfLine(at)) : letter;
      const command = readLetterCommand(rest);
      if (command === undefined) this.#take('value', '', at, Math.min(at + 2, this.#script.length));
      else this.#obey(command, at, command.kind === 'nothing' && !command.wholeLine ? at + 2 : this.#endOfLine(at));
    } else if (letter === 'q') {
      this.#finish(this.#script.length, this.#end);
    } else if (letter === 'c') {
      this.#start = undefined; // what was typed so far is not sent
      this.#program.reset();
      this.#at = at + 2;
    } else {
      this.#take('value', '', at, Math.min(at + 2, this.#script.length));
    }
  }

  /** Obeys a command of the client by its name; false where there is none. */
  #namedCommand(at: number): boolean {
    const isStart = this.#start === undefined;
    if (!isStart && !(this.#atLineStart && this.#program.atInnerStart && this.#delimiter === ';')) return false;
    const name = nameOfCommand(this.#script, at);
    if (name === undefined || (name !== 'delimiter' && !(isStart && this.#atLineStart))) return false;
    const end = this.#endOfLine(at);
    const line = this.#script.slice(at, end);
    if (name !== 'delimiter' && (line.includes(this.#delimiter) || line.includes('\\g'))) return false;
    const command = readNamedCommand(line);
    if (command === undefined) return false;
    if (!isStart) this.#finish(at, this.#end); // the body before it was never finished
    this.#obey(command, at, end);
    return true;
  }

  #obey(command: ClientCommand, start: number, end: number): void {
    this.#at = end;
    if (command.kind === 'delimiter') this.#setDelimiter(command.delimiter);
    else if (command.kind === 'quit') this.#at = this.#script.length;
    else if (command.kind === 'line') {
      let last = end;
      while (last > start && /[\s;]/.test(this.#script.charAt(last - 1))) last--;
      this.#start = start;
      this.#add(last, end);
    }
  }

  #setDelimiter(delimiter: string): void {
    this.#delimiter = delimiter;
    this.#next = -1;
  }

  #endOfLine(at: number): number {
    const end = this.#script.indexOf('\n', at);
    const last = end < 0 ? this.#script.length : end;
    return this.#script.charCodeAt(last - 1) === 0x0d ? last - 1 : last;
  }

  /** Ends the statement and goes on at an offset; that is the end of its delimiter unless it has none. */
  #finish(next: number, through = next): void {
    this.#at = next;
    this.#executable = 'no';
    if (this.#start !== undefined) {
      const isLine = this.#end - this.#start < 200;
      const command = isLine ? readNamedCommand(this.#script.slice(this.#start, this.#end)) : undefined;
      if (command?.kind === 'quit') this.#at = this.#script.length;
      if (command === undefined || command.kind === 'line') this.#add(this.#end, through);
      if (command?.kind === 'delimiter') this.#setDelimiter(command.delimiter);
    }
    this.#start = undefined;
    this.#program.reset();
    this.#atLineStart = false;
  }

  #add(end: number, through: number): void {
    const start = this.#start ?? end;
    const text = this.#script.slice(start, end);
    if (this.#program.verb === 'SET') this.#modes.run(text);
    this.statements.push({ text, start, end, through: Math.max(end, through) });
    this.#start = undefined;
  }
}

/**
 * The statement that is meant at a place: the one around it or before it on its line, else the next one. Nothing behind the last statement: what has run
 * must not run again because the cursor has moved on.
 */
export function statementAt(statements: readonly ScriptStatement[], offset: number, script: string): ScriptStatement | undefined {
  const inside = statements.find(({ start, end }) => start <= offset && offset <= end);
  if (inside !== undefined) return inside;
  const before = statements.findLast(({ end }) => end < offset);
  if (before !== undefined && (offset <= before.through || !script.slice(before.end, offset).includes('\n'))) return before;
  return statements.find(({ start }) => start > offset);
}
