import type { SessionPool } from '../../driver/sessionPool.ts';
import { withTimeout } from '../../timeout.ts';

export interface ReplicaLag {
  /** Undefined where replication stands still, so that nobody knows. */
  readonly seconds: number | undefined;
}

/** A source seldom becomes a replica; the lag of one changes all the time. */
const LOOK_AGAIN_MS = 60_000;
const LOOK_AGAIN_REPLICA_MS = 1000;
/** An answer does not wait for this. */
const TIMEOUT_MS = 50;

/** Knows whether the server is a replica, as far as the account may see it (REPLICATION CLIENT). */
export class ReplicaWatch {
  readonly #pool: SessionPool;
  #last: { readonly at: number; readonly lag: ReplicaLag | undefined } | undefined;
  #reading: Promise<ReplicaLag | undefined> | undefined;

  constructor(pool: SessionPool) {
    this.#pool = pool;
  }

  /** Undefined where the server is no replica, or that cannot be seen. Never throws. */
  async lag(): Promise<ReplicaLag | undefined> {
    const age = performance.now() - (this.#last?.at ?? -Infinity);
    if (age < (this.#last?.lag === undefined ? LOOK_AGAIN_MS : LOOK_AGAIN_REPLICA_MS)) return this.#last?.lag;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return withTimeout(TIMEOUT_MS, this.#reading);
  }

  async #read(): Promise<ReplicaLag | undefined> {
    const rows = await this.#pool
      .observe('SHOW REPLICA STATUS', [])
      .catch(() => this.#pool.observe('SHOW SLAVE STATUS', [])) // an old server
      .catch(() => []); // not allowed
    const behind = rows.map((row) => row['Seconds_Behind_Source'] ?? row['Seconds_Behind_Master'] ?? undefined);
    const lag = behind.length === 0 ? undefined : { seconds: behind.includes(undefined) ? undefined : Math.max(...behind.map(Number)) };
    this.#last = { at: performance.now(), lag };
    return lag;
  }
}
