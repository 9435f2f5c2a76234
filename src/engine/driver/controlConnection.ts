import type { CatalogRow } from './catalogRow.ts';
import type { Killed, Session } from './session.ts';
import { type Written } from '../sql/ownSql.ts';

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

  /** Ends a session on the server, or only its statement. Throws a PilotError if that could not be done. */
  async kill(threadId: number, what: Killed = 'CONNECTION'): Promise<void> {
    this.warm();
    const warm = await this.#session?.catch(() => undefined);
    if (warm?.usable === true) {
      const done = await warm.kill(threadId, what).then(
        () => true,
        () => false,
      );
      if (done) return;
    }
    this.#forget(warm);
    const fresh = await this.#open();
    try {
      await fresh.kill(threadId, what);
    } finally {
      fresh.destroy();
    }
  }

  /** Reads from the catalogue. Throws a PilotError. */
  async read<S extends string>(statement: Written<S>, values: readonly (string | number)[]): Promise<CatalogRow[]> {
    this.warm();
    const session = await this.#session;
    return session?.usable === true ? session.read(statement, values) : [];
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
