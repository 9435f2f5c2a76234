import { classifyUserStatement } from '../../guard/userStatementPolicy.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { usedDatabase } from '../../sql/usedDatabase.ts';
import { contentsOf, releasedBy, type SessionContent } from '../../guard/sessionEffects.ts';

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

interface StatementEffects {
  readonly verb: string;
  readonly reads: boolean;
  readonly contents: readonly SessionContent[];
  /** What is no longer in the session if it succeeds. */
  readonly released: readonly SessionContent[];
}

/** What a statement is, and what it may leave in the session. `session` is how that reads texts, where it is known. */
export function effectsOf(sql: string, session: Dialect | undefined): StatementEffects {
  if (isLongInsert(sql)) return { verb: 'INSERT', reads: false, contents: ['counts'], released: [] };
  const { verb, effect } = classifyUserStatement(sql, session);
  const reads = effect === 'reads';
  return { verb, reads, contents: reads ? [] : contentsOf(sql), released: reads ? [] : releasedBy(sql) };
}
