import { refuseMark } from './lexer/rules.ts';
import { tokenizeForAny } from './lexer/interpretations.ts';
import { ParseError } from './lexer/parseError.ts';
import { signOf } from './lexer/tokens.ts';

/** The name behind USE; undefined for any other statement. */
export function usedDatabase(sql: string): string | undefined {
  try {
    const [verb, name, more] = tokenizeForAny(sql, { readMark: refuseMark }).filter((token) => signOf(token) !== ';');
    return verb?.keyword === 'USE' && more === undefined ? name?.text : undefined;
  } catch (error) {
    if (error instanceof ParseError) return undefined; // the server says what is wrong with it
    throw error;
  }
}
