import type { Parameter } from '../sql/parameters.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { PilotError, isPilotError } from '../errors.ts';
import { admitReads, bind, type AdmittedStatement } from './admission.ts';
import type { NameCheck, Reach } from './nameCheck.ts';
import { BlockWatch } from './blockWatch.ts';
import { ResultCollector, type ResultLimits, type ResultSet } from './resultSet.ts';

export interface ReadOptions {
  /** The database for this statement; the connection's default if left out. */
  readonly database?: string | undefined;
  readonly limits: ResultLimits;
  /** After this many milliseconds the statement is stopped on the server. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Values for the `?` of a single statement. */
  readonly parameters?: readonly Parameter[] | undefined;
}

/**
 * A pooled session may have been ended while it was idle (a restarted server, a time-out there), and the end may arrive just
 * as it is used again. Then the statement has not run; it is lost within this time and repeated once on another session.
 */
const IDLE_LOSS_MS = 100;

/** What one connection brings to the path of its statements. */
export interface ReadPath {
  readonly pool: SessionPool;
  readonly names: NameCheck;
  /** The database of statements that name none. */
  readonly database: string | undefined;
  /** Stored functions that the user allows, by `keyOfName`. */
  readonly functions: ReadonlySet<string>;
}

/**
 * The one path on which statements of an agent or a person run: all judged before the first one runs, each sent alone over
 * a READ ONLY session, streamed up to the limits, stopped on the server when it is no longer wanted. Resolves to one result
 * for each statement of the text. Throws a PilotError. A statement whose connection is lost while it runs is not
 * repeated: an administrator may have ended it.
 */
export async function runReads(path: ReadPath, sql: string, options: ReadOptions): Promise<ResultSet[]> {
  const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
  const statements = admitReads(text, { database: options.database ?? path.database, functions: path.functions });
  const started = performance.now();
  try {
    return await runAdmitted(path, statements, options);
  } catch (error) {
    const atOnce = performance.now() - started < IDLE_LOSS_MS;
    if (isPilotError(error, 'connection.lost') && atOnce) return runAdmitted(path, statements, options);
    throw error;
  }
}

async function runAdmitted(path: ReadPath, statements: readonly AdmittedStatement[], options: ReadOptions): Promise<ResultSet[]> {
  const { pool, names } = path;
  const database = options.database ?? path.database;
  const stop = new Stop(options.timeoutMs, options.signal);
  try {
    return await pool.withSession(options.database, async (session) => {
      const reaches: Reach[] = [];
      for (const statement of statements) reaches.push(await stop.race(names.check(session, statement, database)));
      const results: ResultSet[] = [];
      let characters = options.limits.maxCharacters;
      for (const [i, statement] of statements.entries()) {
        const collector = new ResultCollector({ ...options.limits, maxCharacters: characters }, statement.verb);
        if (statement.kind === 'plan') {
          await pool.withPlanSession(options.database, (planner) => stop.race(planner.stream(statement.sql, collector)));
        } else {
          if (reaches[i] === 'functions') session.retire();
          const watch = new BlockWatch(pool, statement.references);
          try {
            await stop.race(session.stream(statement.sql, collector, options.limits.maxRows + 1));
            collector.heldUp(watch.heldUp);
          } catch (error) {
            throw watch.explain(error);
          } finally {
            watch.stop();
            // What a view calls may have switched READ ONLY off for the next statement, also where this one failed.
            if (reaches[i] !== 'tables' && !session.running) session.rearm();
          }
        }
        const result = collector.result();
        results.push(result);
        characters -= result.characters;
        if (session.running) break; // cut off: this session is given up, and so are the statements behind
      }
      return results;
    });
  } finally {
    stop.dispose();
  }
}

/** Rejects when the deadline passes or the caller cancels. */
class Stop {
  readonly #requested: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #onAbort = (): void => undefined;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#requested = promise;
    this.#requested.catch(() => undefined); // the race may be over before it rejects
    this.#signal = signal;
    this.#timer = setTimeout(() => {
      reject(
        new PilotError('statement.timeout', `The statement was stopped after ${String(timeoutMs)} ms.`, {
          nextStep: 'Narrow the statement (WHERE, LIMIT, an index), or allow more time.',
        }),
      );
    }, timeoutMs);
    this.#onAbort = () => {
      reject(
        new PilotError('statement.cancelled', 'The statement was cancelled.', { nextStep: 'Run it again if its result is still needed.' }),
      );
    };
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  async race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#requested]);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
