import { LexError, tokenize } from './lexer.ts';

/** More is of no use in a record. */
const MAX_LENGTH = 4000;

/** The statement without its values: `?` for every literal, one blank for any space, no comments. Never throws. */
export function normalise(sql: string): string {
  try {
    let text = '';
    let end = 0;
    for (const token of tokenize(sql, ({ digits }) => digits.length)) {
      const word = token.kind === 'string' || token.kind === 'number' ? '?' : sql.slice(token.start, token.end);
      text += (text !== '' && token.start > end ? ' ' : '') + word;
      end = token.end;
      if (text.length > MAX_LENGTH) break;
    }
    // Lists of values differ in length only.
    return text
      .replaceAll(/\?(?:\s*,\s*\?)+/g, '?, …')
      .replaceAll(/(\(\?(?:, …)?\))(?:\s*,\s*\1)+/g, '$1, …')
      .slice(0, MAX_LENGTH);
  } catch (error) {
    if (error instanceof LexError) return '(cannot be read)'; // its values could not be told from the rest
    throw error;
  }
}
