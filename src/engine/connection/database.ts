import { adviseDigests, type WorkloadAdvice } from '../diagnostics/workloadAdvice.ts';
import { adviseStatement, type Advice, type AdviceSource } from '../diagnostics/indexAdvice.ts';
import { diagnose, type Diagnosis } from '../diagnostics/diagnose.ts';
import { explain, explainTimeout, validate, type Plan, type Validation } from '../diagnostics/explain.ts';
import { ScratchCheck } from '../diagnostics/scratchCheck.ts';
import { WorkloadReader, type StatementDigest, type WorkloadOptions } from '../diagnostics/workload.ts';
import type { Dialect } from '../sql/dialect.ts';
import { describeServer, type ServerInfo } from '../driver/serverInfo.ts';
import type { ConnectionTarget, SshSecret } from '../driver/profile.ts';
import { SessionPool, type PoolActivity } from '../driver/sessionPool.ts';
import { isPilotError, toPilotError } from '../errors.ts';
import { statementType, type Observe } from '../observability/statementEvents.ts';
import { StatementFigures, type FiguresNow } from '../observability/statementFigures.ts';
import { readSurplus } from './surplus.ts';
import { compileTableRules } from '../policy/tableRules.ts';
import { agentDialect } from '../query/agentDialect.ts';
import { BlockWatches } from '../query/blockWatch.ts';
import { cachedReads } from '../query/cachedReads.ts';
import { Console } from '../query/console.ts';
import { Cursors } from '../query/cursors.ts';
import { exportRead, type Exported, type ExportOptions, type FileOptions } from '../query/exportRead.ts';
import { readGeneratedColumns, type GeneratedColumns } from '../query/generatedColumns.ts';
import { exportShown, findExportEffect, type SessionExport, type ShownResult } from '../query/sessionExport.ts';
import { bind, parseReads } from '../query/parseReads.ts';
import { ReadAuthorizer } from '../query/readAuthorizer.ts';
import { authorizeForPeople } from '../query/readOnlyStatements.ts';
import { resumeRead, runReads, type ReadOptions, type ReadPath } from '../query/runReads.ts';
import { ReplicaWatch, type ReplicaLag } from '../query/replicaWatch.ts';
import type { CacheOptions } from '../query/cacheOptions.ts';
import type { CacheFigures, ResultCache } from '../query/resultCache.ts';
import type { ResultSet } from '../query/resultSet.ts';
import { isSystemDatabase } from '../schema/systemDatabases.ts';
import { listObjects, type ObjectGroup, type SchemaObject } from '../schema/objects.ts';
import { listPrograms, type StoredProgram } from '../schema/programs.ts';
import type { SearchObject } from '../schema/searchIndex.ts';
import { teach } from '../schema/teaching.ts';
import { RelationshipReader, type Relationships } from '../schema/relationships.ts';
import { SchemaCache, type SearchResult } from '../schema/schemaCache.ts';
import { readDetails, type TableDetails } from '../schema/tableDetails.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { commitsInside } from '../writes/calledRoutines.ts';
import { dependsOnDatabase, inspectHazards, type Danger, type StatementInPlace } from '../writes/inspectHazards.ts';
import { Writer } from '../writes/writer.ts';
import {
  describeTable,
  listColumns,
  listDatabases,
  listFunctions,
  listTableNames,
  listTables,
  type ColumnDescription,
  type TableDescription,
  type TableSummary,
} from '../schema/catalog.ts';

/** What a connection asks its owner for, and tells it. */
export interface DatabaseOptions {
  /** Asked for each new session, so that it need not be kept. */
  readonly password: () => Promise<string>;
  /** Of the SSH servers on the way: the jumps in order, then the server itself. */
  readonly sshSecrets?: (() => Promise<readonly SshSecret[]>) | undefined;
  /** Told what went wrong behind the caller's back; the text names no secret. */
  readonly warn: (message: string, error: unknown) => void;
  /** Told of every statement that has ended. */
  readonly observe?: Observe | undefined;
  /** Without it nothing is cached. */
  readonly cache?: CacheOptions | undefined;
}

/** A stored function, and whether statements may be allowed to call it. */
export interface FunctionVerdict extends QualifiedName {
  /** Undefined for one that may be allowed. */
  readonly refusedBecause: string | undefined;
}

/** What a try to connect has found out. */
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
  readonly #replica: ReplicaWatch;
  readonly #scratchDatabase: string | undefined;
  readonly #figures = new StatementFigures();
  readonly #cache: ResultCache | undefined;
  readonly #readOnlyForPeople: boolean;
  /** What changes something goes this way, and no other. */
  readonly writes: Writer;
  #surplus: string | undefined;

  /** `cacheType` is loaded by who opens it with a cache. */
  constructor(
    target: ConnectionTarget,
    { password, sshSecrets, warn, observe, cache }: DatabaseOptions,
    cacheType: typeof ResultCache | undefined,
  ) {
    this.#pool = new SessionPool(target, password, {
      ...(sshSecrets === undefined ? {} : { sshSecrets }),
      onKillFailed: (error) => {
        warn('A statement could not be stopped on the server; its own time limit will end it.', error);
      },
    });
    this.#schema = new SchemaCache(this.#pool);
    this.#relationships = new RelationshipReader(this.#pool);
    this.#workload = new WorkloadReader(this.#pool);
    this.#replica = new ReplicaWatch(this.#pool);
    this.#scratchDatabase = target.scratchDatabase;
    this.#readOnlyForPeople = target.readOnly === true;
    this.#cache = cache === undefined || cacheType === undefined ? undefined : new cacheType(cache);
    const functions = new Set(target.allowedFunctions?.map(keyOfName));
    const isTableDenied = compileTableRules(target.tables);
    this.#path = {
      pool: this.#pool,
      blocks: new BlockWatches(this.#pool),
      authorizer: new ReadAuthorizer({ functions, isTableDenied }),
      cursors: new Cursors(),
      database: target.database,
      observe: (event) => {
        this.#figures.add(event);
        observe?.(event);
      },
      written: (tables) => this.#cache?.written(tables),
    };
    this.writes = new Writer(this.#path, target, (sql, options) => this.query(sql, options));
  }

  /** Connects, or proves that the connection still works. */
  async check(): Promise<ConnectionCheck> {
    return this.#pool.withSession(undefined, async (session) => {
      this.#surplus ??= await readSurplus(session);
      await session.read('SELECT 1');
      const warnings = [
        this.#surplus,
        session.transportWarning,
        session.enforced ? undefined : 'the server does not enforce READ ONLY: one protection less, accepted by the user',
        session.killable ? undefined : 'statements cannot be stopped on the server: something between renumbers connections',
      ];
      return { server: describeServer(session.server), warnings: warnings.filter((warning) => warning !== undefined) };
    });
  }

  get activity(): PoolActivity {
    return this.#pool.activity;
  }

  /** What its statements took, since it was opened. */
  get figures(): FiguresNow {
    return this.#figures.now();
  }

  /** Undefined where it has no cache. */
  get cacheFigures(): CacheFigures | undefined {
    return this.#cache?.figures;
  }

  /** One result for each statement of the text, in order. */
  async query(sql: string, options: ReadOptions): Promise<ResultSet[]> {
    try {
      if (this.#cache === undefined || options.cache === undefined) return await runReads(this.#path, sql, options);
      return await cachedReads(this.#path, this.#cache, sql, options);
    } catch (error) {
      if (isPilotError(error, 'statement.timeout')) throw await explainTimeout(error, () => this.explain(sql, false, options));
      throw await teach(error, this.#schema, sql, options.database ?? this.#path.database);
    }
  }

  /** A session of a person, until it is closed. Who opens it judges what runs there; on a connection that is read-only for people this does. */
  console(database = this.#path.database): Console {
    const { pool, authorizer, observe } = this.#path;
    const authorize = (sql: string, inDatabase: string | undefined): Promise<string> =>
      authorizeForPeople({ pool, authorizer }, sql, inDatabase);
    return new Console({
      ...{ pool, observe, database, authorize: this.#readOnlyForPeople ? authorize : undefined },
      // Where the catalog can't be asked, what has ended is told behind it.
      commitsInside: (sql, dialect, inDatabase) => commitsInside(pool, sql, dialect, inDatabase).catch(() => false),
    });
  }

  /** A session for statements of ours about a person's, which run none of theirs. */
  checkConsole(database = this.#path.database): Console {
    return new Console({ pool: this.#pool, observe: this.#path.observe, database });
  }

  /** What a person is asked about before statements run, one list for each; `session` is how theirs reads them, where that is known. Nothing is changed. */
  dangers(statements: readonly StatementInPlace[], signal: AbortSignal, session?: Dialect): Promise<readonly (readonly Danger[])[]> {
    return inspectHazards(this.#path, statements, signal, session);
  }

  /** True where the session's database decides which objects a statement means. */
  async dependsOnDatabase(sql: string): Promise<boolean> {
    return dependsOnDatabase(this.#path, sql);
  }

  /** Streams the whole result of one read into a file. */
  async export(sql: string, options: ExportOptions): Promise<Exported> {
    const started = performance.now();
    const observe = (rows: number, error?: unknown): void => {
      const code = error === undefined ? {} : { error: toPilotError(error).code };
      this.#path.observe({ type: statementType(sql), milliseconds: performance.now() - started, rows, ...code });
    };
    try {
      const exported = await exportRead(this.#path, sql, options);
      observe(exported.rows);
      return exported;
    } catch (error) {
      observe(0, error);
      throw await teach(error, this.#schema, sql, options.database ?? this.#path.database);
    }
  }

  /** Writes all rows of a result that a person's session has read. */
  async exportShown(shown: ShownResult, options: FileOptions, again: Omit<SessionExport, 'pool'>): Promise<Exported> {
    return exportShown(shown, options, { pool: this.#pool, ...again });
  }

  /** What writing all rows of a result would change, where its statement has to run again for them. */
  exportEffect(shown: ShownResult): ReturnType<typeof findExportEffect> {
    return findExportEffect(shown, this.#pool);
  }

  /** Columns of tables that no INSERT may name. */
  async generatedColumns(tables: readonly QualifiedName[]): Promise<GeneratedColumns> {
    return this.#pool.withSession(undefined, (session) => readGeneratedColumns(session, tables));
  }

  /** Undefined where the server is no replica, or the account may not see that. Comes at once, and never throws. */
  async replicaLag(): Promise<ReplicaLag | undefined> {
    return this.#replica.lag();
  }

  /** What a run would refuse or fail at before it starts, and the plan of each statement; nothing is run. */
  async validate(sql: string, options: ReadOptions): Promise<Validation[]> {
    const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
    const server = await this.#server();
    const database = options.database ?? this.#path.database;
    const statements = parseReads(text, { ...this.#path.authorizer.rules, dialect: agentDialect(server), database });
    return validate((one) => this.query(one, { ...options, parameters: undefined }), statements, server);
  }

  hasCursor(cursor: string): boolean {
    return this.#path.cursors.has(cursor);
  }

  /** The rows behind those of a result that was cut. */
  async resume(cursor: string, options: ReadOptions): Promise<ResultSet> {
    return resumeRead(this.#path, cursor, options);
  }

  /** How the server runs one statement; with `analyze` a read is run and measured. */
  async explain(sql: string, analyze: boolean, options: ReadOptions): Promise<Plan> {
    return explain((text) => this.query(text, { ...options, paging: undefined }), sql, { server: await this.#server(), analyze });
  }

  /** The stored functions outside the server's own databases, each with what keeps it from being allowed. */
  async functions(): Promise<FunctionVerdict[]> {
    return this.#pool.withSession(undefined, async (session) => {
      const names = await listFunctions(session);
      const context = { functions: new Set(names.map(keyOfName)), dialect: agentDialect(session.server) };
      const reasons = await this.#path.authorizer.explainFunctions(session, names, context);
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

  /** Everything of a database with its columns, as it was read not long ago. */
  async schemaOf(database: string): Promise<readonly SearchObject[]> {
    return this.#schema.objects(database);
  }

  async relationships(database: string, refresh = false): Promise<Relationships> {
    return this.#relationships.read(database, refresh);
  }

  async databases(): Promise<string[]> {
    return listDatabases(this.#pool);
  }

  async tableNames(database: string): Promise<string[]> {
    return listTableNames(this.#pool, database);
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

  async programs(database: string): Promise<StoredProgram[]> {
    return listPrograms(this.#pool, database);
  }

  async objects(group: ObjectGroup, database: string): Promise<SchemaObject[]> {
    return listObjects(this.#pool, group, database);
  }

  /** The health of the server, and of one database or all. */
  async diagnose(database: string | undefined): Promise<Diagnosis> {
    return diagnose(this.#pool, database, this.#path.authorizer.rules.isTableDenied !== undefined);
  }

  /** The kinds of statements that cost most. */
  async workload(options: WorkloadOptions): Promise<StatementDigest[]> {
    return this.#workload.read(options);
  }

  /** Indexes that would help one statement. */
  async adviseIndexes(sql: string, options: ReadOptions): Promise<Advice> {
    const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
    return adviseStatement(await this.#adviceSource(options), text);
  }

  /** Indexes that would help the statements that cost this server most. */
  async adviseWorkload(limit: number, options: ReadOptions): Promise<WorkloadAdvice> {
    const digests = await this.#workload.read({
      database: options.database ?? this.#path.database,
      order: 'time',
      limit,
      sinceLast: false,
    });
    return adviseDigests(digests, (database) => this.#adviceSource({ ...options, database }));
  }

  async details(database: string, table: string): Promise<TableDetails> {
    return readDetails(this.#pool, database, table);
  }

  async #adviceSource(options: ReadOptions): Promise<AdviceSource> {
    return {
      server: await this.#server(),
      scratch:
        this.#scratchDatabase === undefined
          ? undefined
          : new ScratchCheck(this.#pool, {
              authorizer: this.#path.authorizer,
              database: options.database ?? this.#path.database,
              timeoutMs: options.timeoutMs,
              signal: options.signal,
              scratch: this.#scratchDatabase,
            }),
      run: (sql) => this.query(sql, { ...options, parameters: undefined }),
      describe: (database, table) => this.describe(database, table),
    };
  }

  /** How the server reads a text under its plain modes, as far as is known without asking it. */
  get knownDialect(): Dialect | undefined {
    return this.#pool.server === undefined ? undefined : agentDialect(this.#pool.server);
  }

  async #server(): Promise<ServerInfo> {
    return this.#pool.withSession(undefined, (session) => Promise.resolve(session.server));
  }

  /** With `retire` the sessions of people go on until they are closed. Resolves when all is. */
  async close(how: 'close' | 'retire' = 'close'): Promise<void> {
    this.#cache?.close();
    this.#path.cursors.close();
    await this.#pool[how]();
  }
}
