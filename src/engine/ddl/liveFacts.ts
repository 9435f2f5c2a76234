import { phrase, type Words } from '../phrase.ts';
import { number, text, type CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { joined, sql, textLiteral, type OwnSql } from '../sql/ownSql.ts';

/** What no definition tells, and only some accounts can read. */
export interface LiveFacts {
  /** How often columns were added or dropped at once since the table was rebuilt, by `keyOfName`. */
  readonly rowVersions: ReadonlyMap<string, number>;
  readonly locks: LocksNow;
  /** Replicas run what is written there after it ended here. */
  readonly logs: boolean;
  /** Replicas that read the binary log now; undefined where the account can't see them. */
  readonly replicas: number | undefined;
  /** Seconds behind its source, null where replication stands still; undefined where this is no replica, or that can't be seen. */
  readonly lag: number | null | undefined;
  /** Of InnoDB, beside the own: null where there is none, undefined where the account can't see them. */
  readonly longest: { readonly seconds: number; readonly session: number } | null | undefined;
}

/** Sessions that hold metadata locks on the tables, or why they aren't known. */
export type LocksNow = { readonly holders: readonly LockHolder[] } | { readonly unknown: Words };

export interface LockHolder {
  readonly table: QualifiedName;
  readonly session: number;
  readonly lock: string;
  /** Since its statement began, or since it is idle. */
  readonly seconds: number | undefined;
  readonly idle: boolean;
  readonly waits: boolean;
}

export async function readLiveFacts(
  session: Session,
  tables: readonly QualifiedName[],
  { logs, lag }: Pick<LiveFacts, 'logs' | 'lag'>,
): Promise<LiveFacts> {
  return { locks: await readLocks(session, tables), logs, lag, ...(await readActivity(session, tables)) };
}

/** In one question. Without PROCESS an account sees its own sessions alone, no transaction, and no row versions. */
async function readActivity(
  session: Session,
  tables: readonly QualifiedName[],
): Promise<Pick<LiveFacts, 'replicas' | 'longest' | 'rowVersions'>> {
  const parts = [
    sql`(SELECT 'transaction' AS kind, '' AS name, trx_mysql_thread_id AS n, TIMESTAMPDIFF(SECOND, CONVERT_TZ(trx_started, 'SYSTEM', '+00:00'), UTC_TIMESTAMP()) AS seconds
      FROM information_schema.innodb_trx WHERE trx_mysql_thread_id NOT IN (0, CONNECTION_ID()) ORDER BY trx_started LIMIT 1)`,
    sql`(SELECT 'replicas', '', COUNT(*), NULL FROM information_schema.processlist WHERE command IN ('Binlog Dump', 'Binlog Dump GTID'))`,
    ...versionsSql(session, tables),
  ];
  try {
    const rows = await session.read(joined(parts, ' UNION ALL '));
    const of = (kind: string): CatalogRow[] => rows.filter((row) => text(row, 'kind') === kind);
    const [longest] = of('transaction');
    const [replicas = {}] = of('replicas');
    return {
      replicas: number(replicas, 'n'),
      longest: longest === undefined ? null : { seconds: Math.max(0, number(longest, 'seconds') ?? 0), session: number(longest, 'n') ?? 0 },
      rowVersions: new Map(
        of('versions').map((row) => {
          const [database = '', name = ''] = text(row, 'name').split('/');
          return [keyOfName({ database, name }), number(row, 'n') ?? 0];
        }),
      ),
    };
  } catch (error) {
    if (!isPilotError(error) || error.errno === undefined) throw error;
    return { replicas: undefined, longest: undefined, rowVersions: new Map() };
  }
}

/** Tables with other characters in their names are left out: the server writes these in its own way. */
function versionsSql({ server: { flavor, versionNumber } }: Session, tables: readonly QualifiedName[]): OwnSql[] {
  const plain = tables.filter(({ database, name }) => /^\w+$/.test(database) && /^\w+$/.test(name));
  if (flavor !== 'mysql' || versionNumber < 80_029 || plain.length === 0) return [];
  const names = joined(plain.map(({ database, name }) => textLiteral(`${database}/${name}`)));
  return [sql`(SELECT 'versions', name, total_row_versions, NULL FROM information_schema.innodb_tables WHERE name IN (${names}))`];
}

async function readLocks(session: Session, tables: readonly QualifiedName[]): Promise<LocksNow> {
  if (tables.length === 0) return { holders: [] };
  if (session.server.flavor === 'mariadb') return { unknown: phrase('MariaDB tells it only with the plugin METADATA_LOCK_INFO') };
  if (session.server.versionNumber < 50_700) return { unknown: phrase('the server is older than 5.7') };
  const names = joined(tables.map(({ database, name }) => sql`(${textLiteral(database)}, ${textLiteral(name)})`));
  try {
    return { holders: await readHolders(session, names) };
  } catch (error) {
    if (!isPilotError(error)) throw error;
    return { unknown: phrase("this account can't read performance_schema.metadata_locks") };
  }
}

/** Ten of them: more say nothing more. */
async function readHolders(session: Session, names: OwnSql): Promise<LockHolder[]> {
  const rows = await session.read(
    sql`SELECT l.object_schema AS d, l.object_name AS n, t.processlist_id AS id, MAX(l.lock_type) AS lock_type, MAX(l.lock_status = 'PENDING') AS waits,
        MAX(t.processlist_time) AS seconds, MAX(t.processlist_command = 'Sleep') AS idle
      FROM performance_schema.metadata_locks l JOIN performance_schema.threads t ON t.thread_id = l.owner_thread_id
      WHERE l.object_type = 'TABLE' AND (l.object_schema, l.object_name) IN (${names}) AND t.processlist_id IS NOT NULL AND t.processlist_id <> CONNECTION_ID()
      GROUP BY l.object_schema, l.object_name, t.processlist_id ORDER BY MAX(t.processlist_time) DESC LIMIT 10`,
  );
  return rows.map((row) => ({
    table: { database: text(row, 'd'), name: text(row, 'n') },
    session: number(row, 'id') ?? 0,
    lock: text(row, 'lock_type'),
    seconds: number(row, 'seconds'),
    idle: number(row, 'idle') === 1,
    waits: number(row, 'waits') === 1,
  }));
}
