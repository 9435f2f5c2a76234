import type { CatalogRow } from '../driver/connect.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import type { QualifiedName } from '../sql/identifiers.ts';

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

export interface IndexDescription {
  readonly name: string;
  readonly unique: boolean;
  /** Column names, or the expression of a functional key part. */
  readonly parts: readonly string[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly referencedTable: string;
  readonly referencedColumns: readonly string[];
}

export interface TableDescription extends TableSummary {
  readonly database: string;
  readonly columns: readonly ColumnDescription[];
  readonly indexes: readonly IndexDescription[];
  readonly foreignKeys: readonly ForeignKey[];
}

/** Databases that belong to the server itself. */
export const SYSTEM_DATABASES = ['information_schema', 'mysql', 'performance_schema', 'sys'];

const DATABASES = 'SELECT schema_name AS name FROM information_schema.schemata ORDER BY schema_name';

const TABLES = `SELECT table_name AS name, table_type AS type, table_rows AS row_estimate, table_comment AS comment
  FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name`;

const TABLE = `SELECT table_name AS name, table_type AS type, table_rows AS row_estimate, table_comment AS comment
  FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`;

const FUNCTIONS = `SELECT routine_schema AS database_name, routine_name AS name FROM information_schema.routines
  WHERE routine_type = 'FUNCTION' ORDER BY routine_schema, routine_name`;

const COLUMNS = `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_key AS \`key\`,
    column_default AS default_value, extra AS extra, column_comment AS comment
  FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`;

const FOREIGN_KEYS = `SELECT constraint_name AS name, column_name AS column_name,
    referenced_table_schema AS referenced_database, referenced_table_name AS referenced_table, referenced_column_name AS referenced_column
  FROM information_schema.key_column_usage
  WHERE table_schema = ? AND table_name = ? AND referenced_table_name IS NOT NULL ORDER BY constraint_name, ordinal_position`;

const INDEXES_MYSQL = `SELECT index_name AS name, non_unique AS non_unique, column_name AS part, expression AS expression
  FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? ORDER BY index_name = 'PRIMARY' DESC, index_name, seq_in_index`;

const INDEXES_PLAIN = `SELECT index_name AS name, non_unique AS non_unique, column_name AS part, NULL AS expression
  FROM information_schema.statistics WHERE table_schema = ? AND table_name = ? ORDER BY index_name = 'PRIMARY' DESC, index_name, seq_in_index`;

/** Names of the databases that this account sees, the server's own ones last. */
export async function listDatabases(pool: SessionPool): Promise<string[]> {
  const rows = await pool.withSession(undefined, (session) => session.read(DATABASES));
  const names = rows.map((row) => text(row, 'name'));
  return [...names.filter((name) => !isSystemDatabase(name)), ...names.filter(isSystemDatabase)];
}

export function isSystemDatabase(name: string): boolean {
  return SYSTEM_DATABASES.includes(name.toLowerCase());
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
  return rows.map(toTableSummary);
}

export async function listColumns(pool: SessionPool, database: string, table: string): Promise<ColumnDescription[]> {
  return pool.withSession(undefined, (session) => readColumns(session, database, table));
}

/** Undefined where the table does not exist or this account may not see it. */
export async function describeTable(pool: SessionPool, database: string, table: string): Promise<TableDescription | undefined> {
  return pool.withSession(undefined, async (session) => {
    const [row] = await session.read(TABLE, [database, table]);
    if (row === undefined) return undefined;
    const columns = await readColumns(session, database, table);
    const indexSql = session.server.flavour === 'mysql' && !session.server.version.startsWith('5.') ? INDEXES_MYSQL : INDEXES_PLAIN;
    const indexes = toIndexes(await session.read(indexSql, [database, table]));
    const foreignKeys = toForeignKeys(await session.read(FOREIGN_KEYS, [database, table]), database);
    return { ...toTableSummary(row), database, columns, indexes, foreignKeys };
  });
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

function toTableSummary(row: CatalogRow): TableSummary {
  const view = text(row, 'type').includes('VIEW');
  const estimate = row['row_estimate'];
  return {
    name: text(row, 'name'),
    kind: view ? 'view' : 'table',
    rowEstimate: view || estimate === null || estimate === undefined ? undefined : Number(estimate),
    comment: view ? '' : text(row, 'comment'),
  };
}

function toIndexes(rows: readonly CatalogRow[]): IndexDescription[] {
  return groupByName(rows).map(([name, parts]) => ({
    name,
    unique: Number(parts[0]?.['non_unique']) === 0,
    parts: parts.map((row) => (row['part'] === null ? `(${text(row, 'expression')})` : text(row, 'part'))),
  }));
}

function toForeignKeys(rows: readonly CatalogRow[], database: string): ForeignKey[] {
  return groupByName(rows).map(([name, parts]) => {
    const [first = {}] = parts;
    const elsewhere = text(first, 'referenced_database') === database ? '' : `${text(first, 'referenced_database')}.`;
    return {
      name,
      columns: parts.map((row) => text(row, 'column_name')),
      referencedTable: elsewhere + text(first, 'referenced_table'),
      referencedColumns: parts.map((row) => text(row, 'referenced_column')),
    };
  });
}

function groupByName(rows: readonly CatalogRow[]): [string, CatalogRow[]][] {
  return [...Map.groupBy(rows, (row) => text(row, 'name'))];
}

function text(row: CatalogRow, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}
