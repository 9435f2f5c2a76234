/** A call that runs now. */
export interface RunningCall {
  /** Counts up from 1 for each server process. */
  readonly id: number;
  readonly tool: string;
  readonly connection: string | undefined;
  /** What the caller sent, where it was SQL. */
  readonly sql: string | undefined;
  readonly milliseconds: number;
}

/** What is known of all finished calls of one tool. */
export interface ToolFigures {
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
  readonly controller: AbortController;
  connection: string | undefined;
}

interface Figures {
  calls: number;
  failed: number;
  readonly recent: number[];
}

/** Enough for percentiles, little enough to keep. */
const RECENT = 1000;

/** The calls of this server process: those that run, and what the finished ones took. */
export class CallRegistry {
  readonly startedAt = performance.now();
  readonly #running = new Map<number, Entry>();
  readonly #figures = new Map<string, Figures>();
  #lastId = 0;
  #idle = Promise.withResolvers<undefined>();

  /** To be followed by `finish`. The signal is aborted when the caller's is, or when another call stops this one. */
  start(tool: string, sql: string | undefined, caller: AbortSignal): { readonly id: number; readonly signal: AbortSignal } {
    const id = ++this.#lastId;
    if (this.#running.size === 0) this.#idle = Promise.withResolvers();
    const controller = new AbortController();
    const stop = (): void => {
      controller.abort();
    };
    if (caller.aborted) stop();
    else caller.addEventListener('abort', stop, { once: true }); // both end with the call; AbortSignal.any would outlive it
    this.#running.set(id, { tool, sql, startedAt: performance.now(), controller, connection: undefined });
    return { id, signal: controller.signal };
  }

  usesConnection(id: number, connection: string): void {
    const entry = this.#running.get(id);
    if (entry !== undefined) entry.connection = connection;
  }

  /** Returns what the call took, in milliseconds, and the connection that it used. */
  finish(id: number, failed: boolean): { readonly milliseconds: number; readonly connection: string | undefined } {
    const entry = this.#running.get(id);
    if (entry === undefined) return { milliseconds: 0, connection: undefined };
    this.#running.delete(id);
    if (this.#running.size === 0) this.#idle.resolve(undefined);
    const milliseconds = performance.now() - entry.startedAt;
    const figures = this.#figures.get(entry.tool) ?? { calls: 0, failed: 0, recent: [] };
    this.#figures.set(entry.tool, figures);
    figures.calls++;
    if (failed) figures.failed++;
    figures.recent.push(milliseconds);
    if (figures.recent.length > RECENT) figures.recent.shift();
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

  /** Resolves when no call runs. */
  async allFinished(): Promise<void> {
    if (this.#running.size > 0) await this.#idle.promise;
  }

  /** False where no such call runs. */
  stop(id: number): boolean {
    const entry = this.#running.get(id);
    entry?.controller.abort();
    return entry !== undefined;
  }

  figures(): ToolFigures[] {
    return [...this.#figures].map(([tool, { calls, failed, recent }]) => {
      const sorted = recent.toSorted((a, b) => a - b);
      const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
      return { tool, calls, failed, medianMs: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1) ?? 0 };
    });
  }
}
