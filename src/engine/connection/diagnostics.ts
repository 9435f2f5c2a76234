import { forecastScript, type ScriptForecast } from '../ddl/script/forecastScript.ts';
import type { TrialPlace } from '../ddl/trial/withTrial.ts';
import { diagnose, type Diagnosis } from '../diagnostics/diagnose.ts';
import type { Advice, AdviceSource } from '../diagnostics/indexAdvice.ts';
import { ScratchCheck } from '../diagnostics/scratchCheck.ts';
import { WorkloadReader, type StatementDigest, type WorkloadOptions } from '../diagnostics/workload.ts';
import { adviseDigests, adviseStatements, type WorkloadAdvice } from '../diagnostics/workloadAdvice.ts';
import { bind } from '../query/authorization/parseReads.ts';
import type { ColumnVisibility } from '../schema/columnVisibility.ts';
import { requireAllColumns, requireRows, requireWholeDefinitions } from '../query/authorization/requireRows.ts';
import { errorWithoutValues } from '../query/reads/withoutValues.ts';
import { ReplicaWatch, type ReplicaLag } from '../query/reads/replicaWatch.ts';
import type { ReadOptions, ReadPath } from '../query/reads/runReads.ts';
import { Stop } from '../query/reads/stop.ts';
import { interpretStatements } from '../sql/lexer/interpretations.ts';
import type { Seen } from '../query/results/readSources.ts';
import type { OwnSql } from '../sql/ownSql.ts';
import type { Reads } from './reads.ts';
import type { Schema } from './schema.ts';
import { serverOf } from './serverOf.ts';

/** One question about rows of a script; what takes longer stays open. */
const COUNT_MS = 5000;

export interface DiagnosticsOptions {
  readonly scratchDatabase?: string | undefined;
  readonly visible?: ColumnVisibility | undefined;
  /** What calls have in common, and who hears of one of them. */
  readonly shared?: { readonly workload: WorkloadReader; readonly replica: ReplicaWatch; readonly seen: Seen };
}

export interface ForecastOptions {
  readonly maxStatements?: number;
  /** Nothing is taken from a cache: somebody looks at it again after a change. */
  readonly fresh?: boolean;
}

/** How a server fares, what its statements cost, and what would help them. */
export class Diagnostics {
  readonly #path: ReadPath;
  readonly #reads: Reads;
  readonly #schema: Schema;
  readonly #scratchDatabase: string | undefined;
  readonly #visible: ColumnVisibility | undefined;
  readonly #workload: WorkloadReader;
  readonly #replica: ReplicaWatch;
  readonly #options: DiagnosticsOptions;

  /** `scratchDatabase` may be written to: indexes are tried there. With `visible` nothing tells of hidden columns, and nothing is copied. */
  constructor(path: ReadPath, reads: Reads, schema: Schema, options: DiagnosticsOptions) {
    const { scratchDatabase, visible, shared } = options;
    this.#options = options;
    this.#visible = visible;
    this.#path = path;
    this.#reads = reads;
    this.#schema = schema;
    this.#scratchDatabase = visible === undefined ? scratchDatabase : undefined;
    this.#workload = shared?.workload ?? new WorkloadReader(path.pool);
    this.#replica = shared?.replica ?? new ReplicaWatch(path.pool);
  }

  /** The same for one call of an agent, with the reads and the schema of this call: `seen` hears what it gets. */
  seenBy(seen: Seen, reads: Reads, schema: Schema): Diagnostics {
    const shared = { workload: this.#workload, replica: this.#replica, seen };
    return new Diagnostics(this.#path, reads, schema, { ...this.#options, shared });
  }

  get #seen(): Seen | undefined {
    return this.#options.shared?.seen;
  }

  async diagnose(database: string | undefined): Promise<Diagnosis> {
    const found = await diagnose(this.#path.pool, database, this.#path.authorizer.rules.isTableDenied !== undefined);
    this.#seen?.facts('health');
    this.#seen?.structure([{ database: database ?? '*', name: '' }]);
    const visible = this.#visible;
    if (visible === undefined) return found;
    return { ...found, findings: found.findings.filter(({ what }) => !visible.mentionsHidden(what, undefined)) };
  }

  /** Undefined where the server is no replica, or the account may not see that. Comes at once, and never throws. */
  async replicaLag(): Promise<ReplicaLag | undefined> {
    return this.#replica.lag();
  }

  async workload(options: WorkloadOptions): Promise<StatementDigest[]> {
    requireRows(this.#path.authorizer.rules);
    requireAllColumns(this.#path.authorizer.rules);
    this.#seen?.facts('workload');
    return this.#workload.read(options);
  }

  async adviseIndexes(sql: string, options: ReadOptions): Promise<Advice> {
    requireRows(this.#path.authorizer.rules);
    const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
    return adviseStatements(await this.#adviceSource(options), statementsOf(text));
  }

  async adviseWorkload(limit: number, options: ReadOptions): Promise<WorkloadAdvice> {
    requireRows(this.#path.authorizer.rules);
    requireAllColumns(this.#path.authorizer.rules);
    const database = options.database ?? this.#path.database;
    this.#seen?.facts('workload');
    const digests = await this.#workload.read({ database, order: 'time', limit, sinceLast: false });
    return adviseDigests(digests, (inDatabase) => this.#adviceSource({ ...options, database: inDatabase }));
  }

  /** What the server would do with each statement of a script that changes definitions; reads are all that is run. */
  async forecast(sql: string, options: ReadOptions, { maxStatements, fresh }: ForecastOptions = {}): Promise<ScriptForecast> {
    const { structureOnly } = this.#path.authorizer.rules;
    requireWholeDefinitions(this.#path.authorizer.rules);
    const database = options.database ?? this.#path.database;
    const stop = new Stop(options.timeoutMs, options.signal);
    try {
      return await forecastScript(sql, {
        pool: this.#path.pool,
        race: (work) => stop.race(work),
        maxStatements,
        looksAt: (tables) => {
          this.#seen?.structure(tables);
        },
        foreignKeys: () => this.#schema.foreignKeys(fresh),
        count: structureOnly === true ? undefined : this.#counter({ ...options, database }),
        database,
        replicaLag: async () => {
          const lag = await this.replicaLag();
          return lag === undefined ? undefined : (lag.seconds ?? null);
        },
        trial: this.#trialPlace(),
      });
    } catch (error) {
      throw structureOnly === true ? errorWithoutValues(error) : error;
    } finally {
      stop.dispose();
    }
  }

  /** Counts rows on the way of every read, each for a short time. */
  #counter(options: ReadOptions): (query: OwnSql) => Promise<number> {
    const started = performance.now();
    return async (query) => {
      const left = Math.max(1, options.timeoutMs - (performance.now() - started));
      const timeoutMs = Math.min(left, COUNT_MS);
      const [result] = await this.#reads.query(query, { ...options, parameters: undefined, timeoutMs, receiver: 'nobody' });
      return Number(result?.rows[0]?.[0] ?? 0);
    };
  }

  /** Undefined where nothing is tried: without a scratch database, and for agents that see only the structure, who have nothing run. */
  #trialPlace(): TrialPlace | undefined {
    const scratch = this.#scratchDatabase;
    const { structureOnly, isTableDenied } = this.#path.authorizer.rules;
    if (scratch === undefined || structureOnly === true) return undefined;
    return { scratch, tellsReasons: isTableDenied === undefined };
  }

  async #adviceSource(options: ReadOptions): Promise<AdviceSource> {
    const { pool, authorizer, database } = this.#path;
    const scratch = this.#scratchDatabase;
    const { timeoutMs, signal } = options;
    return {
      server: await serverOf(pool),
      scratch:
        scratch === undefined
          ? undefined
          : new ScratchCheck(pool, { authorizer, database: options.database ?? database, timeoutMs, signal, scratch }),
      run: (sql) => this.#reads.query(sql, { ...options, parameters: undefined, receiver: 'nobody' }),
      describe: (inDatabase, table) => this.#schema.describe(inDatabase, table),
    };
  }
}

/** A text that can't be read is one statement: the server says what is wrong with it. */
function statementsOf(text: string): string[] {
  try {
    const statements = interpretStatements(text).map((statement) => statement.text);
    return statements.length === 0 ? [text] : statements;
  } catch {
    return [text];
  }
}
