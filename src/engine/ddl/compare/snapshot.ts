import { text, type CatalogRow } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import { isPilotError } from '../../errors.ts';
import type { SessionPool } from '../../driver/sessionPool.ts';
import { hideCredentials } from '../../policy/credentials.ts';
import { agentDialect } from '../../query/authorization/agentDialect.ts';
import { definitionColumn, definitionStatement } from '../../schema/showCreate.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { isUnreadable, readSettings, readTable } from '../readTables.ts';
import { MAX_TABLES } from './maxTables.ts';
import { withoutPlace } from './withoutPlace.ts';
import type { Collations, TableModel } from '../tableModel.ts';

/** A database as it is compared. */
export interface Snapshot {
  readonly database: string;
  /** False for some tables of it. */
  readonly isWhole: boolean;
  readonly collation: string;
  readonly collations: Collations;
  readonly dialect: Dialect;
  readonly tables: ReadonlyMap<string, TableModel>;
  /** What makes each table again. */
  readonly definitions: ReadonlyMap<string, string>;
  /** Tables beyond the parser, or that the account may not see. */
  readonly unread: readonly string[];
  readonly others: readonly OtherObject[];
}

export interface OtherObject {
  readonly kind: 'view' | 'procedure' | 'function' | 'trigger' | 'event';
  readonly name: string;
  /** All that makes it what it is, without definer and database. */
  readonly text: string;
  /** What makes it again. */
  readonly create: string;
}

const TABLES = 'SELECT table_name AS n, table_type AS type FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name';
const PROGRAMS = `SELECT LOWER(routine_type) AS kind, routine_name AS n FROM information_schema.routines WHERE routine_schema = ?
  UNION ALL SELECT 'trigger', trigger_name FROM information_schema.triggers WHERE trigger_schema = ?
  UNION ALL SELECT 'event', event_name FROM information_schema.events WHERE event_schema = ?`;

/** Undefined for a database that doesn't exist or can't be seen; the number of tables where they are more than can be compared. */
export async function readSnapshot(pool: SessionPool, database: string, only: readonly string[]): Promise<Snapshot | number | undefined> {
  return pool.withSession(undefined, async (session) => {
    const settings = await readSettings(session);
    const collation = settings.defaults.get(database);
    if (collation === undefined) return undefined;
    const isMeant = (row: CatalogRow): boolean => only.length === 0 || only.includes(text(row, 'n'));
    const rows = (await session.read(TABLES, [database])).filter(isMeant);
    if (rows.length > MAX_TABLES) return rows.length;
    const tables = new Map<string, TableModel>();
    const definitions = new Map<string, string>();
    const unread: string[] = [];
    for (const row of rows.filter((one) => !text(one, 'type').includes('VIEW'))) {
      const name = text(row, 'n');
      const { known, definition = '' } = await readTable(session, { database, name }, settings);
      if (isUnreadable(known)) unread.push(name);
      else if (typeof known === 'object') {
        tables.set(name, known);
        definitions.set(name, definition.replace(/(\n\).*?) AUTO_INCREMENT=\d+/, '$1'));
      } else if (known !== undefined) unread.push(name);
    }
    const views = rows.filter((one) => text(one, 'type') === 'VIEW').map((row) => ({ kind: 'view' as const, name: text(row, 'n') }));
    const programs =
      only.length > 0
        ? []
        : (await session.read(PROGRAMS, [database, database, database])).map((row) => ({
            kind: text(row, 'kind') as OtherObject['kind'],
            name: text(row, 'n'),
          }));
    const others: OtherObject[] = [];
    for (const object of [...views, ...programs]) {
      const other = await readOther(session, database, object);
      if (other === undefined) unread.push(object.name);
      else others.push(other);
    }
    return {
      database,
      isWhole: only.length === 0,
      collation,
      collations: settings.collations,
      dialect: agentDialect(session.server),
      tables,
      definitions,
      unread,
      others,
    };
  });
}

/** Undefined where the server can't say: MariaDB runs stored functions of a view when it describes the view, and what they say in their errors is nobody's structure. */
async function readOther(
  session: Session,
  database: string,
  { kind, name }: Pick<OtherObject, 'kind' | 'name'>,
): Promise<OtherObject | undefined> {
  const rows = await session.read(definitionStatement({ kind, database, name })).catch((error: unknown) => {
    if (!isPilotError(error, 'connection.lost')) return undefined;
    throw error;
  });
  if (rows === undefined) return undefined;
  const [row = {}] = rows;
  const columns = Object.keys(row).map((column) => ({ name: column }));
  const shown = hideCredentials(text(row, columns[definitionColumn(columns)]?.name ?? ''));
  const create = withoutPlace(shown, database, agentDialect(session.server));
  return { kind, name, text: create, create };
}
