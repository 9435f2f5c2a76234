import type { CatalogRow } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { joined, placeholders, sql } from '../../sql/ownSql.ts';

/** What the server has under the name of a table, with the name as the server spells it. */
export type FoundTable = QualifiedName &
  (
    | { readonly kind: 'table'; readonly engine: string }
    | { readonly kind: 'view'; /** Undefined where the account may not see it. */ readonly definition: string | undefined }
    /** MariaDB's tables `seq_1_to_10`, which no catalog lists. */
    | { readonly kind: 'numbers' }
    /** A table of `information_schema` or `performance_schema`. */
    | { readonly kind: 'system' }
  );

/** A stored function, with the name as the server spells it. */
export interface FoundFunction extends QualifiedName {
  readonly language: string;
  /** `user@host`. */
  readonly definer: string;
  readonly definition: string | undefined;
  readonly parameters: readonly string[];
  readonly sqlMode: string;
  readonly characterSet: string;
}

/** Nobody can create anything in these; their names are compared without regard to case on every server. */
const SYSTEM = new Set(['information_schema', 'performance_schema']);

/** @see https://mariadb.com/docs/server/server-usage/storage-engines/sequence-storage-engine */
const NUMBERS = /^seq_\d+_to_\d+(?:_step_\d+)?$/i;

const TABLES = sql`SELECT t.table_schema AS object_database, t.table_name AS name, t.table_type AS type, t.engine AS engine,
    v.view_definition AS definition
  FROM information_schema.tables t
  LEFT JOIN information_schema.views v ON v.table_schema = t.table_schema AND v.table_name = t.table_name`;

/**
 * Looks up what each name stands for, undefined where there is nothing. A row is believed only where it has the very name that was asked for; on
 * servers that fold the letters of names each name that is left is asked for by itself, and the server says what it takes it for.
 */
export async function findTables(session: Session, names: readonly QualifiedName[]): Promise<(FoundTable | undefined)[]> {
  const asked = names.filter((name) => !isSystem(name));
  const byDatabase = Map.groupBy(asked, ({ database }) => database);
  const condition = [...byDatabase.values()].map((group) => sql`(t.table_schema = ? AND t.table_name IN (${placeholders(group.length)}))`);
  const rows =
    asked.length === 0
      ? []
      : await session.read(
          sql`${TABLES} WHERE ${joined(condition, ' OR ')} LIMIT 1000000`,
          [...byDatabase].flatMap(([database, group]) => [database, ...group.map(({ name }) => name)]),
        );
  const exact = new Map(rows.map((row) => [exactKey(toName(row)), row]));
  const left = session.server.foldsNames ? asked.filter((name) => !exact.has(exactKey(name))) : [];
  for (const name of left) {
    const found = await session.read(sql`${TABLES} WHERE t.table_schema = ? AND t.table_name = ? LIMIT 2`, [name.database, name.name]);
    const [only, second] = found;
    if (only !== undefined && second === undefined) exact.set(exactKey(name), only);
  }
  return names.map((name) => {
    if (isSystem(name)) return { kind: 'system', database: name.database.toLowerCase(), name: name.name };
    const row = exact.get(exactKey(name));
    if (row !== undefined) return toTable(row);
    return session.server.flavor === 'mariadb' && NUMBERS.test(name.name) ? { kind: 'numbers', ...name } : undefined;
  });
}

/** Looks up stored functions; routines are found without regard to case and accents, so each is asked for by itself. */
export async function findFunctions(session: Session, names: readonly QualifiedName[]): Promise<(FoundFunction | undefined)[]> {
  const found: (FoundFunction | undefined)[] = [];
  for (const { database, name } of names) {
    const [row, second] = await session.read(
      `SELECT r.routine_schema AS object_database, r.routine_name AS name, r.routine_body AS language, r.routine_definition AS definition,
         r.definer AS definer, r.sql_mode AS sql_mode, r.character_set_client AS character_set
       FROM information_schema.routines r
       WHERE r.routine_type = 'FUNCTION' AND r.routine_schema = ? AND r.routine_name = ? LIMIT 2`,
      [database, name],
    );
    if (row === undefined || second !== undefined) {
      found.push(undefined);
      continue;
    }
    const own = toName(row);
    const parameters = await session.read(
      `SELECT p.parameter_name AS parameter FROM information_schema.parameters p
       WHERE p.routine_type = 'FUNCTION' AND p.specific_schema = ? AND p.specific_name = ? AND p.parameter_name IS NOT NULL LIMIT 1000000`,
      [own.database, own.name],
    );
    found.push({
      ...own,
      language: String(row['language']),
      definer: String(row['definer']),
      definition: textOf(row['definition']),
      parameters: parameters.map((parameter) => String(parameter['parameter'])),
      sqlMode: String(row['sql_mode']),
      characterSet: String(row['character_set']),
    });
  }
  return found;
}

/** Who owns what comes with the server in `sys`. Only an administrator can make something in the name of another account. */
const SERVER_ACCOUNTS = new Set(['mysql.sys@localhost', 'mariadb.sys@localhost']);

/** True for a function of `sys` that came with the server. Older servers have no such database, and anybody may make one there. */
export function isServersOwn({ database, definer }: FoundFunction): boolean {
  return database.toLowerCase() === 'sys' && SERVER_ACCOUNTS.has(definer);
}

/**
 * Which of these names are packages of MariaDB, by place: `database` is the current one, `name` what stands before the dot of a call. There a package
 * is taken before a database of that name.
 */
export async function findPackages(session: Session, names: readonly QualifiedName[]): Promise<(true | undefined)[]> {
  const found: (true | undefined)[] = [];
  for (const { database, name } of names) {
    const rows = await session.read(
      sql`SELECT r.routine_name AS name FROM information_schema.routines r
        WHERE r.routine_type IN ('PACKAGE', 'PACKAGE BODY') AND r.routine_schema = ? AND r.routine_name = ? LIMIT 1`,
      [database, name],
    );
    found.push(rows.length > 0 ? true : undefined);
  }
  return found;
}

/** The letters as they are: whatever the server folds, it is asked about. */
export function exactKey({ database, name }: QualifiedName): string {
  return `${database}\0${name}`; // which is in no name
}

export function isSystem({ database }: QualifiedName): boolean {
  return SYSTEM.has(database.toLowerCase());
}

function toTable(row: CatalogRow): FoundTable {
  const type = String(row['type']);
  const own = toName(row);
  if (isSystem(own)) return { kind: 'system', ...own };
  if (type.includes('VIEW')) return { kind: 'view', ...own, definition: textOf(row['definition']) };
  return { kind: 'table', ...own, engine: textOf(row['engine']) ?? '' };
}

function toName(row: CatalogRow): QualifiedName {
  return { database: String(row['object_database']), name: String(row['name']) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
