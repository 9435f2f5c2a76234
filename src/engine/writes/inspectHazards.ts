import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';
import { findHazards, needsDatabase, type Hazard, type NamedObject, type RowHazard } from '../policy/hazards.ts';
import { agentDialect } from '../query/agentDialect.ts';
import type { ReadPath } from '../query/runReads.ts';
import { describeTable } from '../schema/catalog.ts';
import type { TableDefinition } from '../schema/definition.ts';
import type { BaseTable } from '../sql/ast/queries.ts';
import { dialectOf, PLAIN_MODES, type Dialect } from '../sql/dialect.ts';
import type { StopSignal } from '../stopSignal.ts';
import { countRows } from './countRows.ts';
import * as rows from './matchingRows.ts';
import { mayLoseValues } from './columnTypes.ts';

/** A table or another object that a statement loses, or loses parts of. */
export interface EndangeredObject {
  /** With its database, where it has one. */
  readonly name: string;
  /** Undefined where nobody knows. */
  readonly rows?: { readonly count: number; readonly exact: boolean } | undefined;
}

/** Why an UPDATE or DELETE is asked about: `unchecked` where nobody could find out whether it picks all rows. */
export type RowReason = 'noWhere' | 'alwaysTrue' | 'constant' | 'allRows' | 'unchecked';

/** What a person is asked about before a statement runs. */
export interface Danger {
  readonly kind: Hazard['kind'];
  /** Upper case: `TABLE`, `PRIMARY KEY`, `USER`. */
  readonly type: string;
  readonly objects: readonly EndangeredObject[];
  readonly part?: string | undefined;
  readonly reason?: RowReason | undefined;
  /** The rows are those that a join finds. */
  readonly joined?: boolean | undefined;
}

/** A statement and the database that it runs in. */
export interface StatementInPlace {
  readonly sql: string;
  readonly database: string | undefined;
}

const TABLE = `SELECT table_rows AS row_estimate FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`;
const COLUMN_TYPE = `SELECT column_type AS type FROM information_schema.columns WHERE table_schema = ? AND table_name = ? AND column_name = ?`;

/** A person waits for the question. */
const TIMEOUT_MS = 3000;
/** Of one statement; more are named without their rows. */
const MAX_COUNTED = 10;

/**
 * What statements of a person destroy, with the objects as this server has them; one list for each statement. Nothing is changed, and what cannot be found out is asked
 * about: also where the server gives us no session of ours.
 */
export async function inspectHazards(
  path: ReadPath,
  statements: readonly StatementInPlace[],
  signal: StopSignal,
): Promise<readonly (readonly Danger[])[]> {
  let dialects: readonly Dialect[];
  try {
    dialects = await serverDialects(path.pool);
  } catch {
    // The statement itself then says why.
    return statements.map(({ sql, database }) => findHazards(sql, ANY_SERVER).map((hazard) => withoutServer(hazard, database)));
  }
  const [agent] = dialects;
  const all: Danger[][] = [];
  for (const { sql, database } of statements) {
    const dangers: Danger[] = [];
    all.push(dangers);
    const hazards = findHazards(sql, dialects);
    if (hazards.length === 0 || agent === undefined) continue;
    const inspector = new Inspector(path, agent, database, signal);
    for (const hazard of hazards) {
      const danger = await inspector.inspect(hazard);
      if (danger !== undefined) dangers.push(danger);
    }
  }
  return all;
}

/** True where the session's database decides which objects a statement means. */
export async function dependsOnDatabase(path: ReadPath, sql: string): Promise<boolean> {
  const dialects = await serverDialects(path.pool).catch(() => ANY_SERVER);
  return needsDatabase(sql, dialects);
}

/** Newer than every server. */
const ANY_SERVER: readonly Dialect[] = [
  { flavor: 'mysql', version: 99_99_99, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 99_99_99, ...PLAIN_MODES },
];

const REASONS = { none: 'noWhere', always: 'alwaysTrue', constant: 'constant', byRow: 'unchecked' } as const;

function withoutServer({ kind, type, names, part, rows: hazard }: Hazard, database: string | undefined): Danger {
  const targets = hazard === undefined ? names : rows.baseTables(hazard.statement.tables).map(nameOf);
  const objects = targets.map((name) => ({ name: qualify(name, database) }));
  return { kind, type, objects, part, ...(hazard === undefined ? {} : { reason: REASONS[hazard.where] }) };
}

/** How sessions of ours read a text, and how those of people do, which have the server's own mode. */
async function serverDialects(pool: SessionPool): Promise<Dialect[]> {
  return pool.withSession(undefined, async (session) => {
    const plain = agentDialect(session.server);
    const [row] = await session.read('SELECT @@GLOBAL.sql_mode AS mode');
    const people = dialectOf(plain.flavor, plain.version, String(row?.['mode'] ?? ''));
    return people === undefined || JSON.stringify(people) === JSON.stringify(plain) ? [plain] : [plain, people];
  });
}

class Inspector {
  readonly #path: ReadPath;
  readonly #dialect: Dialect;
  readonly #database: string | undefined;
  readonly #signal: StopSignal;
  readonly #definitions = new Map<string, Promise<TableDefinition | undefined>>();
  #counted = 0;

  constructor(path: ReadPath, dialect: Dialect, database: string | undefined, signal: StopSignal) {
    this.#path = path;
    this.#dialect = dialect;
    this.#database = database;
    this.#signal = signal;
  }

  async inspect(hazard: Hazard): Promise<Danger | undefined> {
    const { kind, type, part } = hazard;
    if (hazard.rows !== undefined) return this.#inspectRows(kind, hazard.rows);
    if (kind === 'retype' && !(await this.#losesValues(hazard))) return undefined;
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
      if (isPilotError(error, 'statement.cancelled')) throw error;
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

  async #look({ kind, type, part }: Hazard, name: NamedObject): Promise<EndangeredObject> {
    if (type === 'DATABASE') return { name: name.name, rows: undefined };
    const holdsRows = ['TABLE', 'COLUMN', 'PARTITION', 'HISTORY', 'DATA'].includes(type);
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
      if (isPilotError(error, 'statement.cancelled')) throw error;
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

function nameOf({ table }: BaseTable): NamedObject {
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

function qualify({ database, name }: NamedObject, current: string | undefined): string {
  const where = database ?? current;
  return where === undefined ? name : `${where}.${name}`;
}
