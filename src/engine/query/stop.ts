import { PilotError } from '../errors.ts';

/** Rejects what is raced against it when the deadline passes or the caller cancels. */
export class Stop {
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
