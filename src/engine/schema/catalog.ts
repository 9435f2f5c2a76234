import { number, text, type CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';
import { hideCredentials } from '../policy/credentials.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { isSystemDatabase } from './systemDatabases.ts';
import { parseDefinition, type TableDefinition } from './definition.ts';
import { sql } from '../sql/ownSql.ts';

export interface TableSummary {
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** The server's estimate; unknown for views. */
  readonly rowEstimate: number | undefined;
  readonly comment: string;
}

export interface ColumnDescription {
  readonly name: string;
  /** As in CREATE TABLE, for example `decimal(10,2) unsigned`. */
  readonly type: string;
  readonly nullable: boolean;
  readonly key: 'primary' | 'unique' | 'index' | undefined;
  /** The default as the server tells it; undefined where there is none. */
  readonly defaultValue: string | undefined;
  /** For example `auto_increment` or `VIRTUAL GENERATED`. */
  readonly extra: string;
  readonly comment: string;
}

export interface TableDescription extends TableSummary {
  readonly database: string;
  /** As the server estimates them; undefined for views. */
  readonly dataBytes: number | undefined;
  readonly indexBytes: number | undefined;
  /** Empty for views. */
  readonly collation: string;
  /** Of the tables that name none. */
  readonly databaseCollation: string;
  /** Undefined for views, and where the account may not see the definition: then there are `columns`. */
  readonly definition: TableDefinition | undefined;
  readonly columns: readonly ColumnDescription[];
}

const DATABASES = 'SELECT schema_name AS name FROM information_schema.schemata ORDER BY schema_name';

/** Without what the server has to open a table's statistics for: a quarter of the time where there are thousands. Put in order here, which takes the server as long as all else. */
const TABLE_NAMES = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?`;

const TABLES = `SELECT table_name AS name, table_type AS type, table_rows AS row_estimate, table_comment AS comment
  FROM information_schema.tables WHERE table_schema = ?`;

const TABLE = `SELECT t.table_name AS name, t.table_type AS type, t.table_rows AS row_estimate, t.table_comment AS comment,
    t.data_length AS data_bytes, t.index_length AS index_bytes, t.table_collation AS collation, s.default_collation_name AS database_collation
  FROM information_schema.tables t JOIN information_schema.schemata s ON s.schema_name = t.table_schema
  WHERE t.table_schema = ? AND t.table_name = ?`;

const FUNCTIONS = `SELECT routine_schema AS database_name, routine_name AS name FROM information_schema.routines
  WHERE routine_type = 'FUNCTION' ORDER BY routine_schema, routine_name`;

const COLUMNS = `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_key AS \`key\`,
    column_default AS default_value, extra AS extra, column_comment AS comment
  FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`;

/** Names of the databases that this account sees, the server's own ones last. */
export async function listDatabases(pool: SessionPool): Promise<string[]> {
  const rows = await pool.withSession(undefined, (session) => session.read(DATABASES));
  const names = rows.map((row) => text(row, 'name'));
  return [...names.filter((name) => !isSystemDatabase(name)), ...names.filter(isSystemDatabase)];
}

/** Stored functions outside the server's own databases. */
export async function listFunctions(session: Session): Promise<QualifiedName[]> {
  const rows = await session.read(FUNCTIONS);
  const names = rows.map((row) => ({ database: text(row, 'database_name'), name: text(row, 'name') }));
  return names.filter(({ database }) => !isSystemDatabase(database));
}

/** The lines of SHOW GRANTS for the session's own account. */
export async function readGrants(session: Session): Promise<string[]> {
  const rows = await session.read('SHOW GRANTS');
  return rows.map((row) => String(Object.values(row)[0]));
}

export async function listTables(pool: SessionPool, database: string): Promise<TableSummary[]> {
  const rows = await pool.withSession(undefined, (session) => session.read(TABLES, [database]));
  return rows.map(toTableSummary).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function listTableNames(pool: SessionPool, database: string): Promise<string[]> {
  const rows = await pool.withSession(undefined, (session) => session.read(TABLE_NAMES, [database]));
  return rows.map((row) => text(row, 'name')).sort();
}

export async function listColumns(pool: SessionPool, database: string, table: string): Promise<ColumnDescription[]> {
  return pool.withSession(undefined, (session) => readColumns(session, database, table));
}

/** Undefined where the table does not exist or this account may not see it. */
export async function describeTable(pool: SessionPool, database: string, table: string): Promise<TableDescription | undefined> {
  return pool.withSession(undefined, async (session) => {
    const [row] = await session.read(TABLE, [database, table]);
    if (row === undefined) return undefined;
    const summary = toTableSummary(row);
    const definition = summary.kind === 'table' ? await readDefinition(session, { database, name: table }) : undefined;
    const [collation, databaseCollation] = [text(row, 'collation'), text(row, 'database_collation')];
    return {
      ...summary,
      database,
      dataBytes: summary.kind === 'view' ? undefined : number(row, 'data_bytes'),
      indexBytes: summary.kind === 'view' ? undefined : number(row, 'index_bytes'),
      collation,
      databaseCollation,
      definition,
      columns: definition === undefined ? await readColumns(session, database, table) : [],
    };
  });
}

/** SELECT on single columns does not suffice for it. */
const DENIED = 1142;

/** Undefined where the account may not see it. */
async function readDefinition(session: Session, { database, name }: QualifiedName): Promise<TableDefinition | undefined> {
  try {
    const [row] = await session.read(sql`SHOW CREATE TABLE ${quoteIdentifier(database)}.${quoteIdentifier(name)}`);
    return parseDefinition(hideCredentials(text(row ?? {}, 'Create Table')));
  } catch (error) {
    if (isPilotError(error) && error.errno === DENIED) return undefined;
    throw error;
  }
}

async function readColumns(session: Session, database: string, table: string): Promise<ColumnDescription[]> {
  const keys = new Map([['PRI', 'primary'] as const, ['UNI', 'unique'] as const, ['MUL', 'index'] as const]);
  const rows = await session.read(COLUMNS, [database, table]);
  return rows.map((row) => ({
    name: text(row, 'name'),
    type: text(row, 'type'),
    nullable: text(row, 'nullable') === 'YES',
    key: keys.get(text(row, 'key') as 'PRI' | 'UNI' | 'MUL'),
    defaultValue: row['default_value'] === null || row['default_value'] === undefined ? undefined : String(row['default_value']),
    extra: text(row, 'extra'),
    comment: text(row, 'comment'),
  }));
}

export function toTableSummary(row: CatalogRow): TableSummary {
  const view = text(row, 'type').includes('VIEW');
  const estimate = row['row_estimate'];
  return {
    name: text(row, 'name'),
    kind: view ? 'view' : 'table',
    rowEstimate: view || estimate === null || estimate === undefined ? undefined : Number(estimate),
    comment: view ? '' : text(row, 'comment'),
  };
}
