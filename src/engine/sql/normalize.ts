import { markAsCode, refuseMark } from './lexer/rules.ts';
import { tokenizeForAny } from './lexer/interpretations.ts';
import { ParseError } from './lexer/parseError.ts';
import type { Token } from './lexer/tokens.ts';

/** More is of no use in a record. */
const MAX_LENGTH = 4000;
const LITERALS: ReadonlySet<Token['kind']> = new Set(['string', 'number', 'hexNumber', 'bitNumber']);
/** Literals with a letter before their quote. */
const PREFIXED: ReadonlySet<Token['kind']> = new Set(['hexString', 'bitString', 'nationalString']);
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/** The beginning of a statement without its values, for records: `?` for every literal, one blank for any space, no comments. Never throws. */
export function normalize(sql: string): string {
  try {
    // Each token is one character or more; those behind the part that is kept are not even read.
    return withoutLists(joined(sql, tokenizeForAny(sql, { readMark: markAsCode, most: MAX_LENGTH }))).slice(0, MAX_LENGTH);
  } catch (error) {
    if (error instanceof ParseError) return '(cannot be read)'; // its values could not be told from the rest
    throw error;
  }
}

/**
 * All of a statement in the same form, for decisions; `unquoted` is the same without back-ticks where a name needs none. Undefined for what cannot be read with certainty, such as
 * comments that some servers execute.
 */
export function normalizeWhole(sql: string): { readonly text: string; readonly unquoted: string } | undefined {
  try {
    const tokens = tokenizeForAny(sql, { readMark: refuseMark });
    return { text: withoutLists(joined(sql, tokens)), unquoted: withoutLists(joined(sql, tokens, true)) };
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function joined(sql: string, tokens: readonly Token[], unquote = false): string {
  const parts: string[] = [];
  let end = 0;
  for (const token of tokens) {
    if (parts.length > 0 && token.start > end) parts.push(' ');
    parts.push(wordOf(sql, token, unquote));
    end = token.end;
  }
  return parts.join('');
}

function wordOf(sql: string, { kind, text, start, end }: Token, unquote: boolean): string {
  if (LITERALS.has(kind)) return '?';
  if (PREFIXED.has(kind)) return `${sql.charAt(start)}?`;
  return unquote && kind === 'quotedName' && PLAIN_NAME.test(text) ? text : sql.slice(start, end);
}

/** Lists of values differ in length only. */
function withoutLists(text: string): string {
  if (text.indexOf('?') === text.lastIndexOf('?')) return text;
  return text.replaceAll(/\?(?:\s*,\s*\?)+/g, '?, …').replaceAll(/(\(\?(?:, …)?\))(?:\s*,\s*\1)+/g, '$1, …');
}
