import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { parseReads } from '../query/authorization/parseReads.ts';
import { exactKey } from '../query/authorization/objectCatalog.ts';
import type { AuthorizedRead, ReadAuthorizer } from '../query/authorization/readAuthorizer.ts';
import { Stop } from '../query/reads/stop.ts';
import type { TableDescription } from '../schema/catalog.ts';
import { keyOfName, quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { checkedText, integer, joined, sql } from '../sql/ownSql.ts';
import { toPlanStep, type PlanStep } from './planFindings.ts';

/** What a proposal came to on a copy, or why there is none. */
export type ScratchResult =
  | { readonly rows: number; readonly before: PlanStep | undefined; readonly after: PlanStep | undefined; readonly used: boolean }
  | { readonly reason: string };

export interface ScratchOptions {
  /** The database that the user has set aside for this; only it is written to. */
  readonly scratch: string;
  readonly authorizer: ReadAuthorizer;
  /** Where the statement's own names without a database are looked for. */
  readonly database: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface ScratchIndex {
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
}

interface ScratchWork {
  readonly tables: readonly TableDescription[];
  readonly indexes: readonly ScratchIndex[];
  /** Names of the copies, as they come into being. */
  readonly made: string[];
}

const MAX_ROWS = 20_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Builds the tables of a statement in the scratch database with some of their rows, makes each index, and looks at the plan
 * before and after. Everything that it made is dropped again. Never throws: without a check there is still the estimate.
 */
export class ScratchCheck {
  readonly #pool: SessionPool;
  readonly #options: ScratchOptions;

  constructor(pool: SessionPool, options: ScratchOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  async check(statement: string, tables: readonly TableDescription[], indexes: readonly ScratchIndex[]): Promise<ScratchResult[]> {
    const reason = this.#refusal(tables);
    if (reason !== undefined) return indexes.map(() => ({ reason }));
    const stop = new Stop(this.#options.timeoutMs, this.#options.signal);
    const made: string[] = [];
    try {
      return await this.#checkAll(stop, statement, { tables, indexes, made });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return indexes.map(() => ({ reason: `the copy couldn't be created: ${why}` }));
    } finally {
      stop.dispose();
      await this.#drop(made);
    }
  }

  /** A copy has the engine of its table, and with some engines a row that goes in comes out elsewhere. */
  #refusal(tables: readonly TableDescription[]): string | undefined {
    const { scratch } = this.#options;
    const names = tables.map(({ name }) => name.toLowerCase());
    if (tables.some(({ database }) => database.toLowerCase() === scratch.toLowerCase()))
      return 'the statement reads the scratch database itself';
    if (tables.some(({ definition }) => definition?.engine !== 'InnoDB')) return 'only InnoDB tables are copied';
    if (new Set(names).size < names.length) return 'two of its tables have the same name';
    return undefined;
  }

  /** Our own statements run in sessions that may write, the agent's only in those that are READ ONLY. */
  async #checkAll(stop: Stop, statement: string, { tables, indexes, made }: ScratchWork): Promise<ScratchResult[]> {
    const write = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
      stop.race(this.#pool.withWritableSession(this.#options.scratch, work));
    const plan = (): Promise<PlanStep[]> =>
      stop.race(this.#pool.withSession(this.#options.scratch, (session) => this.#plan(session, statement, tables)));
    await stop.race(this.#pool.withSession(this.#options.scratch, (session) => this.#requireRead(session, statement, tables)));
    await write(async (session) => {
      // So that copying takes no lock on the rows that it reads.
      await session.read('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
      for (const table of tables) await this.#copy(session, table, made);
    });
    const before = await plan();
    const results: ScratchResult[] = [];
    for (const { table, name, columns } of indexes) {
      const place = sql`${quoteIdentifier(this.#options.scratch)}.${quoteIdentifier(table)}`;
      const rows = await write(async (session) => {
        await session.read(sql`CREATE INDEX ${quoteIdentifier(name)} ON ${place} (${joined(columns.map(quoteIdentifier))})`);
        await session.read(sql`ANALYZE TABLE ${place}`);
        const [count] = await session.read(sql`SELECT COUNT(*) AS n FROM ${place} LIMIT 1`);
        return Number(count?.['n'] ?? 0);
      });
      const after = await plan();
      await write((session) => session.read(sql`DROP INDEX ${quoteIdentifier(name)} ON ${place}`));
      const found = after.find((step) => step.key?.split(',').includes(name) === true);
      const then = found ?? after.find((step) => before.some((one) => one.table === step.table));
      const now = before.find((one) => one.table === then?.table);
      results.push({ rows, before: now, after: then, used: found !== undefined });
    }
    return results;
  }

  /** Copied is only what the guard has found that the statement reads: the names come from a text of the server, and a text may look like a name. */
  async #requireRead(session: Session, statement: string, tables: readonly TableDescription[]): Promise<void> {
    const { tables: read } = await this.#authorize(session, statement, (name) => name);
    const known = new Set(read.map(exactKey));
    const other = tables.find((table) => !known.has(exactKey(table)));
    if (other !== undefined) throw new Error(`The statement does not read ${other.database}.${other.name}.`);
  }

  async #plan(session: Session, statement: string, tables: readonly TableDescription[]): Promise<PlanStep[]> {
    const { scratch } = this.#options;
    const copied = new Set(tables.map(keyOfName));
    const toCopy = (name: QualifiedName): QualifiedName => (copied.has(keyOfName(name)) ? { database: scratch, name: name.name } : name);
    return readSteps(session, (await this.#authorize(session, statement, toCopy)).sql);
  }

  /** The statement on the copies is judged as if it ran on the originals. */
  async #authorize(session: Session, statement: string, move: (name: QualifiedName) => QualifiedName): Promise<AuthorizedRead> {
    const { authorizer, database } = this.#options;
    const text = `${session.server.explainTable} ${statement}`;
    const [read] = parseReads(text, { ...authorizer.rules, dialect: agentDialect(session.server), database });
    if (read?.kind !== 'read') throw new Error('Only reads are tested on copies.');
    const authorized = await authorizer.authorize(session, text, read, move);
    if (!authorized.transactional) throw new Error('The statement uses more than base tables and built-in functions.');
    return authorized;
  }

  async #copy(session: Session, { database, name, definition }: TableDescription, made: string[]): Promise<void> {
    const from = sql`${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
    const to = sql`${quoteIdentifier(this.#options.scratch)}.${quoteIdentifier(name)}`;
    await session.read(sql`CREATE TABLE ${to} LIKE ${from}`); // fails where there is one, and that one is not ours
    made.push(name);
    const [size] = await session.read(
      'SELECT avg_row_length AS bytes FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
      [database, name],
    );
    const rows = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_BYTES / Math.max(1, Number(size?.['bytes'] ?? 1)))));
    const copied = (definition?.columns ?? []).filter(({ type }) => !/ AS \(/i.test(type));
    const columns = joined(copied.map((column) => quoteIdentifier(column.name)));
    await session.read(sql`INSERT INTO ${to} (${columns}) SELECT ${columns} FROM ${from} LIMIT ${integer(rows)}`);
    await session.read(sql`ANALYZE TABLE ${to}`);
  }

  async #drop(made: readonly string[]): Promise<void> {
    if (made.length === 0) return;
    const places = made.map((name) => sql`${quoteIdentifier(this.#options.scratch)}.${quoteIdentifier(name)}`);
    // What is left after a lost connection is in the scratch database, under the names of its originals.
    await this.#pool
      .withWritableSession(undefined, (session) => session.read(sql`DROP TABLE IF EXISTS ${joined(places)}`))
      .catch(() => undefined);
  }
}

/** `explain` was admitted as a read. */
async function readSteps(session: Session, explain: string): Promise<PlanStep[]> {
  const rows = await session.read(checkedText(explain));
  return rows.map((row) =>
    toPlanStep(
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null || value === undefined ? null : String(value)])),
    ),
  );
}
