import { PilotError } from '../../errors.ts';

/** Rejects what is raced against it when the deadline passes or the caller cancels. */
export class Stop {
  readonly #racing = new Set<(error: PilotError) => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #limits = new Set<NodeJS.Timeout>();
  readonly #signal: AbortSignal | undefined;
  #reason: PilotError | undefined;
  readonly #onAbort = (): void => {
    this.#stop(new PilotError('statement.canceled', 'The statement was canceled.', { advice: 'statement.runAgain' }));
  };

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.#timer = setTimeout(() => {
      this.#stop(
        new PilotError('statement.timeout', `The statement was canceled after ${inSeconds(timeoutMs)}.`, { advice: 'statement.narrow' }),
      );
    }, timeoutMs);
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  race<T>(work: Promise<T>): Promise<T> {
    if (this.#reason !== undefined) return Promise.race([work, Promise.reject<T>(this.#reason)]);
    return new Promise((resolve, reject) => {
      this.#racing.add(reject);
      const done = (): void => {
        this.#racing.delete(reject);
      };
      work.then(done, done);
      work.then(resolve, reject);
    });
  }

  /**
   * From now on a statement that builds documents has so many milliseconds at most, whatever the deadline, until the answer is called. Undefined is no limit.
   */
  limitDocuments(timeoutMs: number | undefined): () => void {
    if (timeoutMs === undefined) return () => undefined;
    const timer = setTimeout(() => {
      this.#stop(
        new PilotError(
          'statement.timeout',
          `The statement was canceled after ${inSeconds(timeoutMs)}: it builds JSON documents in the server's memory, which no other limit counts.`,
          { advice: 'statement.collectFewer' },
        ),
      );
    }, timeoutMs);
    this.#limits.add(timer);
    return () => {
      clearTimeout(timer);
      this.#limits.delete(timer);
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const timer of this.#limits) clearTimeout(timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  #stop(reason: PilotError): void {
    this.#reason ??= reason;
    for (const reject of this.#racing) reject(this.#reason);
    this.#racing.clear();
  }
}

function inSeconds(milliseconds: number): string {
  return milliseconds === 1000 ? '1 second' : `${String(milliseconds / 1000)} seconds`;
}
