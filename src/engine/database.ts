import { diagnose, type Diagnosis } from './diagnostics/diagnose.ts';
import { explain, type Plan } from './diagnostics/explain.ts';
import { WorkloadReader, type StatementDigest, type WorkloadOptions } from './diagnostics/workload.ts';
import { describeServer } from './driver/serverInfo.ts';
import type { ConnectionTarget } from './driver/profile.ts';
import type { Session } from './driver/session.ts';
import { SessionPool } from './driver/sessionPool.ts';
import { isPilotError } from './errors.ts';
import { describeSurplus, findSurplus } from './policy/privileges.ts';
import { NameCheck } from './query/nameCheck.ts';
import { runReads, type ReadOptions, type ReadPath } from './query/runReads.ts';
import type { ResultSet } from './query/resultSet.ts';
import { teach } from './schema/teaching.ts';
import { RelationshipReader, type Relationships } from './schema/relationships.ts';
import { SchemaCache, type SearchResult } from './schema/schemaCache.ts';
import { readDetails, type TableDetails } from './schema/tableDetails.ts';
import { keyOfName, type QualifiedName } from './sql/identifiers.ts';
import {
  describeTable,
  isSystemDatabase,
  listColumns,
  listDatabases,
  listFunctions,
  listTables,
  readGrants,
  type ColumnDescription,
  type TableDescription,
  type TableSummary,
} from './schema/catalog.ts';

export interface DatabaseOptions {
  /** Asked for each new session, so that it need not be kept. */
  readonly password: () => Promise<string>;
  /** Told what went wrong behind the caller's back; the text names no secret. */
  readonly warn: (message: string, error: unknown) => void;
}

export interface FunctionVerdict extends QualifiedName {
  /** Undefined for one that may be allowed. */
  readonly refusedBecause: string | undefined;
}

export interface ConnectionCheck {
  /** Name and version of the server. */
  readonly server: string;
  /** What the user should know: what the account may do beyond reading, and which protection is missing. */
  readonly warnings: readonly string[];
}

/** One connection, opened when first used: what both programs know of the engine. Every method throws a PilotError. */
export class Database {
  readonly #pool: SessionPool;
  readonly #path: ReadPath;
  readonly #schema: SchemaCache;
  readonly #relationships: RelationshipReader;
  readonly #workload: WorkloadReader;
  #surplus: string | undefined;

  constructor(target: ConnectionTarget, { password, warn }: DatabaseOptions) {
    this.#pool = new SessionPool(target, password, {
      onKillFailed: (error) => {
        warn('A statement could not be stopped on the server; its own time limit will end it.', error);
      },
    });
    this.#schema = new SchemaCache(this.#pool);
    this.#relationships = new RelationshipReader(this.#pool);
    this.#workload = new WorkloadReader(this.#pool);
    const functions = new Set(target.allowedFunctions?.map(keyOfName));
    this.#path = { pool: this.#pool, names: new NameCheck(functions), database: target.database, functions };
  }

  /** Connects, or proves that the connection still works. */
  async check(): Promise<ConnectionCheck> {
    return this.#pool.withSession(undefined, async (session) => {
      this.#surplus ??= await readSurplus(session);
      await session.read('SELECT 1');
      const warnings = [
        this.#surplus,
        session.enforced ? undefined : 'the server does not enforce READ ONLY: one protection less, accepted by the user',
        session.killable ? undefined : 'statements cannot be stopped on the server: something between renumbers connections',
      ];
      return { server: describeServer(session.server), warnings: warnings.filter((warning) => warning !== undefined) };
    });
  }

  /** One result for each statement of the text, in order. */
  async query(sql: string, options: ReadOptions): Promise<ResultSet[]> {
    try {
      return await runReads(this.#path, sql, options);
    } catch (error) {
      throw await teach(error, this.#schema, sql, options.database ?? this.#path.database);
    }
  }

  /** How the server runs one statement; with `analyze` a read is run and measured. */
  async explain(sql: string, analyze: boolean, options: ReadOptions): Promise<Plan> {
    const { flavour } = await this.#pool.withSession(undefined, (session) => Promise.resolve(session.server));
    return explain((text) => this.query(text, options), sql, { flavour, analyze });
  }

  /** The stored functions outside the server's own databases, each with what keeps it from being allowed. */
  async functions(): Promise<FunctionVerdict[]> {
    return this.#pool.withSession(undefined, async (session) => {
      const names = await listFunctions(session);
      const reasons = await new NameCheck(new Set(names.map(keyOfName))).explainFunctions(session, names);
      return names.map((name, i) => ({ ...name, refusedBecause: reasons[i] }));
    });
  }

  /** Finds objects by words, in one database or in all that are not the server's own. */
  async search(
    query: string,
    { database, refresh }: { database?: string | undefined; refresh?: boolean | undefined },
  ): Promise<SearchResult> {
    const databases = database === undefined ? (await listDatabases(this.#pool)).filter((name) => !isSystemDatabase(name)) : [database];
    return this.#schema.search(databases, query, refresh);
  }

  async relationships(database: string): Promise<Relationships> {
    return this.#relationships.read(database);
  }

  async databases(): Promise<string[]> {
    return listDatabases(this.#pool);
  }

  async tables(database: string): Promise<TableSummary[]> {
    return listTables(this.#pool, database);
  }

  async columns(database: string, table: string): Promise<ColumnDescription[]> {
    return listColumns(this.#pool, database, table);
  }

  async describe(database: string, table: string): Promise<TableDescription | undefined> {
    return describeTable(this.#pool, database, table);
  }

  /** The health of the server, and of one database or all. */
  async diagnose(database: string | undefined): Promise<Diagnosis> {
    return diagnose(this.#pool, database);
  }

  /** The kinds of statements that cost most. */
  async workload(options: WorkloadOptions): Promise<StatementDigest[]> {
    return this.#workload.read(options);
  }

  async details(database: string, table: string): Promise<TableDetails> {
    return readDetails(this.#pool, database, table);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** Not every server that speaks the protocol knows SHOW GRANTS; what is not known is said. */
async function readSurplus(session: Session): Promise<string | undefined> {
  try {
    return describeSurplus(findSurplus(await readGrants(session)));
  } catch (error) {
    if (!isPilotError(error, 'statement.failed')) throw error;
    return `what this account may do could not be read (${error.message})`;
  }
}
