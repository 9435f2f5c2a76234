import { phrase, type Words } from '../phrase.ts';
import { number, text, type CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import { hideCredentials } from '../policy/credentials.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { joined, sql, textLiteral, type OwnSql } from '../sql/ownSql.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import type { Known, ProgramKind } from './schemaState.ts';
import { charsetOf, toTable, type Collations, type ModelContext } from './tableModel.ts';

/** What counts of a server for all statements of a script. */
export interface ServerSettings {
  readonly strict: boolean;
  readonly noZeroDate: boolean;
  readonly logs: boolean;
  readonly collations: Collations;
  /** Names of all, also without the character set that they begin with. */
  readonly allCollations: ReadonlySet<string>;
  /** Of databases; new tables have them. */
  readonly defaults: ReadonlyMap<string, string>;
}

const MODES =
  "SELECT 'mode' AS kind, '' AS name, @@global.sql_mode AS value UNION ALL SELECT 'log', '', @@global.log_bin UNION ALL SELECT 'collation', character_set_name, collation_name FROM information_schema.collations WHERE is_default = 'Yes' UNION ALL SELECT 'any', collation_name, '' FROM information_schema.collations UNION ALL SELECT 'database', schema_name, default_collation_name FROM information_schema.schemata";

export async function readSettings(session: Session): Promise<ServerSettings> {
  const rows = await session.read(MODES);
  const of = (kind: string): CatalogRow[] => rows.filter((row) => text(row, 'kind') === kind);
  const pairs = (kind: string): ReadonlyMap<string, string> => new Map(of(kind).map((row) => [text(row, 'name'), text(row, 'value')]));
  const modes = new Set((of('mode')[0] === undefined ? '' : text(of('mode')[0] ?? {}, 'value')).toUpperCase().split(','));
  const strict = modes.has('STRICT_TRANS_TABLES') || modes.has('STRICT_ALL_TABLES');
  return {
    strict,
    noZeroDate: strict && modes.has('NO_ZERO_DATE'),
    logs: pairs('log').get('') === '1',
    collations: pairs('collation'),
    allCollations: new Set(of('any').map((row) => text(row, 'name').replace(/^utf8_/, 'utf8mb3_'))),
    defaults: pairs('database'),
  };
}

/** `ER_NO_SUCH_TABLE` and `ER_BAD_DB_ERROR`; `ER_TABLEACCESS_DENIED_ERROR` and `ER_DBACCESS_DENIED_ERROR`. */
const MISSING = new Set([1146, 1049]);
const DENIED = new Set([1142, 1044]);

/** `ER_TOO_LONG_IDENT`, `ER_WRONG_DB_NAME`, and `ER_WRONG_TABLE_NAME`: each statement with such a name fails so. */
const WRONG_NAME: ReadonlyMap<number, (name: string) => Words> = new Map([
  [1059, (name) => phrase('the name {0} is too long', name)],
  [1102, (name) => phrase('{0} has a wrong name of a database', name)],
  [1103, (name) => phrase('{0} is a wrong name of a table', name)],
]);

/** Why nothing is known of a table. With `wrongName`, each statement that names it fails. */
export type Unreadable = 'denied' | 'unreadable' | { readonly errno: number; readonly wrongName: ((name: string) => Words) | undefined };

export interface ReadTable {
  readonly name: QualifiedName;
  readonly known: Known | Unreadable;
  /** What SHOW CREATE TABLE says of one that is known. */
  readonly definition?: string;
}

export function isUnreadable(known: ReadTable['known']): known is Unreadable {
  return known === 'denied' || known === 'unreadable' || (typeof known === 'object' && 'wrongName' in known);
}

/** A table as a model. */
export async function readTable(session: Session, name: QualifiedName, { collations, defaults }: ServerSettings): Promise<ReadTable> {
  try {
    const [row = {}] = await session.read(sql`SHOW CREATE TABLE ${quoteIdentifier(name.database)}.${quoteIdentifier(name.name)}`);
    const definition = hideCredentials(text(row, 'Create Table'));
    if (definition === '') return { name, known: 'view' };
    const dialect = agentDialect(session.server);
    const [statement] = parseStatements(definition, dialect);
    if (statement?.kind !== 'createTable') return { name, known: 'unreadable' };
    const collation = defaults.get(name.database);
    const context: ModelContext = { dialect, database: name.database, collations };
    const found = toTable(statement, context, { charset: charsetOf(collation) ?? 'utf8mb4', collation }, name);
    const isOwn = statement.table.name.name;
    return { name, known: { ...found, database: name.database, name: isOwn }, definition };
  } catch (error) {
    if (!isPilotError(error)) return { name, known: 'unreadable' }; // what the parser doesn't know
    if (MISSING.has(error.errno ?? 0)) return { name, known: undefined };
    if (DENIED.has(error.errno ?? 0)) return { name, known: 'denied' };
    const { errno } = error;
    // One broken table, such as one of a missing engine, must not keep the others from being looked at.
    if (errno === undefined || !session.usable) throw error;
    return { name, known: { errno, wrongName: WRONG_NAME.get(errno) } };
  }
}

function isOneOf(names: readonly QualifiedName[], database: OwnSql, name: OwnSql): OwnSql {
  return sql`(${database}, ${name}) IN (${joined(names.map((one) => sql`(${textLiteral(one.database)}, ${textLiteral(one.name)})`))})`;
}

export interface Size extends QualifiedName {
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
}

export async function readSizes(session: Session, names: readonly QualifiedName[]): Promise<Size[]> {
  if (names.length === 0) return [];
  const rows = await session.read(
    sql`SELECT table_schema AS d, table_name AS n, table_rows AS row_count, data_length + index_length AS bytes FROM information_schema.tables WHERE ${isOneOf(names, sql`table_schema`, sql`table_name`)}`,
  );
  return rows.map((row) => ({
    database: text(row, 'd'),
    name: text(row, 'n'),
    rows: number(row, 'row_count'),
    bytes: number(row, 'bytes'),
  }));
}

export interface ProgramName extends QualifiedName {
  readonly kind: ProgramKind;
}

/** Those of the programs that exist. */
export async function readPrograms(session: Session, names: readonly ProgramName[]): Promise<ProgramName[]> {
  const of = (...kinds: readonly ProgramKind[]): ProgramName[] => names.filter(({ kind }) => kinds.includes(kind));
  const parts: OwnSql[] = [];
  if (of('TRIGGER').length > 0)
    parts.push(
      sql`SELECT 'TRIGGER' AS kind, trigger_schema AS d, trigger_name AS n FROM information_schema.triggers WHERE ${isOneOf(of('TRIGGER'), sql`trigger_schema`, sql`trigger_name`)}`,
    );
  if (of('PROCEDURE', 'FUNCTION').length > 0)
    parts.push(
      sql`SELECT routine_type AS kind, routine_schema AS d, routine_name AS n FROM information_schema.routines WHERE ${isOneOf(of('PROCEDURE', 'FUNCTION'), sql`routine_schema`, sql`routine_name`)}`,
    );
  if (of('EVENT').length > 0)
    parts.push(
      sql`SELECT 'EVENT' AS kind, event_schema AS d, event_name AS n FROM information_schema.events WHERE ${isOneOf(of('EVENT'), sql`event_schema`, sql`event_name`)}`,
    );
  if (parts.length === 0) return [];
  const rows = await session.read(joined(parts, ' UNION ALL '));
  return rows.map((row) => ({ kind: text(row, 'kind') as ProgramKind, database: text(row, 'd'), name: text(row, 'n') }));
}

export interface NamedCheck extends QualifiedName {
  readonly table: string;
}

/** Checks of these names in the databases of the tables; MySQL takes each name once in a database. */
export async function readChecks(session: Session, names: readonly string[], tables: readonly QualifiedName[]): Promise<NamedCheck[]> {
  if (session.server.flavor !== 'mysql' || session.server.versionNumber < 80_016 || names.length === 0 || tables.length === 0) return [];
  const databases = [...new Set(tables.map(({ database }) => database))];
  const rows = await session.read(
    sql`SELECT constraint_schema AS d, table_name AS t, constraint_name AS n FROM information_schema.table_constraints
      WHERE constraint_type = 'CHECK' AND constraint_schema IN (${joined(databases.map(textLiteral))}) AND constraint_name IN (${joined(names.map(textLiteral))})`,
  );
  return rows.map((row) => ({ database: text(row, 'd'), table: text(row, 't'), name: text(row, 'n') }));
}

/** What names a table in its text. */
export interface Dependent {
  readonly kind: 'view' | 'trigger' | 'procedure' | 'function' | 'event';
  readonly database: string;
  readonly name: string;
  /** The table that a trigger is of. */
  readonly table: string | undefined;
  readonly text: string;
}

const MAX_DEPENDENTS = 200;
/** A table may be named anywhere; a text beyond this is not read. */
const MAX_TEXT = 20_000;

/** Views, triggers, routines and events whose text holds one of the names, in the databases of the tables. */
export async function readDependents(session: Session, tables: readonly QualifiedName[]): Promise<Dependent[]> {
  const databases = joined([...new Set(tables.map(({ database }) => database))].map(textLiteral));
  const names = [...new Set(tables.map(({ name }) => name))];
  const holds = (column: OwnSql): OwnSql =>
    sql`(${joined(
      names.map((name) => sql`LOCATE(${textLiteral(name)}, ${column}) > 0`),
      ' OR ',
    )})`;
  const body = (column: OwnSql): OwnSql => sql`LEFT(${column}, 20000) AS body`;
  const rows = await session.read(
    joined(
      [
        sql`SELECT 'view' AS kind, table_schema AS d, table_name AS n, NULL AS t, ${body(sql`view_definition`)} FROM information_schema.views WHERE table_schema IN (${databases}) AND ${holds(sql`view_definition`)}`,
        sql`SELECT 'trigger', trigger_schema, trigger_name, event_object_table, ${body(sql`action_statement`)} FROM information_schema.triggers WHERE trigger_schema IN (${databases}) AND (event_object_table IN (${joined(names.map(textLiteral))}) OR ${holds(sql`action_statement`)})`,
        sql`SELECT LOWER(routine_type), routine_schema, routine_name, NULL, ${body(sql`routine_definition`)} FROM information_schema.routines WHERE routine_schema IN (${databases}) AND ${holds(sql`routine_definition`)}`,
        sql`SELECT 'event', event_schema, event_name, NULL, ${body(sql`event_definition`)} FROM information_schema.events WHERE event_schema IN (${databases}) AND ${holds(sql`event_definition`)}`,
      ].map((part) => sql`(${part} LIMIT 200)`),
      ' UNION ALL ',
    ),
  );
  return rows.slice(0, MAX_DEPENDENTS * 4).map((row) => ({
    kind: text(row, 'kind') as Dependent['kind'],
    database: text(row, 'd'),
    name: text(row, 'n'),
    table: row['t'] === null || row['t'] === undefined ? undefined : text(row, 't'),
    text: text(row, 'body').slice(0, MAX_TEXT),
  }));
}
