/**
 * The lexical rules of MySQL and MariaDB: where a name, a comment and a quoted text end. `tokens.ts` reads by them what must be right, `pieces.ts` what may be
 * unfinished; nothing else looks at the characters of a statement.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/language-structure.html
 */

import { since, type Dialect } from './dialect.ts';
import { ParseError } from './parseError.ts';

// The server's character classes, not JavaScript's: only these six are white space, and every character from U+0080 up belongs to a name (a no-break space, too).
export const isSpace = (c: number): boolean => c === 0x20 || (c >= 0x09 && c <= 0x0d);
export const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
export const isNameCharacter = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || isDigit(c) || c === 0x5f || c === 0x24 || c >= 0x80;
export const isControl = (c: number): boolean => c < 0x20 || c === 0x7f;

/** The offset behind the characters of a name; none from `limit` on belongs to it. */
export function endOfName(text: string, start: number, limit = text.length): number {
  let end = start;
  while (end < limit && isNameCharacter(text.charCodeAt(end))) end++;
  return end;
}

/** The same of a user variable, whose name may have dots. */
export function endOfVariable(text: string, start: number, limit = text.length): number {
  let end = start;
  for (let c = text.charCodeAt(end); end < limit && (isNameCharacter(c) || c === 0x2e); c = text.charCodeAt(end)) end++;
  return end;
}

/** Upper case as the server compares keywords: ASCII letters alone, so that no other letter turns into one. */
export function upperCase(text: string): string {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return text;
  return text.toUpperCase();
}

/** The end of the line for a comment that runs up to it; undefined where none starts here. */
export function endOfLineComment(text: string, at: number): number | undefined {
  const c = text.charCodeAt(at);
  if (c !== 0x23 && !(c === 0x2d && text.charCodeAt(at + 1) === 0x2d && isCommentAfterDashes(text, at + 2))) return undefined;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** `--` starts a comment only before a blank, a control character or the end. */
function isCommentAfterDashes(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return at >= text.length || isSpace(c) || isControl(c);
}

/** The offset behind a plain comment between marks, which do not nest; undefined for an open one. */
export function endOfBlockComment(text: string, start: number): number | undefined {
  const end = text.indexOf('*/', start + 2);
  return end < 0 ? undefined : end + 2;
}

const MARK = /\/\*(M?)!(\d{0,6})/iy;

/**
 * What this server makes of the comment at `start`: code behind so many characters of its mark; a version that it skips, in which
 * plain comments may stand; or a plain comment.
 *
 * MySQL runs those whose version is at most its own, and takes `/*M!` for a plain comment; it reads five digits, since 8.1 also six.
 * MariaDB runs both forms, reads five or six digits, and skips `/*!50700` to `/*!99999`: MySQL versions that it does not follow.
 * @see https://dev.mysql.com/doc/refman/9.7/en/comments.html
 * @see https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/comment-syntax
 */
export function executableLength(sql: string, start: number, dialect: Dialect): number | 'skipped' | 'plain' {
  MARK.lastIndex = start;
  const [, mariadb, digits = ''] = MARK.exec(sql) ?? [];
  if (mariadb === undefined || (mariadb !== '' && dialect.flavor === 'mysql')) return 'plain';
  const longest = dialect.flavor === 'mysql' && dialect.version < 80100 ? 5 : 6;
  const used = digits.length < 5 ? 0 : Math.min(digits.length, longest);
  const version = Number(digits.slice(0, used));
  const foreign = dialect.flavor === 'mariadb' && mariadb === '' && version >= 50700 && version <= 99999;
  return version > dialect.version || foreign ? 'skipped' : 3 + mariadb.length + used;
}

/** Every executable comment is code, all digits of its mark are a version: for a text that the server itself has written, and for records. */
export function markAsCode(sql: string, start: number): number | 'plain' {
  MARK.lastIndex = start;
  return MARK.exec(sql)?.[0].length ?? 'plain';
}

/** Executable comments are refused. */
export function refuseMark(sql: string, start: number): 'plain' {
  MARK.lastIndex = start;
  if (MARK.test(sql)) throw new ParseError('Executable comments are not allowed here.', start);
  return 'plain';
}

/** The offset behind an executable comment that the server skips: there plain comments may stand inside. Undefined for an open one. */
export function endOfSkippedComment(sql: string, start: number): number | undefined {
  let at = start + 2;
  let inner = sql.indexOf('/*', at);
  for (;;) {
    const end = sql.indexOf('*/', at);
    if (end < 0) return undefined;
    if (inner >= 0 && inner < at) inner = sql.indexOf('/*', at);
    if (inner < 0 || inner > end) return end + 2;
    const innerEnd = sql.indexOf('*/', inner + 2);
    if (innerEnd < 0) return undefined;
    at = innerEnd + 2;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001a',
  // The server keeps the backslash of these two, for LIKE.
  '%': '\\%',
  _: '\\_',
};

/** The offset behind the quoted text or name that starts here, undefined for an open one; `parts` gets its value. A doubled quote stands for one. */
export function endOfString(sql: string, start: number, dialect: Dialect, parts?: string[]): number | undefined {
  const quote = sql.charAt(start);
  const escapes = quote !== '`' && !dialect.noBackslashEscapes && !(quote === '"' && dialect.ansiQuotes);
  let from = start + 1;
  for (let i = from; i < sql.length; i++) {
    const ch = sql.charAt(i);
    if (ch === '\\' && escapes) {
      const escaped = sql.charAt(i + 1);
      parts?.push(sql.slice(from, i), ESCAPES[escaped] ?? escaped);
      i++;
      from = i + 1;
    } else if (ch === quote) {
      parts?.push(sql.slice(from, i));
      if (sql.charAt(i + 1) !== quote) return i + 1;
      from = i + 1;
      i++;
    }
  }
  return undefined;
}

/** The value and the end of the quoted text or name that starts at an offset. Throws ParseError for an open one. */
export function readString(sql: string, start: number, dialect: Dialect): { readonly value: string; readonly end: number } {
  const parts: string[] = [];
  const end = endOfString(sql, start, dialect, parts);
  if (end === undefined) throw new ParseError(`The string that starts with ${sql.charAt(start)} isn't closed.`, start);
  return { value: parts.length === 1 ? (parts[0] ?? '') : parts.join(''), end };
}

/** Offset of a quote that is open at `end`, or of a backslash between quotes; undefined where there is none. A doubled quote closes and opens. */
export function unclosedQuote(sql: string, start: number, end: number): number | undefined {
  let open: number | undefined;
  for (let i = start; i < end; i++) {
    const ch = sql.charAt(i);
    if (open === undefined) open = ch === '`' || ch === '"' || ch === "'" ? i : undefined;
    else if (ch === '\\') return i;
    else if (ch === sql.charAt(open)) open = undefined;
  }
  return open;
}

/** The offset behind `$tag$ … $tag$`, which newer servers of MySQL take for a text; that of the end for an open one, undefined where none starts here. */
export function endOfDollarQuoted(text: string, start: number, dialect: Dialect): number | undefined {
  if (!since(dialect, { mysql: 80034 })) return undefined;
  let end = start + 1;
  while (isNameCharacter(text.charCodeAt(end)) && text.charCodeAt(end) !== 0x24) end++;
  if (text.charCodeAt(end) !== 0x24) return undefined;
  const tag = text.slice(start, end + 1);
  const close = text.indexOf(tag, end + 1);
  return close < 0 ? text.length : close + tag.length;
}
