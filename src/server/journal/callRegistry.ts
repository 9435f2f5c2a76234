import { PilotError } from '../../engine/errors.ts';

export interface RunningCall {
  /** Counts up from 1 for each client. */
  readonly id: number;
  readonly tool: string;
  readonly connection: string | undefined;
  /** What the caller sent, where it was SQL. */
  readonly sql: string | undefined;
  readonly milliseconds: number;
}

export interface ToolMetrics {
  readonly tool: string;
  readonly calls: number;
  readonly failed: number;
  /** Of the last thousand calls. */
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

interface Entry {
  readonly tool: string;
  readonly sql: string | undefined;
  readonly startedAt: number;
  readonly stop: () => void;
  connection: string | undefined;
  /** Ids of the profiles that it reaches. */
  readonly opened: Set<string>;
  /** Agents see less of one of them since. */
  closed: boolean;
}

interface CallMetrics {
  calls: number;
  failed: number;
  readonly recent: number[];
}

/** Enough for percentiles, little enough to keep. */
const RECENT = 1000;

/** The calls of one client: those that run, and what the finished ones took. */
export class CallRegistry {
  /** By the clock on the wall, in milliseconds. */
  readonly startedAt = Date.now();
  readonly #running = new Map<number, Entry>();
  readonly #metrics = new Map<string, CallMetrics>();
  readonly #nextId: () => number;
  #idle = Promise.withResolvers<undefined>();

  constructor(nextId: () => number) {
    this.#nextId = nextId;
  }

  /** Returns the call's number. To be followed by `finish`. `stop` is for another call that stops this one. */
  start(tool: string, sql: string | undefined, stop: () => void): number {
    const id = this.#nextId();
    if (this.#running.size === 0) this.#idle = Promise.withResolvers();
    this.#running.set(id, { tool, sql, startedAt: performance.now(), stop, connection: undefined, opened: new Set(), closed: false });
    return id;
  }

  usesConnection(id: number, connection: string): void {
    const entry = this.#running.get(id);
    if (entry !== undefined) entry.connection = connection;
  }

  opens(id: number, profile: string): void {
    this.#running.get(id)?.opened.add(profile);
  }

  /** Stops the calls that reach one of these connections: what they have read is not answered. */
  close(profiles: readonly string[]): void {
    for (const entry of this.#running.values()) {
      if (!profiles.some((profile) => entry.opened.has(profile))) continue;
      entry.closed = true;
      entry.stop();
    }
  }

  /** Throws `statement.canceled` where agents see less of what a call reaches than when it began. */
  requireOpen(id: number): void {
    if (this.#running.get(id)?.closed !== true) return;
    throw new PilotError('statement.canceled', 'The statement was canceled.', { advice: 'statement.runAgain' });
  }

  /** Returns what the call took until `endedAt`, in milliseconds, and the connection that it used. */
  finish(id: number, failed: boolean, endedAt: number): { readonly milliseconds: number; readonly connection: string | undefined } {
    const entry = this.#running.get(id);
    if (entry === undefined) return { milliseconds: 0, connection: undefined };
    this.#running.delete(id);
    if (this.#running.size === 0) this.#idle.resolve(undefined);
    const milliseconds = endedAt - entry.startedAt;
    const metrics = this.#metrics.get(entry.tool) ?? { calls: 0, failed: 0, recent: [] };
    this.#metrics.set(entry.tool, metrics);
    metrics.recent[metrics.calls++ % RECENT] = milliseconds; // over the oldest
    if (failed) metrics.failed++;
    return { milliseconds, connection: entry.connection };
  }

  running(): RunningCall[] {
    const now = performance.now();
    return [...this.#running].map(([id, { tool, connection, sql, startedAt }]) => ({
      id,
      tool,
      connection,
      sql,
      milliseconds: now - startedAt,
    }));
  }

  async allFinished(): Promise<void> {
    if (this.#running.size > 0) await this.#idle.promise;
  }

  /** False where no such call runs. */
  stop(id: number): boolean {
    const entry = this.#running.get(id);
    entry?.stop();
    return entry !== undefined;
  }

  metrics(): ToolMetrics[] {
    return [...this.#metrics].map(([tool, { calls, failed, recent }]) => {
      const sorted = recent.toSorted((a, b) => a - b);
      const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
      return { tool, calls, failed, medianMs: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1) ?? 0 };
    });
  }
}
