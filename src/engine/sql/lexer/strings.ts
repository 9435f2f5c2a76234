import type { Dialect } from '../dialect.ts';
import { ParseError } from './parseError.ts';

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

/** The value and the end of the quoted text or name that starts at an offset. A doubled quote stands for one. */
export function readString(sql: string, start: number, dialect: Dialect): { value: string; end: number } {
  const quote = sql.charAt(start);
  const escapes = quote !== '`' && !dialect.noBackslashEscapes && !(quote === '"' && dialect.ansiQuotes);
  const parts: string[] = [];
  let from = start + 1;
  for (let i = from; i < sql.length; i++) {
    const ch = sql.charAt(i);
    if (ch === '\\' && escapes) {
      const escaped = sql.charAt(i + 1);
      parts.push(sql.slice(from, i), ESCAPES[escaped] ?? escaped);
      i++;
      from = i + 1;
    } else if (ch === quote) {
      parts.push(sql.slice(from, i));
      if (sql.charAt(i + 1) !== quote) return { value: parts.length === 1 ? (parts[0] ?? '') : parts.join(''), end: i + 1 };
      from = i + 1;
      i++;
    }
  }
  throw new ParseError(`The text that starts with ${quote} is not closed.`, start);
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
