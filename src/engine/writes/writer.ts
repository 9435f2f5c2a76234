import { readSteps } from '../diagnostics/explain.ts';
import type { PlanStep } from '../diagnostics/planFindings.ts';
import type { ReadContext } from '../guard/readContext.ts';
import type { ServerInfo } from '../driver/serverInfo.ts';
import { isPilotError, PilotError } from '../errors.ts';
import { accessToAll, type AccessRules } from '../policy/access.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { bind } from '../query/authorization/parseReads.ts';
import type { ReadPath, ReadOptions } from '../query/reads/runReads.ts';
import type { ResultSet } from '../query/results/resultSet.ts';
import type { AccessMode, WriteClass } from '../sql/statementClasses.ts';
import { runApproved, type ApprovedRunOptions, type WriteOutcome } from './approvedRun.ts';
import { parseWrites, type ParsedWrite } from './parseWrites.ts';
import { PendingPreviews } from './pendingPreviews.ts';
import { previewWrites } from './previewWrites.ts';
import type { UndoObstacle, UndoRecord } from './undoRecord.ts';
import { previewUndo, runUndo, type UndoOptions, type UndoOutcome, type UndoPreview } from './undoRun.ts';
import { outcomeWithoutValues, writeErrorWithoutValues } from './withoutRows.ts';
import type { WritePreview } from './writePreview.ts';
import { phrase } from '../phrase.ts';

/** What of a connection decides about its writes. */
export interface WriteRules extends AccessRules {
  /** The user has turned dry runs on for production. */
  readonly dryRunOnProduction?: boolean | undefined;
}

export interface WriteOptions extends Pick<ReadOptions, 'database' | 'parameters' | 'signal' | 'timeoutMs'>, Pick<ReadContext, 'caller'> {}

/** A write that the connection's rules let pass; `ask` means that a person has to approve its preview. */
export interface JudgedWrite {
  readonly mode: Exclude<AccessMode, 'readOnly'>;
  readonly classes: readonly WriteClass[];
  readonly statements: readonly ParsedWrite[];
}

/** The way of reads, which the statements of previews go as well. */
export interface ReadRunner {
  query(sql: string, options: ReadOptions): Promise<ResultSet[]>;
}

const PREVIEW_MS = 30_000;
const LIMITS = { maxRows: 200, maxCharacters: 1_000_000 };

/** The writes of one connection: judged, shown, and run only as they were shown. */
export class Writer {
  readonly #path: ReadPath;
  readonly #rules: WriteRules;
  readonly #reads: ReadRunner;
  readonly #pending = new PendingPreviews();

  constructor(path: ReadPath, rules: WriteRules, reads: ReadRunner) {
    this.#path = path;
    this.#rules = rules;
    this.#reads = reads;
  }

  /** Throws `statement.refused` for what the guard or the connection's rules do not let pass. */
  async judge(sql: string, { parameters, database, caller }: WriteOptions): Promise<JudgedWrite> {
    const text = parameters === undefined ? sql : bind(sql, parameters);
    const dialect = agentDialect(await this.#server());
    const statements = parseWrites(text, { ...this.#path.authorizer.rules, dialect, database: database ?? this.#path.database, caller });
    const classes = [...new Set(statements.flatMap((statement) => statement.classes))];
    const mode = accessToAll(this.#rules, classes);
    if (mode !== 'readOnly') return { mode, classes, statements };
    throw new PilotError(
      'statement.refused',
      `This connection doesn't allow these writes by agents: ${classes.join(', ')}. Nothing was run.`,
      {
        advice: 'rights.allowWrites',
      },
    );
  }

  /**
   * Looks at what judged statements would do. The preview can be run once, within two minutes. With `unseen` nobody will look at it, so
   * that nothing is tried out.
   */
  async preview(judged: JudgedWrite, options: WriteOptions, unseen = false): Promise<WritePreview> {
    return this.#shown(() => this.#preview(judged, options, unseen));
  }

  async #preview({ statements }: JudgedWrite, options: WriteOptions, unseen: boolean): Promise<WritePreview> {
    const timeoutMs = Math.min(options.timeoutMs, PREVIEW_MS);
    const server = await this.#server();
    const run = (sql: string): Promise<ResultSet[]> =>
      this.#reads.query(sql, { ...options, parameters: undefined, timeoutMs, limits: LIMITS });
    const noDryRun = unseen
      ? phrase('no one reviews this preview')
      : this.#isUntried
        ? phrase("dry runs on production aren't allowed")
        : undefined;
    const preview = await previewWrites({ path: this.#path, explain: (sql) => readPlan(run, sql, server) }, statements, {
      database: options.database,
      signal: options.signal,
      timeoutMs,
      noDryRun,
    });
    this.#pending.add(preview);
    return preview;
  }

  /** Whoever decides about it needs more time. */
  renew(id: string): void {
    this.#pending.renew(id);
  }

  reject(id: string): void {
    this.#pending.drop(id);
  }

  /** Runs an approved preview. Throws as `runApproved`, and `approval.expired`. */
  async run(id: string, options: ApprovedRunOptions): Promise<WriteOutcome> {
    const outcome = await this.#shown(() => runApproved(this.#path, this.#pending.take(id), options));
    return this.#path.authorizer.rules.columns === undefined ? outcome : outcomeWithoutValues(outcome);
  }

  /** Looks whether a write can be undone now; tried out and rolled back where that is allowed. */
  previewUndo(record: UndoRecord, options: UndoOptions): Promise<UndoPreview | UndoObstacle> {
    return previewUndo(this.#path, record, !this.#isUntried, options);
  }

  /** Undoes a write that its user has decided to undo. Throws as `runUndo`. */
  runUndo(record: UndoRecord, options: UndoOptions): Promise<UndoOutcome | UndoObstacle> {
    return runUndo(this.#path, record, options);
  }

  /** Errors of the server quote values, which agents may not see. */
  async #shown<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#path.authorizer.rules.columns === undefined ? error : writeErrorWithoutValues(error);
    }
  }

  get #isUntried(): boolean {
    return this.#rules.environment === 'production' && this.#rules.dryRunOnProduction !== true;
  }

  async #server(): Promise<ServerInfo> {
    return this.#path.pool.withSession(undefined, (session) => Promise.resolve(session.server));
  }
}

/** Empty where the plan of a write is not made: planners run derived tables, and what those did could not be rolled back. */
async function readPlan(run: (sql: string) => Promise<ResultSet[]>, sql: string, server: ServerInfo): Promise<PlanStep[]> {
  try {
    return await readSteps(run, sql, server);
  } catch (error) {
    if (isPilotError(error, 'statement.refused')) return [];
    throw error;
  }
}
