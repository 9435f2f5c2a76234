/**
 * MySQL's lexical rules, as far as a guard needs them.
 *
 * It reads the text the way the server does under the `sql_mode` that our sessions set (no ANSI_QUOTES, backslash escapes
 * on). Where the server's reading depends on its version (executable comments), the text is refused and not guessed.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/language-structure.html
 */

export type TokenKind =
  | 'word' // unquoted name or keyword
  | 'quotedName' // `name`
  | 'string' // '…' or "…"
  | 'number'
  | 'variable' // @user or @@system
  | 'hint' // /*+ … */
  | 'operator'
  | 'semicolon';

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

/** A text that cannot be read with certainty; `position` is a UTF-16 offset. */
export class LexError extends Error {
  override readonly name = 'LexError';
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

// The server's character classes, not JavaScript's: only these six are white space, and every character from U+0080 up
// belongs to a name (a no-break space, too).
const isSpace = (c: number): boolean => c === 0x20 || (c >= 0x09 && c <= 0x0d);
const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
const isNameCharacter = (c: number): boolean =>
  isDigit(c) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f || c === 0x24 || c >= 0x80;
const isControl = (c: number): boolean => c < 0x20 || c === 0x7f;

const NUMBER = /(?:0[xX][0-9a-fA-F]+|0[bB][01]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;

/** Splits a text into tokens; comments and white space are left out. Throws LexError. */
export function tokenize(sql: string): Token[] {
  if (!sql.isWellFormed()) throw new LexError('The text is not valid Unicode (a lone surrogate).', 0);
  const tokens: Token[] = [];
  let at = 0;

  const code = (offset: number): number => (offset < sql.length ? sql.charCodeAt(offset) : -1);
  const push = (kind: TokenKind, start: number, end: number, text = sql.slice(start, end)): void => {
    const previous = tokens.at(-1);
    const afterDot = previous?.text === '.' && previous.kind === 'operator' && previous.end === start;
    const upper = kind === 'word' || kind === 'quotedName' ? text.toUpperCase() : text;
    tokens.push({ kind, text, upper, start, end, afterDot });
    at = end;
  };

  while (at < sql.length) {
    const start = at;
    const c = code(at);
    const next = code(at + 1);
    const ch = sql.charAt(at);
    if (isSpace(c)) {
      at++;
    } else if (isControl(c)) {
      throw new LexError(`The control character U+${c.toString(16).padStart(4, '0').toUpperCase()} is not allowed outside a string.`, at);
    } else if (ch === '#' || (ch === '-' && next === 0x2d && isCommentAfterDashes(code(at + 2)))) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (ch === '/' && next === 0x2a) {
      const end = sql.indexOf('*/', at + 2);
      if (end < 0) throw new LexError('The comment is not closed.', start);
      const mark = sql.slice(at + 2, at + 4);
      if (mark.startsWith('!') || mark.toUpperCase() === 'M!') {
        throw new LexError('Executable comments (/*! … */, /*M! … */) are not allowed: what they do depends on the server version.', start);
      }
      if (mark.startsWith('+')) push('hint', start, end + 2);
      at = end + 2;
    } else if (ch === "'" || ch === '"') {
      push('string', start, endOfQuoted(sql, start, true));
    } else if (ch === '`') {
      const end = endOfQuoted(sql, start, false);
      push('quotedName', start, end, sql.slice(start + 1, end - 1).replaceAll('``', '`'));
    } else if (ch === '@') {
      push('variable', start, endOfVariable(sql, start));
    } else if (isDigit(c) || (ch === '.' && isDigit(next) && !touchesName(tokens.at(-1), start))) {
      // `1e1INTO` is a number and a keyword, `1INTO` a name: what abuts a number is read as a word of its own, the worse of both.
      NUMBER.lastIndex = at;
      push('number', start, start + (NUMBER.exec(sql)?.[0].length ?? 1));
    } else if (isNameCharacter(c)) {
      let end = at;
      while (isNameCharacter(code(end))) end++;
      push('word', start, end);
    } else if (ch === ';') {
      push('semicolon', start, start + 1);
    } else if (ch === ':' && next === 0x3d) {
      push('operator', start, start + 2);
    } else {
      push('operator', start, start + 1);
    }
  }
  return tokens;
}

/** Splits at semicolons; empty statements are dropped. */
export function splitStatements(tokens: readonly Token[]): Token[][] {
  const statements: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'semicolon') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

/** `--` starts a comment only before white space, a control character or the end. */
function isCommentAfterDashes(c: number): boolean {
  return c === -1 || isSpace(c) || isControl(c);
}

function touchesName(previous: Token | undefined, start: number): boolean {
  return previous?.end === start && (previous.kind === 'word' || previous.kind === 'quotedName');
}

/** The offset behind the closing quote. A doubled quote stays inside; so does an escaped one in strings. */
function endOfQuoted(sql: string, start: number, backslashEscapes: boolean): number {
  const quote = sql.charAt(start);
  for (let i = start + 1; i < sql.length; i++) {
    const ch = sql.charAt(i);
    if (ch === '\0') throw new LexError('A NUL character is not allowed.', i);
    if (ch === '\\' && backslashEscapes) i++;
    else if (ch === quote) {
      if (sql.charAt(i + 1) !== quote) return i + 1;
      i++;
    }
  }
  throw new LexError(`The text that starts with ${quote} is not closed.`, start);
}

function endOfVariable(sql: string, start: number): number {
  let end = start + 1;
  if (sql.charAt(end) === '@') end++;
  const quote = sql.charAt(end);
  if (quote === '`' || quote === "'" || quote === '"') return endOfQuoted(sql, end, quote !== '`');
  while (end < sql.length && (isNameCharacter(sql.charCodeAt(end)) || sql.charAt(end) === '.')) end++;
  return end;
}
