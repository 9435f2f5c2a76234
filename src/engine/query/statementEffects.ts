import { judgeForPeople } from '../guard/people.ts';
import type { Dialect } from '../sql/dialect.ts';
import { usedDatabase } from '../sql/usedDatabase.ts';
import { contentsOf, type SessionContent } from '../guard/sessionEffects.ts';

/** Statements that are long and need not be read to be known. */
const LONG = 100_000;
const INSERT = /^\s*(?:INSERT|REPLACE)\b/i;

/** One whose text need not be read: it keeps the transaction, and leaves counts. */
export function isLongInsert(sql: string): boolean {
  return sql.length > LONG && INSERT.test(sql);
}

/** The name behind USE; undefined for any other statement. */
export function databaseOf(sql: string): string | undefined {
  return isLongInsert(sql) ? undefined : usedDatabase(sql);
}

/** What a statement is, and what it may leave in the session. `session` is how that reads texts, where it is known. */
export function effectsOf(
  sql: string,
  session: Dialect | undefined,
): { readonly verb: string; readonly reads: boolean; readonly contents: readonly SessionContent[] } {
  if (isLongInsert(sql)) return { verb: 'INSERT', reads: false, contents: ['counts'] };
  const { verb, effect } = judgeForPeople(sql, session);
  return { verb, reads: effect === 'reads', contents: effect === 'reads' ? [] : contentsOf(sql) };
}
