import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { PilotError, isPilotError } from '../errors.ts';
import { admitRead } from './admission.ts';
import { ResultCollector, type ResultLimits, type ResultSet } from './resultSet.ts';

export interface ReadOptions {
  /** The database for this statement; the connection's default if left out. */
  readonly database?: string | undefined;
  readonly limits: ResultLimits;
  /** After this many milliseconds the statement is stopped on the server. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A pooled session may have been ended while it was idle (a restarted server, a time-out there), and the end may arrive just
 * as it is used again. Then the statement has not run; it is lost within this time and repeated once on another session.
 */
const IDLE_LOSS_MS = 100;

/**
 * The one path on which a statement of an agent or a person runs: judged, sent alone over a READ ONLY session, streamed up
 * to the limits, stopped on the server when it is no longer wanted. Throws a PilotError. A statement whose connection
 * is lost while it runs is not repeated: an administrator may have ended it.
 */
export async function readStatement(pool: SessionPool, sql: string, options: ReadOptions): Promise<ResultSet> {
  admitRead(sql);
  const run = (): Promise<ResultSet> => pool.withSession(options.database, (session) => stream(session, sql, options));
  const started = performance.now();
  try {
    return await run();
  } catch (error) {
    const atOnce = performance.now() - started < IDLE_LOSS_MS;
    if (isPilotError(error, 'connection.lost') && atOnce) return run();
    throw error;
  }
}

async function stream(session: Session, sql: string, { limits, timeoutMs, signal }: ReadOptions): Promise<ResultSet> {
  const collector = new ResultCollector(limits);
  const stop = new Stop(timeoutMs, signal);
  try {
    await Promise.race([session.stream(sql, collector), stop.requested]);
    return collector.result();
  } finally {
    stop.dispose();
  }
}

/** Rejects when the deadline passes or the caller cancels. */
class Stop {
  readonly requested: Promise<never>;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #onAbort = (): void => undefined;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.requested = promise;
    this.requested.catch(() => undefined); // the race may be over before it rejects
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

  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
