import type { SessionPool } from '../driver/sessionPool.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { dialectOf, type Dialect } from '../sql/lexer/dialect.ts';

/** How a server reads a text. */
export interface ServerDialects {
  /** In sessions of ours. */
  readonly agent: Dialect;
  /** In sessions of people, which have the server's own mode; undefined for one that we can't read. */
  readonly people: Dialect | undefined;
}

export async function readDialects(pool: SessionPool): Promise<ServerDialects> {
  return pool.withSession(undefined, async (session) => {
    const agent = agentDialect(session.server);
    const [row] = await session.read('SELECT @@GLOBAL.sql_mode AS mode');
    return { agent, people: dialectOf(agent.flavor, agent.version, String(row?.['mode'] ?? '')) };
  });
}

export function isSameDialect(one: Dialect | undefined, other: Dialect | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
