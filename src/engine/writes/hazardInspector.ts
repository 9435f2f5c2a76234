import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';
import type { RowHazard } from '../policy/hazard.ts';
import type { Hazard, NamedObject } from '../policy/hazard.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { describeTable } from '../schema/catalog.ts';
import type { TableDefinition } from '../schema/definition.ts';
import type { BaseTable } from '../sql/ast/queries.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { sql as ownSql, type OwnSql } from '../sql/ownSql.ts';
import { mayLoseValues } from './columnTypes.ts';
import { countRows } from './countRows.ts';
import type { Danger, EndangeredObject, RowReason } from './inspectHazards.ts';
import * as rows from './matchingRows.ts';

const TABLE = `SELECT table_rows AS row_estimate FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`;
const COLUMN_TYPE = `SELECT column_type AS type FROM information_schema.columns WHERE table_schema = ? AND table_name = ? AND column_name = ?`;

/** Where the definitions of objects are. */
const DEFINED: Readonly<Record<string, OwnSql>> = {
  VIEW: ownSql`SELECT 1 AS found FROM information_schema.views WHERE table_schema = ? AND table_name = ?`,
  PROCEDURE: ownSql`SELECT 1 AS found FROM information_schema.routines WHERE routine_type = 'PROCEDURE' AND routine_schema = ? AND routine_name = ?`,
  FUNCTION: ownSql`SELECT 1 AS found FROM information_schema.routines WHERE routine_type = 'FUNCTION' AND routine_schema = ? AND routine_name = ?`,
  TRIGGER: ownSql`SELECT 1 AS found FROM information_schema.triggers WHERE trigger_schema = ? AND trigger_name = ?`,
  EVENT: ownSql`SELECT 1 AS found FROM information_schema.events WHERE event_schema = ? AND event_name = ?`,
};

/** A person waits for the question. */
const TIMEOUT_MS = 3000;
/** Of one statement; more are named without their rows. */
const MAX_COUNTED = 10;

export const REASONS = { none: 'noWhere', always: 'alwaysTrue', constant: 'constant', byRow: 'unchecked' } as const;

export class HazardInspector {
  readonly #path: ReadPath;
  readonly #dialect: Dialect;
  readonly #database: string | undefined;
  readonly #signal: AbortSignal;
  readonly #definitions = new Map<string, Promise<TableDefinition | undefined>>();
  #counted = 0;

  constructor(path: ReadPath, dialect: Dialect, database: string | undefined, signal: AbortSignal) {
    this.#path = path;
    this.#dialect = dialect;
    this.#database = database;
    this.#signal = signal;
  }

  async inspect(hazard: Hazard): Promise<Danger | undefined> {
    const { kind, type, part } = hazard;
    if (hazard.rows !== undefined) return this.#inspectRows(kind, hazard.rows);
    if (kind === 'retype' && !(await this.#losesValues(hazard))) return undefined;
    if (kind === 'redefine' && !(await this.#isDefined(hazard))) return undefined;
    const objects: EndangeredObject[] = [];
    for (const name of hazard.names) objects.push(await this.#look(hazard, name));
    return { kind, type, objects, part };
  }

  async #inspectRows(kind: Hazard['kind'], hazard: RowHazard): Promise<Danger | undefined> {
    const { statement } = hazard;
    const targets = statement.kind === 'delete' ? rows.deletedTables(statement) : rows.updatedTables(statement);
    const joined = statement.tables.length > 1 || statement.tables[0]?.kind !== 'table';
    const reason = await this.#reasonToAsk(hazard, targets, joined);
    if (reason === undefined) return undefined;
    const objects: EndangeredObject[] = [];
    for (const target of targets) objects.push({ name: this.#qualify(nameOf(target)), rows: await this.#count(target) });
    return { kind, type: 'TABLE', objects, reason, joined };
  }

  async #reasonToAsk(hazard: RowHazard, targets: readonly BaseTable[], joined: boolean): Promise<RowReason | undefined> {
    const { where, statement } = hazard;
    if (where !== 'byRow') return REASONS[where];
    const [only] = targets;
    if (only === undefined || statement.where === undefined) return 'unchecked';
    try {
      if (!joined) {
        if (rows.dependsOnSession(statement))
          return (await this.#picksOneRow(only, rows.fixedColumns(statement.where))) ? undefined : 'unchecked';
        const leftOut = await this.#ask(rows.someRowLeftOut(statement, statement.where, this.#dialect));
        if (leftOut === undefined) return (await this.#exists(only)) ? 'unchecked' : undefined;
        return leftOut > 0 || (await this.#ask(rows.countAll(only, this.#dialect))) === 0 ? undefined : 'allRows';
      }
      if (rows.dependsOnSession(statement)) return 'unchecked';
      for (const target of targets) {
        const reason = await this.#reasonOfJoin(statement, target);
        if (reason !== undefined) return reason;
      }
      return undefined;
    } catch (error) {
      if (isPilotError(error, 'statement.canceled')) throw error;
      return (await this.#exists(only)) ? 'unchecked' : undefined;
    }
  }

  async #reasonOfJoin(statement: RowHazard['statement'], target: BaseTable): Promise<RowReason | undefined> {
    if (!(await this.#exists(target))) return undefined;
    const key = (await this.#definition(nameOf(target)))?.primaryKey ?? [];
    if (key.length === 0 || key.some((part) => !/^[\w$\u0080-\uFFFF]+$/.test(part))) return 'unchecked';
    const picked = await this.#ask(rows.countPicked(statement, target, key, this.#dialect));
    if (picked === undefined) return 'unchecked';
    if (picked === 0) return undefined;
    const all = await this.#ask(rows.countAll(target, this.#dialect));
    return all === undefined ? 'unchecked' : picked === all ? 'allRows' : undefined;
  }

  /** A table that only the person's session has is temporary; one that nobody has makes the statement fail. */
  async #exists(table: BaseTable): Promise<boolean> {
    const { database, name } = nameOf(table);
    const where = database ?? this.#database;
    return where === undefined || (await readTable(this.#path.pool, where, name)) !== undefined;
  }

  async #picksOneRow(table: BaseTable, fixed: readonly string[]): Promise<boolean> {
    const definition = await this.#definition(nameOf(table));
    if (definition === undefined) return false;
    const keys = [definition.primaryKey, ...definition.indexes.filter(({ kind }) => kind === 'UNIQUE').map(({ parts }) => parts)];
    const names = new Set(fixed.map((name) => name.toLowerCase()));
    return keys.some((key) => key.length > 0 && key.every((part) => names.has(part.toLowerCase())));
  }

  async #losesValues({ names, action }: Hazard): Promise<boolean> {
    const [table] = names;
    const database = table?.database ?? this.#database;
    const column = action?.name?.name ?? action?.column?.name.name;
    if (table === undefined || database === undefined || column === undefined || action?.column?.type === undefined) return true;
    const type = await readColumnType(this.#path.pool, [database, table.name, column]);
    return type !== undefined && mayLoseValues(type, action.column.type, this.#dialect);
  }

  /** What is new loses no definition. */
  async #isDefined({ type, names }: Hazard): Promise<boolean> {
    const [object] = names;
    const database = object?.database ?? this.#database;
    const question = DEFINED[type];
    if (object === undefined || database === undefined || question === undefined) return true;
    const found = await this.#path.pool.withSession(undefined, (session) => session.read(question, [database, object.name]));
    return found.length > 0;
  }

  async #look({ kind, type, part }: Hazard, name: NamedObject): Promise<EndangeredObject> {
    if (type === 'DATABASE') return { name: name.name, rows: undefined };
    const holdsRows = kind === 'convert' || ['TABLE', 'COLUMN', 'PARTITION', 'HISTORY', 'DATA'].includes(type);
    const isInDatabase = holdsRows || !['USER', 'ROLE', 'SERVER', 'TABLESPACE', 'UNDO', 'RESOURCE', 'SPATIAL', 'LOGFILE'].includes(type);
    if (!isInDatabase) return { name: name.name };
    const database = name.database ?? this.#database;
    const shown = this.#qualify(name);
    if (!holdsRows || database === undefined || kind === 'replace') return { name: shown };
    const partitions = type === 'PARTITION' && part !== undefined && part !== 'ALL' ? part.split(', ') : [];
    return { name: shown, rows: await this.#count(rows.tableNamed(database, name.name, partitions)) };
  }

  #qualify(name: NamedObject): string {
    return qualify(name, this.#database);
  }

  async #count(table: BaseTable): Promise<EndangeredObject['rows']> {
    if (++this.#counted > MAX_COUNTED) return undefined;
    const count = await this.#ask(rows.countAll(table, this.#dialect)).catch((error: unknown) => {
      if (isPilotError(error, 'statement.canceled')) throw error;
      return undefined; // the question is asked without it
    });
    if (count !== undefined) return { count, exact: true };
    const { database = this.#database, name } = nameOf(table);
    if (database === undefined || table.partitions.length > 0) return undefined;
    const row = await readTable(this.#path.pool, database, name);
    const estimate = row?.['row_estimate'];
    return estimate === null || estimate === undefined ? undefined : { count: Number(estimate), exact: false };
  }

  /** The number that a query gives; undefined where the server does not say in time. */
  #ask(sql: string): Promise<number | undefined> {
    return countRows(this.#path, sql, { database: this.#database, timeoutMs: TIMEOUT_MS, signal: this.#signal });
  }

  #definition({ database = this.#database, name }: NamedObject): Promise<TableDefinition | undefined> {
    if (database === undefined) return Promise.resolve(undefined);
    const key = JSON.stringify([database, name]);
    const known = this.#definitions.get(key) ?? describeTable(this.#path.pool, database, name).then((found) => found?.definition);
    this.#definitions.set(key, known);
    return known;
  }
}

export function nameOf({ table }: BaseTable): NamedObject {
  return { database: table.database?.name, name: table.name.name };
}

async function readTable(pool: SessionPool, database: string, name: string): Promise<CatalogRow | undefined> {
  const [row] = await pool.withSession(undefined, (session) => session.read(TABLE, [database, name]));
  return row;
}

async function readColumnType(pool: SessionPool, place: readonly string[]): Promise<string | undefined> {
  const [row] = await pool.withSession(undefined, (session) => session.read(COLUMN_TYPE, place));
  return row === undefined ? undefined : text(row, 'type');
}

export function qualify({ database, name }: NamedObject, current: string | undefined): string {
  const where = database ?? current;
  return where === undefined ? name : `${where}.${name}`;
}
