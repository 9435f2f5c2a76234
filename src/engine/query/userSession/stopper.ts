import { setTimeout as sleep } from 'node:timers/promises';
import type { UserSessionLease } from '../../driver/sessionPool.ts';

/** How long a statement that was told to stop may take to do so before its session is ended, in milliseconds. */
const STOP_MS = 5000;
/** Between attempts, in milliseconds: twice as long each time. */
const FIRST_PAUSE_MS = 25;

/**
 * Ends one statement and keeps its session; a server that does not listen loses the session. What has not been read by the server yet is not stopped by a first attempt, which comes on
 * another connection and may overtake it: there are as many as it takes.
 */
export class Stopper {
  readonly #lease: UserSessionLease;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  /** Aborted when the statement has ended, or its session. */
  readonly #over = new AbortController();
  readonly #released = Promise.withResolvers<undefined>();

  constructor(lease: UserSessionLease) {
    this.#lease = lease;
  }

  readonly stop = (): void => {
    if (this.#stopping !== undefined || this.#over.signal.aborted) return;
    const giveUp = (): void => {
      this.#over.abort();
      this.#lease.release();
      this.#released.resolve(undefined);
    };
    this.#timer = setTimeout(giveUp, STOP_MS);
    this.#stopping = this.#stopUntilOver().catch(giveUp);
  };

  /** To be called before anything else is sent: resolves when nothing of it can hit a later statement. */
  async done(): Promise<void> {
    this.#over.abort();
    clearTimeout(this.#timer);
    if (this.#stopping !== undefined) await Promise.race([this.#stopping, this.#released.promise]);
  }

  async #stopUntilOver(): Promise<void> {
    const { signal } = this.#over;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause *= 2) {
      await this.#lease.stop();
      await sleep(pause, undefined, { signal }).catch(() => undefined); // it is over
    }
  }
}
