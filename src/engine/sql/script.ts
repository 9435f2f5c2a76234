import { nameOfCommand, readLetterCommand, readNamedCommand, type ClientCommand } from './clientCommand.ts';
import { NEWEST_MYSQL, type Dialect } from './dialect.ts';
import { upperCase } from './parser/tokens.ts';
import type { PieceKind } from './programs/programHeader.ts';
import { ProgramReader } from './programs/programReader.ts';
import { endOfComment, endOfDollarQuoted, endOfQuoted, isNameCharacter, isSpace, readMark } from './lexicalRules.ts';
import { ModeTracker } from './sqlMode.ts';

/** One statement of a script. */
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
    const c = this.#script.charCodeAt(at);
    if (this.#isDelimiter(at)) {
      this.#finish(at + this.#delimiter.length);
    } else if (isSpace(c)) {
      if (c === 0x0a) this.#atLineStart = true;
      this.#at++;
    } else if (this.#comment(at)) {
      return;
    } else if (c === 0x5c) {
      this.#backslash(at);
    } else if (!this.#namedCommand(at)) {
      this.#token(at, c);
    }
  }

  #isDelimiter(at: number): boolean {
    return this.#delimiter !== ';' && this.#script.startsWith(this.#delimiter, at);
  }

  /** The offset behind the name that starts here; a delimiter ends it wherever it stands. */
  #endOfName(start: number, withDots = false): number {
    const first = this.#delimiter.charCodeAt(0);
    let end = start;
    for (; end < this.#script.length; end++) {
      const c = this.#script.charCodeAt(end);
      if (!isNameCharacter(c) && !(withDots && c === 0x2e)) break;
      if (c === first && end > start && this.#isDelimiter(end)) break;
    }
    return end;
  }

  #token(at: number, c: number): void {
    const script = this.#script;
    if (c === 0x3b) {
      this.#semicolon(at);
    } else if (c === 0x27 || c === 0x22 || c === 0x60) {
      this.#take('value', '', at, endOfQuoted(script, at, this.#dialect));
    } else if (c === 0x40) {
      let end = at + (script.charCodeAt(at + 1) === 0x40 ? 2 : 1);
      const isQuoted = /['"`]/.test(script.charAt(end));
      end = isQuoted ? endOfQuoted(script, end, this.#dialect) : this.#endOfName(end, true);
      this.#take('value', '', at, end);
    } else if (c === 0x2a && this.#executable !== 'no' && script.charCodeAt(at + 1) === 0x2f) {
      this.#executable = 'no';
      this.#extend(at, at + 2);
    } else if (isNameCharacter(c)) {
      const quoted = c === 0x24 ? endOfDollarQuoted(script, at, this.#dialect) : undefined;
      const end = quoted ?? Math.max(at + 1, this.#endOfName(at));
      const isWord = quoted === undefined && !(c >= 0x30 && c <= 0x39);
      this.#take(isWord ? 'word' : 'value', isWord ? upperCase(script.slice(at, end)) : '', at, end);
    } else {
      this.#take('sign', script.charAt(at), at, at + 1);
    }
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

  #comment(at: number): boolean {
    const script = this.#script;
    const mark = readMark(script, at, this.#dialect);
    if (mark !== undefined && this.#executable === 'no') {
      this.#executable = mark.skipped ? 'skipped' : 'run';
      this.#extend(at, mark.end);
      return true;
    }
    // MariaDB's client takes every line that begins with two dashes for a comment.
    const dashes = this.#dialect.flavor === 'mariadb' && this.#start === undefined && this.#atLineStart && script.startsWith('--', at);
    const end = dashes ? script.indexOf('\n', at) : endOfComment(script, at);
    if (end === undefined) return false;
    this.#at = end < 0 ? script.length : end;
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
    if (command.kind === 'delimiter') this.#delimiter = command.delimiter;
    else if (command.kind === 'quit') this.#at = this.#script.length;
    else if (command.kind === 'line') {
      const text = this.#script.slice(start, end).replace(/[\s;]+$/, '');
      this.#start = start;
      this.#add(start + text.length, end);
    }
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
      if (command?.kind === 'delimiter') this.#delimiter = command.delimiter;
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
