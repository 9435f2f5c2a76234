import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { PilotError } from '../errors.ts';
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
 * The one path on which a statement of an agent or a person runs: judged, sent alone over a READ ONLY session, streamed up
 * to the limits, stopped on the server when it is no longer wanted. Throws a PilotError. A statement whose connection is lost
 * is not repeated: an administrator may have ended it.
 */
export async function readStatement(pool: SessionPool, sql: string, options: ReadOptions): Promise<ResultSet> {
  admitRead(sql);
  return pool.withSession(options.database, (session) => stream(session, sql, options));
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
