import type { ServerInfo } from '../driver/serverInfo.ts';
import type { SessionPool } from '../driver/sessionPool.ts';

/** The server behind a pool, which is asked by opening a session. */
export async function serverOf(pool: SessionPool): Promise<ServerInfo> {
  return pool.withSession(undefined, (session) => Promise.resolve(session.server));
}
