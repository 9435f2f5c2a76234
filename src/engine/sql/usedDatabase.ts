import { tokenize } from './lexer.ts';
import { ParseError } from './lexer/parseError.ts';

/** The name behind USE; undefined for any other statement. */
export function usedDatabase(sql: string): string | undefined {
  try {
    const [verb, name, more] = tokenize(sql).filter(({ kind }) => kind !== 'semicolon');
    return verb?.kind === 'word' && verb.upper === 'USE' && more === undefined ? name?.text : undefined;
  } catch (error) {
    if (error instanceof ParseError) return undefined; // the server says what is wrong with it
    throw error;
  }
}
