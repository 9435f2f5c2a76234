import type { CatalogRow } from './catalogRow.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from './session.ts';
import { isPilotError, PilotError } from '../errors.ts';
import { withTimeout } from '../timeout.ts';
import { type Written } from '../sql/ownSql.ts';

/** Between attempts to end a session, in milliseconds: twice as long each time, about 5 seconds in all. */
const FIRST_PAUSE_MS = 5;
const LAST_PAUSE_MS = 2560;

/** What is asked here takes a server no time: one that has not answered by then answers nobody. */
const ANSWER_MS = 5000;

const SESSIONS_OF_ID = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE id = ?';

/** Whether the server has ended a session that we have closed, and with it read all that it was sent. */
async function isGone(threadId: number, observer: Session): Promise<boolean> {
  for (let pause = FIRST_PAUSE_MS; pause <= LAST_PAUSE_MS; pause *= 2) {
    const rows = await withTimeout(ANSWER_MS, observer.read(SESSIONS_OF_ID, [threadId]));
    if (Number(rows?.[0]?.['n'] ?? 1) === 0) return true;
    await sleep(pause);
  }
  return false;
}

/**
 * The connection from which running statements are stopped. It is there before it is needed: logging in takes longer than a
 * statement should outlive its cancellation, and a busy server may have no connection left.
 */
export class ControlConnection {
  readonly #open: () => Promise<Session>;
  readonly #idleMs: number;
  #session: Promise<Session> | undefined;
  #wantedAt = 0;
  /** Goes on by itself: this is wanted in each call. */
  #timer: NodeJS.Timeout | undefined;

  constructor(open: () => Promise<Session>, idleMs: number) {
    this.#open = open;
    this.#idleMs = idleMs;
  }

  /** Connects in the background unless it is connected; stays so until it was not asked for during `idleMs`. */
  warm(): void {
    this.#wantedAt = performance.now();
    this.#timer ??= this.#closeIn(this.#idleMs);
    if (this.#session !== undefined) return;
    this.#session = this.#connect();
    this.#session.catch(() => undefined); // told when it is needed
  }

  /**
   * Stops the statement that a session runs. False where the server has no such session any more. Throws a PilotError if it could not be told, or if an order to stop may still be on
   * its way, which would hit what the session runs next.
   */
  async stopStatement(threadId: number): Promise<boolean> {
    this.warm();
    const warm = await this.#session?.catch(() => undefined);
    const asked = warm?.usable === true ? warm : undefined;
    if (asked !== undefined) {
      const told = await withTimeout(ANSWER_MS, asked.stopStatement(threadId)).catch(() => undefined);
      if (told !== undefined) return told;
    }
    this.#forget(warm);
    const fresh = await this.#open();
    try {
      const told = await withTimeout(ANSWER_MS, fresh.stopStatement(threadId));
      if (told !== undefined && (asked === undefined || (await isGone(asked.threadId, fresh)))) return told;
      throw new PilotError('statement.timeout', "The server doesn't respond, so the statement couldn't be canceled.", {
        advice: 'connection.rollingBack',
      });
    } finally {
      fresh.destroy();
    }
  }

  /** False where the server answers nobody. What it refuses is an answer, too; and where we can't ask, nothing is known against it. */
  async answers(): Promise<boolean> {
    const before = await this.#session?.catch(() => undefined);
    if (before?.usable === false) this.#forget(before); // it may have been ended for its rest
    this.warm();
    try {
      const session = await this.#session;
      if (session === undefined) return false;
      if ((await withTimeout(ANSWER_MS, session.command('SELECT 1'))) !== undefined) return true;
      this.#forget(session); // which would keep the next one waiting, too
      return false;
    } catch (error) {
      return !isPilotError(error, 'host.unreachable') && !isPilotError(error, 'connection.lost');
    }
  }

  /**
   * Ends a session whose socket we have closed: stops its statement until the server has seen that nobody listens. A statement that the server has not read yet is not stopped by the
   * first attempt. KILL CONNECTION would be shorter, but MySQL then closes the socket's descriptor from the thread that kills, while the other one may still be writing its rows; a
   * client whose new connection is given that descriptor is sent those rows.
   * @see https://github.com/mysql/mysql-server/blob/mysql-9.4.0/vio/viosocket.cc `vio_shutdown`
   */
  async endSession(threadId: number): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; pause <= LAST_PAUSE_MS; pause *= 2) {
      if (!(await this.stopStatement(threadId))) return;
      await sleep(pause);
    }
    throw new PilotError('statement.timeout', 'The server is still canceling an earlier statement.', {
      advice: 'connection.rollingBack',
    });
  }

  /** Reads from the catalog; nothing where the server does not answer in time. Throws a PilotError. */
  async read<S extends string>(statement: Written<S>, values: readonly (string | number)[]): Promise<CatalogRow[]> {
    this.warm();
    const session = await this.#session;
    if (session?.usable !== true) return [];
    const rows = await withTimeout(ANSWER_MS, session.read(statement, values));
    if (rows === undefined) this.#forget(session);
    return rows ?? [];
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const session = this.#session;
    this.#session = undefined;
    session?.then(
      (open) => {
        open.destroy();
      },
      () => undefined,
    );
  }

  #closeIn(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const left = this.#wantedAt + this.#idleMs - performance.now();
      if (left > 0) this.#timer = this.#closeIn(left);
      else this.close();
    }, Math.ceil(milliseconds)).unref();
  }

  async #connect(): Promise<Session> {
    try {
      return await this.#open();
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  #forget(session: Session | undefined): void {
    session?.destroy();
    this.#session = undefined;
  }
}
