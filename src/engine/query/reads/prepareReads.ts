import type { Session } from '../../driver/session.ts';
import { agentDialect } from '../authorization/agentDialect.ts';
import type { ParsedRead } from '../authorization/parseReads.ts';
import type { ReadAuthorizer } from '../authorization/readAuthorizer.ts';
import { quoteString } from '../../sql/printer/literals.ts';
import { checkedText, sql } from '../../sql/ownSql.ts';
import type { ReadOptions, ReadPath } from './runReads.ts';
import { Stop } from './stop.ts';

/** Verbs of what can be prepared. */
export const QUERIES: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES']);

/**
 * Has the server resolve the names of reads, and goes no further. A plan would read rows: those of constant tables and of subqueries, which show in it, in notes and in errors. Throws what
 * a run would refuse, and the server's own error for what it does not know.
 */
export async function prepareReads(
  { pool }: Pick<ReadPath, 'pool'>,
  authorizer: ReadAuthorizer,
  { text, statements }: { readonly text: string; readonly statements: readonly ParsedRead[] },
  options: Pick<ReadOptions, 'database' | 'timeoutMs' | 'signal'>,
): Promise<void> {
  const stop = new Stop(options.timeoutMs, options.signal);
  try {
    await pool.withSession(options.database, async (session) => {
      for (const statement of statements) {
        const { sql: printed, verb } = await stop.race(authorizer.authorize(session, text, statement));
        if (QUERIES.has(verb)) await stop.race(prepare(session, printed));
      }
    });
  } finally {
    stop.dispose();
  }
}

/** Throws the server's error for a name that it does not know. */
export async function prepare(session: Session, printed: string): Promise<void> {
  await session.command(sql`PREPARE pilot_checked FROM ${checkedText(quoteString(printed, agentDialect(session.server)))}`);
  await session.command('DEALLOCATE PREPARE pilot_checked');
}
