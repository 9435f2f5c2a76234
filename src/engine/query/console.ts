import type { ConsoleLease, SessionPool } from '../driver/sessionPool.ts';
import type { ChangedRows } from '../driver/changedRows.ts';
import type { RowSink, ServerWarning } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';
import { isPilotError, PilotError, toPilotError } from '../errors.ts';
import { statementType, type Observe } from '../observability/statementEvents.ts';
import { usedDatabase } from '../sql/usedDatabase.ts';
import { ResultCollector, type ResultLimits, type ResultSet } from './resultSet.ts';
import type { StopSignal } from '../stopSignal.ts';

/** How a statement of a person is run. */
export interface ConsoleRunOptions {
  readonly limits: ResultLimits;
  /** True for a plain read: the server then stops by itself behind the rows that are wanted. */
  readonly limited: boolean;
  readonly signal: StopSignal;
}

/** What a statement of a person has done. */
export interface ConsoleOutcome {
  /** None for a statement without rows; several for a procedure. */
  readonly results: readonly ResultSet[];
  readonly changed: ChangedRows | undefined;
  readonly warnings: readonly ServerWarning[];
  readonly elapsedMs: number;
  /** The session before was lost, and with it its variables, temporary tables and transaction. */
  readonly newSession: boolean;
}

/** How long a statement that was told to stop may take to do so before its session is ended. */
const STOP_MS = 5000;

/** The errno of a statement that KILL QUERY has ended. */
const INTERRUPTED = 1317;

/**
 * A session for what one person writes, kept as long as they use it: `USE`, variables, temporary tables and transactions last.
 * It is as the server makes sessions, and nothing is judged here: that is for the caller. Statements run one after the other.
 */
export class Console {
  readonly #pool: SessionPool;
  readonly #observe: Observe;
  #lease: ConsoleLease | undefined;
  #database: string | undefined;
  #used = false;
  #inTransaction = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pool: SessionPool, observe: Observe, database: string | undefined) {
    this.#pool = pool;
    this.#observe = observe;
    this.#database = database;
  }

  /** Where names without a database are looked for. */
  get database(): string | undefined {
    return this.#database;
  }

  /** True while a transaction that a statement has begun is open. */
  get inTransaction(): boolean {
    return this.#inTransaction && this.#lease?.session.usable === true;
  }

  /** For the statements that follow. */
  async useDatabase(database: string): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#lease?.session.usable === true) await this.#lease.session.useDatabase(database);
      this.#database = database;
    });
  }

  /** Runs one statement. Throws a PilotError; the session goes on after one, unless it is lost. */
  async run(sql: string, options: ConsoleRunOptions): Promise<ConsoleOutcome> {
    return this.#inTurn(async () => {
      const started = performance.now();
      try {
        const outcome = await this.#run(sql, options, started);
        const rows = outcome.results.reduce((sum, result) => sum + result.rows.length, 0);
        this.#observe({ type: statementType(sql), milliseconds: outcome.elapsedMs, rows });
        return outcome;
      } catch (error) {
        this.#observe({ type: statementType(sql), milliseconds: performance.now() - started, rows: 0, error: toPilotError(error).code });
        throw error;
      }
    });
  }

  /** Ends the session; an open transaction is rolled back. The next statement opens another. */
  close(): void {
    this.#drop();
    this.#used = false;
  }

  #drop(): void {
    this.#lease?.release();
    this.#lease = undefined;
    this.#inTransaction = false;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #run(sql: string, { limits, limited, signal }: ConsoleRunOptions, started: number): Promise<ConsoleOutcome> {
    const isCancelled = (): boolean => signal.aborted;
    if (isCancelled()) throw cancelled();
    const lost = this.#used && this.#lease?.session.usable !== true;
    const lease = await this.#open();
    this.#used = true;
    const database = usedDatabase(sql);
    if (database !== undefined) {
      await lease.session.useDatabase(database);
      this.#database = database;
      return { results: [], changed: undefined, warnings: [], elapsedMs: Math.round(performance.now() - started), newSession: lost };
    }
    const stopper = new Stopper(lease);
    const sink = new ConsoleSink(limits, stopper.stop);
    signal.addEventListener('abort', stopper.stop);
    const outcome = (rest: Partial<ConsoleOutcome>): ConsoleOutcome => ({
      ...{ changed: undefined, warnings: [], newSession: lost, ...rest },
      results: sink.results(),
      elapsedMs: Math.round(performance.now() - started),
    });
    try {
      const { changed, warnings, complete } = await lease.session.stream(sql, sink, limited ? limits.maxRows + 1 : undefined);
      if (!complete) this.#drop(); // a row that is too large was left on the connection
      if (changed !== undefined) this.#inTransaction = changed.inTransaction;
      return outcome({ changed, warnings: complete && warnings > 0 ? await lease.session.warnings() : [] });
    } catch (error) {
      if (!lease.session.usable) this.#drop();
      if (isCancelled() && wasStopped(error)) throw cancelled(error);
      if (sink.enough && wasStopped(error)) return outcome({});
      throw error;
    } finally {
      signal.removeEventListener('abort', stopper.stop);
      await stopper.done();
    }
  }

  async #open(): Promise<ConsoleLease> {
    if (this.#lease?.session.usable === true) return this.#lease;
    this.#drop();
    const lease = await this.#pool.openConsole();
    try {
      if (this.#database !== undefined) await lease.session.useDatabase(this.#database);
    } catch (error) {
      lease.release();
      throw error;
    }
    this.#lease = lease;
    return lease;
  }
}

/** Ends one statement and keeps its session; a server that does not listen loses the session. */
class Stopper {
  readonly #lease: ConsoleLease;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #done = false;

  constructor(lease: ConsoleLease) {
    this.#lease = lease;
  }

  readonly stop = (): void => {
    if (this.#stopping !== undefined) return;
    const giveUp = (): void => {
      if (!this.#done) this.#lease.release();
    };
    this.#timer = setTimeout(giveUp, STOP_MS);
    this.#stopping = this.#lease.stop().catch(giveUp);
  };

  /** Resolves when nothing of it can hit a later statement. */
  async done(): Promise<void> {
    this.#done = true;
    clearTimeout(this.#timer);
    await this.#stopping;
  }
}

/** Takes the results of one statement, each up to the limits, and says once that it has enough. */
class ConsoleSink implements RowSink {
  readonly #limits: ResultLimits;
  readonly #onEnough: () => void;
  readonly #collectors: ResultCollector[] = [];
  #enough = false;

  constructor(limits: ResultLimits, onEnough: () => void) {
    this.#limits = limits;
    this.#onEnough = onEnough;
  }

  get enough(): boolean {
    return this.#enough;
  }

  columns(columns: readonly Column[]): void {
    if (columns.length === 0) return;
    const collector = new ResultCollector(this.#limits);
    collector.columns(columns);
    this.#collectors.push(collector);
  }

  /** What comes behind enough is read and dropped until the server has stopped. */
  row(cells: Cell[]): boolean {
    const collector = this.#collectors.at(-1);
    if (this.#enough || collector === undefined) return true;
    const wasCut = collector.cut;
    if (!collector.row(cells) || wasCut) {
      this.#enough = true;
      this.#onEnough();
    }
    return true;
  }

  tooLarge(): void {
    this.#enough = true;
    this.#collectors.at(-1)?.tooLarge();
  }

  results(): ResultSet[] {
    return this.#collectors.map((collector) => collector.result());
  }
}

function wasStopped(error: unknown): boolean {
  return isPilotError(error) && (error.errno === INTERRUPTED || error.code === 'connection.lost' || error.code === 'statement.timeout');
}

function cancelled(cause?: unknown): PilotError {
  return new PilotError('statement.cancelled', 'The statement was stopped.', {
    nextStep: 'Run it again if its result is still needed.',
    cause,
  });
}
