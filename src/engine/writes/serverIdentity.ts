import { describeServer } from '../driver/serverInfo.ts';
import type { Session } from '../driver/session.ts';
import { sql, textLiteral } from '../sql/ownSql.ts';

/** Where a statement would run, as the server itself tells. A decision holds for this place and no other. */
export interface ServerIdentity {
  /** For people: `MySQL 9.7.4`. */
  readonly label: string;
  readonly server: string;
  readonly account: string;
  readonly database: string;
  readonly sqlMode: string;
  /** A query that tells which transactions the server has run since, where it numbers them: for after a lost answer. */
  readonly since: string | undefined;
}

/** Where a session is: server, account, database, SQL mode. */
export async function readIdentity(session: Session): Promise<ServerIdentity> {
  const mysql = session.server.flavor === 'mysql';
  const [row] = await session.command(
    sql`SELECT CONCAT_WS(':', @@hostname, @@port, @@server_id${mysql ? sql`, @@server_uuid` : sql``}) AS server, CURRENT_USER() AS account,
       COALESCE(DATABASE(), '') AS db, @@sql_mode AS sql_mode`,
  );
  return {
    label: describeServer(session.server),
    server: String(row?.['server']),
    account: String(row?.['account']),
    database: String(row?.['db']),
    sqlMode: String(row?.['sql_mode']),
    since: await readSince(session),
  };
}

async function readSince(session: Session): Promise<string | undefined> {
  const mysql = session.server.flavor === 'mysql';
  const [row] = await session.command(
    mysql ? "SELECT IF(@@gtid_mode = 'ON', REPLACE(@@GLOBAL.gtid_executed, '\\n', ''), '') AS gtids" : 'SELECT @@gtid_binlog_pos AS gtids',
  );
  const gtids = String(row?.['gtids'] ?? '');
  if (gtids === '') return undefined;
  const before = textLiteral(gtids); // whatever the server says there
  return mysql ? sql`SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, ${before})` : sql`SELECT @@gtid_binlog_pos <> ${before}`;
}

/** Whether a statement would mean the same there. */
export function isSamePlace(a: ServerIdentity, b: ServerIdentity): boolean {
  return a.server === b.server && a.account === b.account && a.database === b.database && a.sqlMode === b.sqlMode;
}
