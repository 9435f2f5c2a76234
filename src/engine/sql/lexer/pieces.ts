import type { Dialect } from './dialect.ts';
import {
  endOfBlockComment,
  endOfDollarQuoted,
  endOfLineComment,
  endOfName,
  endOfString,
  executableLength,
  isNameCharacter,
  isSpace,
  markAsCode,
} from './rules.ts';

/** What stands at a place of a text that may be unfinished or wrong. */
export interface Piece {
  readonly kind:
    | 'blank'
    | 'comment'
    /** The head of an executable comment: of one whose code this server runs, or of one that it skips. */
    | 'mark'
    | 'skippedMark'
    /** A word or a number: digits belong to names. */
    | 'name'
    | 'quotedName'
    | 'text'
    | 'sign';
  /** The offset behind it; what is open goes to the end. */
  readonly end: number;
}

/** The tolerant way to read: by the rules of `tokenize`, but one piece at a time, and it never fails. A name ends at `limit`, if not before. */
export function pieceAt(text: string, at: number, dialect: Dialect, limit = text.length): Piece {
  const c = text.charCodeAt(at);
  if (isSpace(c)) return { kind: 'blank', end: at + 1 };
  if (isNameCharacter(c)) {
    const quoted = c === 0x24 ? endOfDollarQuoted(text, at, dialect) : undefined;
    return quoted === undefined ? { kind: 'name', end: endOfName(text, at, limit) } : { kind: 'text', end: quoted };
  }
  if (c === 0x27 || c === 0x22 || c === 0x60) {
    const isName = c === 0x60 || (c === 0x22 && dialect.ansiQuotes);
    return { kind: isName ? 'quotedName' : 'text', end: endOfString(text, at, dialect) ?? text.length };
  }
  if (c === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
    const head = executableLength(text, at, dialect);
    if (typeof head === 'number') return { kind: 'mark', end: at + head };
    if (head === 'skipped') return { kind: 'skippedMark', end: at + Number(markAsCode(text, at)) };
    return { kind: 'comment', end: endOfBlockComment(text, at) ?? text.length };
  }
  const line = endOfLineComment(text, at);
  return line === undefined ? { kind: 'sign', end: at + 1 } : { kind: 'comment', end: line };
}
