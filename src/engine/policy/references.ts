import type { Token } from '../sql/lexer.ts';
import { isName, keyword } from './verdict.ts';

/** A name that may be a table or a view; without a database it is one of the current database. */
export interface Reference {
  readonly database: string | undefined;
  readonly name: string;
}

/** Words that no table can be called without quotes, and that nearly every statement has. */
const RESERVED = new Set(
  (
    'SELECT FROM WHERE AND OR NOT AS ON IN IS NULL LIKE BETWEEN JOIN LEFT RIGHT INNER OUTER CROSS NATURAL USING GROUP ORDER BY HAVING LIMIT ' +
    'DISTINCT ALL UNION CASE WHEN THEN ELSE ASC DESC WITH RECURSIVE EXISTS INTERVAL TRUE FALSE DIV MOD XOR REGEXP RLIKE OVER WINDOW'
  ).split(' '),
);

/**
 * Every name of a statement that may be a table or a view. That is more than there are: columns and aliases look the
 * same without the server's dictionary, and one name too many costs a look-up while one too few would be a hole.
 */
export function collectReferences(statement: readonly Token[]): Reference[] {
  const found = new Map<string, Reference>();
  const current = explainedDatabase(statement);
  const add = (database: string | undefined = current, name: string): void => {
    found.set(JSON.stringify([database, name]), { database, name });
  };
  for (let i = 0; i < statement.length; i++) {
    const chain = [];
    let token = statement[i];
    while (isName(token)) {
      chain.push(token);
      if (statement[i + 1]?.text !== '.' || !isName(statement[i + 2])) break;
      i += 2;
      token = statement[i];
    }
    const [first, second] = chain;
    if (first === undefined) continue;
    if (second !== undefined) add(first.text, second.text);
    if (chain.length < 3 && !RESERVED.has(keyword(first))) add(undefined, first.text);
  }
  return [...found.values()];
}

/** `EXPLAIN FOR SCHEMA name …` explains as if `name` were the current database. */
function explainedDatabase(statement: readonly Token[]): string | undefined {
  const at = keyword(statement[0]) === 'EXPLAIN' ? statement.findIndex((token) => keyword(token) === 'FOR') : -1;
  return at > 0 && ['SCHEMA', 'DATABASE'].includes(keyword(statement[at + 1])) ? statement[at + 2]?.text : undefined;
}
