import { describeServer } from '../driver/serverInfo.ts';
import type { Session } from '../driver/session.ts';

/** Where a statement would run, as the server itself tells. A decision holds for this place and no other. */
export interface ServerIdentity {
  /** For people: `MySQL 9.7.4`. */
  readonly label: string;
  readonly server: string;
  readonly account: string;
  readonly database: string;
  readonly sqlMode: string;
  /** Transactions that the server has run, where it numbers them; to be compared after a lost answer. */
  readonly gtids: string | undefined;
}

export async function readIdentity(session: Session): Promise<ServerIdentity> {
  const mysql = session.server.flavour === 'mysql';
  const [row] = await session.command(
    `SELECT CONCAT_WS(':', @@hostname, @@port, @@server_id${mysql ? ', @@server_uuid' : ''}) AS server, CURRENT_USER() AS account,
       COALESCE(DATABASE(), '') AS db, @@sql_mode AS sql_mode`,
  );
  return {
    label: describeServer(session.server),
    server: String(row?.['server']),
    account: String(row?.['account']),
    database: String(row?.['db']),
    sqlMode: String(row?.['sql_mode']),
    gtids: await readGtids(session),
  };
}

async function readGtids(session: Session): Promise<string | undefined> {
  if (session.server.flavour === 'mysql') {
    const [row] = await session.command("SELECT IF(@@gtid_mode = 'ON', REPLACE(@@gtid_executed, '\\n', ''), '') AS gtids");
    const gtids = String(row?.['gtids'] ?? '');
    return gtids === '' ? undefined : gtids;
  }
  const [row] = await session.command('SELECT @@gtid_binlog_pos AS gtids');
  const gtids = String(row?.['gtids'] ?? '');
  return gtids === '' ? undefined : gtids;
}

export function isSamePlace(a: ServerIdentity, b: ServerIdentity): boolean {
  return a.server === b.server && a.account === b.account && a.database === b.database && a.sqlMode === b.sqlMode;
}
