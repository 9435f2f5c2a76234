import { AsyncLocalStorage } from 'node:async_hooks';

/** What opens later than this after a click or a key may meet keys that were meant for something else: a terminal, a chat, another window. */
const LATE_MS = 1000;

/** What a person has asked for by a click or a key, and when they last answered something in the course of it. */
class Gesture {
  readonly #abandoned = new AbortController();
  #at = performance.now();

  get isLate(): boolean {
    return performance.now() - this.#at > LATE_MS;
  }

  /** For what opens now: call what this returns when it is answered. The answer counts as a new gesture, unless it opened late and may have met keys that were not meant for it. */
  opens(): () => void {
    const wasLate = this.isLate;
    return () => {
      if (!wasLate) this.renew();
    };
  }

  /** After a click that can't have been meant for something else. */
  renew(): void {
    this.#at = performance.now();
  }

  /** The person has asked for the same again: a question that still waits to be shown is answered with a no. */
  abandon(): void {
    this.#abandoned.abort();
  }

  get abandoned(): AbortSignal {
    return this.#abandoned.signal;
  }
}

export type { Gesture };

/** VS Code does not tell where the keyboard is, so the course of a gesture is followed through whatever it waits for. */
const gestures = new AsyncLocalStorage<Gesture>();

/** Runs what a click or a key of a person has asked for, now. */
export function duringGesture<T>(work: () => T): T {
  return gestures.run(new Gesture(), work);
}

/** Undefined in what nobody of this window has asked for. */
export function currentGesture(): Gesture | undefined {
  return gestures.getStore();
}
