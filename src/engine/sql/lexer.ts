/**
 * MySQL's and MariaDB's lexical rules, as far as a guard needs them.
 *
 * It reads the text the way the server does under the `sql_mode` that our sessions set (no ANSI_QUOTES, no IGNORE_SPACE,
 * backslash escapes on) and in the character set of our sessions (utf8mb4, where no second byte looks like a quote). What
 * depends on the server's version, executable comments, is read as the caller says; see `readings.ts`.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/language-structure.html
 */

import { endOfSkippedComment } from './lexer/comments.ts';
import { ParseError } from './lexer/parseError.ts';
import { isCommentAfterDashes, isControl, isDigit, isNameCharacter, isSpace } from './lexer/rules.ts';

type TokenKind =
  | 'word' // unquoted name or keyword
  | 'quotedName' // `name`
  | 'string' // '…' or "…"
  | 'number'
  | 'variable' // @user or @@system
  | 'hint' // /*+ … */
  | 'operator'
  | 'semicolon';

/** One token of a statement; comments and blanks are none. */
export interface Token {
  readonly kind: TokenKind;
  /** As written, quotes included; for `quotedName` the unquoted name. */
  readonly text: string;
  /** Upper case for `word` and `quotedName`, else as `text`. */
  readonly upper: string;
  /** UTF-16 offset of the first character. */
  readonly start: number;
  readonly end: number;
  /** True where the server must take a word as a name because a dot stands directly before it. */
  readonly afterDot: boolean;
}

const NUMBER = /(?:0[xX][0-9a-fA-F]+|0[bB][01]+(?!\d)|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;

/** The head of an executable comment: `/*!`, `/*!50000`, `/*M!`, `/*M!100100`. */
export interface ExecutableMark {
  /** True for `/*M!`, which only MariaDB knows. */
  readonly mariadbOnly: boolean;
  /** The digits directly behind the mark, at most six; often none. */
  readonly digits: string;
}

/**
 * What a server makes of an executable comment: code behind so many of the mark's digits; a comment that it skips, in which
 * a plain comment may stand; or a plain comment.
 */
export type ReadMark = (mark: ExecutableMark) => number | 'skipped' | 'plain';

const EXECUTABLE = /\/\*(M?)!(\d{0,6})/iy;

/** Splits a text into tokens; comments and white space are left out. Throws ParseError. */
export function tokenize(sql: string, readMark: ReadMark = refuseMark): Token[] {
  return tokenizeBeginning(sql, readMark, Infinity);
}

/** The same of its beginning: what stands behind so many tokens is not read. */
export function tokenizeBeginning(sql: string, readMark: ReadMark, most: number): Token[] {
  if (!sql.isWellFormed()) throw new ParseError('The text is not valid Unicode (a lone surrogate).', 0);
  // Within a comment the server takes it for the end of the line; a client that ends texts with it would cut the text short.
  if (sql.includes('\0')) throw new ParseError('A NUL character is not allowed.', sql.indexOf('\0'));
  const tokens: Token[] = [];
  let at = 0;
  /** Where the executable comment began whose code is being read. */
  let executable: number | undefined;

  const code = (offset: number): number => (offset < sql.length ? sql.charCodeAt(offset) : -1);
  const push = (kind: TokenKind, start: number, end: number, text = sql.slice(start, end)): void => {
    const previous = tokens.at(-1);
    const afterDot = previous?.text === '.' && previous.kind === 'operator' && previous.end === start;
    const upper = kind === 'word' || kind === 'quotedName' ? text.toUpperCase() : text;
    tokens.push({ kind, text, upper, start, end, afterDot });
    at = end;
    if (tokens.length >= most) [at, executable] = [sql.length, undefined];
  };

  while (at < sql.length) {
    const start = at;
    const c = code(at);
    const next = code(at + 1);
    const ch = sql.charAt(at);
    if (isSpace(c)) {
      at++;
    } else if (isControl(c)) {
      throw new ParseError(`The control character U+${c.toString(16).padStart(4, '0').toUpperCase()} is not allowed outside a string.`, at);
    } else if (ch === '#' || (ch === '-' && next === 0x2d && isCommentAfterDashes(sql, at + 2))) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (executable !== undefined && ch === '*' && next === 0x2f) {
      executable = undefined;
      at += 2;
    } else if (ch === '/' && next === 0x2a) {
      EXECUTABLE.lastIndex = at;
      const [, maria, digits = ''] = EXECUTABLE.exec(sql) ?? [];
      const meaning = maria === undefined ? 'plain' : readMark({ mariadbOnly: maria !== '', digits });
      if (typeof meaning === 'number') {
        if (executable !== undefined) throw new ParseError('An executable comment inside another one is not allowed.', start);
        executable = start;
        at += 3 + (maria?.length ?? 0) + meaning;
      } else {
        at = meaning === 'plain' ? endOfComment(sql, start) : endOfSkippedComment(sql, start);
        if (sql.charAt(start + 2) === '+') push('hint', start, at);
      }
    } else if (ch === "'" || ch === '"') {
      push('string', start, endOfQuoted(sql, start, true));
    } else if (ch === '`') {
      const end = endOfQuoted(sql, start, false);
      push('quotedName', start, end, sql.slice(start + 1, end - 1).replaceAll('``', '`'));
    } else if (ch === '@') {
      push('variable', start, endOfVariable(sql, start));
    } else if (ch === '\\' && next === 0x4e) {
      push('operator', start, start + 2); // \N is NULL; what abuts it is a word of its own
    } else if (isDigit(c) || (ch === '.' && isDigit(next) && !touchesName(tokens.at(-1), start))) {
      // `1e1INTO` is a number and a keyword, `1INTO` a name: what abuts a number is read as a word of its own, the worse of both.
      NUMBER.lastIndex = at;
      push('number', start, start + (NUMBER.exec(sql)?.[0].length ?? 1));
    } else if (isNameCharacter(c)) {
      // Newer servers take $tag$ … $tag$ for a quoted text; older ones for names.
      if (ch === '$') throw new ParseError('A name that starts with $ must be quoted with back-ticks.', start);
      let end = at;
      while (isNameCharacter(code(end))) end++;
      push('word', start, end);
    } else if (ch === ';') {
      if (executable !== undefined) throw new ParseError('A separator inside an executable comment is not allowed.', start);
      push('semicolon', start, start + 1);
    } else if (ch === ':' && next === 0x3d) {
      push('operator', start, start + 2);
    } else {
      push('operator', start, start + 1);
    }
  }
  if (executable !== undefined) throw new ParseError('The executable comment is not closed.', executable);
  return tokens;
}

function refuseMark(): never {
  throw new ParseError('Executable comments are not allowed here.', 0);
}

/** The offset behind a plain comment; these do not nest. */
function endOfComment(sql: string, start: number): number {
  const end = sql.indexOf('*/', start + 2);
  if (end < 0) throw new ParseError('The comment is not closed.', start);
  // In a hint the server reads quoted names and texts: one that is open here would move the end.
  if (sql.charAt(start + 2) === '+' && hasOpenQuote(sql.slice(start + 3, end))) throw new ParseError('The hint has an open quote.', start);
  return end + 2;
}

function hasOpenQuote(text: string): boolean {
  let open = '';
  for (const ch of text) {
    if (open === '') open = /['"`]/.test(ch) ? ch : '';
    else if (ch === open) open = '';
  }
  return open !== '';
}

function touchesName(previous: Token | undefined, start: number): boolean {
  return previous?.end === start && (previous.kind === 'word' || previous.kind === 'quotedName');
}

/** The offset behind the closing quote. A doubled quote stays inside; so does an escaped one in strings. */
function endOfQuoted(sql: string, start: number, backslashEscapes: boolean): number {
  const quote = sql.charAt(start);
  for (let i = start + 1; i < sql.length; i++) {
    const ch = sql.charAt(i);
    if (ch === '\\' && backslashEscapes) i++;
    else if (ch === quote) {
      if (sql.charAt(i + 1) !== quote) return i + 1;
      i++;
    }
  }
  throw new ParseError(`The text that starts with ${quote} is not closed.`, start);
}

function endOfVariable(sql: string, start: number): number {
  let end = start + 1;
  if (sql.charAt(end) === '@') end++;
  const quote = sql.charAt(end);
  if (quote === '`' || quote === "'" || quote === '"') return endOfQuoted(sql, end, quote !== '`');
  while (end < sql.length && (isNameCharacter(sql.charCodeAt(end)) || sql.charAt(end) === '.')) end++;
  return end;
}
