import { since, type Dialect } from '../dialect.ts';
import { endOfSkippedComment, executableLength } from './comments.ts';

// The server's character classes, not JavaScript's: only these six are white space, and every character from U+0080 up belongs to a name (a no-break space, too).
export const isSpace = (c: number): boolean => c === 0x20 || (c >= 0x09 && c <= 0x0d);
export const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
export const isNameCharacter = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || isDigit(c) || c === 0x5f || c === 0x24 || c >= 0x80;
export const isControl = (c: number): boolean => c < 0x20 || c === 0x7f;

const EXECUTABLE = /\/\*(M?)!\d*/y;

/** The mark of an executable comment, and whether this server skips its code; undefined where there is none. */
export function readMark(text: string, at: number, dialect: Dialect): { readonly end: number; readonly skipped: boolean } | undefined {
  if (text.charCodeAt(at) !== 0x2f || text.charCodeAt(at + 1) !== 0x2a) return undefined;
  const length = executableLength(text, at, dialect);
  if (length === 'plain') return undefined;
  if (typeof length === 'number') return { end: at + length, skipped: false };
  EXECUTABLE.lastIndex = at;
  return { end: at + (EXECUTABLE.exec(text)?.[0].length ?? 3), skipped: true };
}

/** The offset behind the executable comment that starts here, which this server skips; that of the end for an open one. */
export function endOfSkipped(text: string, at: number): number {
  try {
    return endOfSkippedComment(text, at);
  } catch {
    return text.length;
  }
}

/** The offset behind the comment that starts here; that of the end for an open one, undefined where there is none. */
export function endOfComment(text: string, at: number): number | undefined {
  const c = text.charCodeAt(at);
  if (c === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
    const end = text.indexOf('*/', at + 2);
    return end < 0 ? text.length : end + 2;
  }
  if (c !== 0x23 && !(c === 0x2d && text.charCodeAt(at + 1) === 0x2d && isCommentAfterDashes(text, at + 2))) return undefined;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** `--` starts a comment only before a blank, a control character or the end. */
export function isCommentAfterDashes(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return at >= text.length || isSpace(c) || isControl(c);
}

/** The offset behind the quoted text or name that starts here; that of the end for an open one. A doubled quote looks like the next text, which is as good here. */
export function endOfQuoted(text: string, start: number, dialect: Dialect): number {
  const quote = text.charCodeAt(start);
  const escapes = quote !== 0x60 && !dialect.noBackslashEscapes && !(quote === 0x22 && dialect.ansiQuotes);
  if (!escapes) {
    const end = text.indexOf(text.charAt(start), start + 1);
    return end < 0 ? text.length : end + 1;
  }
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i++;
    else if (c === quote) return i + 1;
  }
  return text.length;
}

/** The offset behind `$tag$ … $tag$`, which newer servers of MySQL take for a text; undefined where none starts here. */
export function endOfDollarQuoted(text: string, start: number, dialect: Dialect): number | undefined {
  if (!since(dialect, { mysql: 80034 })) return undefined;
  let end = start + 1;
  while (isNameCharacter(text.charCodeAt(end)) && text.charCodeAt(end) !== 0x24) end++;
  if (text.charCodeAt(end) !== 0x24) return undefined;
  const tag = text.slice(start, end + 1);
  const close = text.indexOf(tag, end + 1);
  return close < 0 ? text.length : close + tag.length;
}
