import type { Session } from './session.ts';

/** How long a lent session may wait for its server before it is asked on another connection whether it answers anybody. */
const SILENT_MS = 15_000;
const LOOK_MS = 5000;

/**
 * Gives up sessions whose server has stopped answering: it may be frozen, or the network is gone without a word, and no socket would tell for many minutes. One that only takes long
 * answers on another connection meanwhile, and is waited for.
 */
export class SilenceWatch {
  readonly #answers: () => Promise<boolean>;
  readonly #lent = new Map<Session, number>();
  /** One for all, which goes on by itself: setting and clearing one in each call costs more than to look too often. */
  #timer: NodeJS.Timeout | undefined;

  /** `answers` asks the server on another connection. */
  constructor(answers: () => Promise<boolean>) {
    this.#answers = answers;
  }

  lent(session: Session): void {
    this.#lent.set(session, performance.now());
    this.#timer ??= this.#lookSoon();
  }

  returned(session: Session): void {
    this.#lent.delete(session);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lent.clear();
  }

  #lookSoon(): NodeJS.Timeout {
    return setTimeout(() => {
      void this.#look().finally(() => {
        this.#timer = this.#lent.size > 0 ? this.#lookSoon() : undefined;
      });
    }, LOOK_MS).unref();
  }

  async #look(): Promise<void> {
    const before = performance.now() - SILENT_MS;
    const waiting = [...this.#lent].filter(([session, since]) => session.running && since < before);
    if (waiting.length === 0 || (await this.#answers())) return;
    for (const [session, since] of waiting) if (this.#lent.get(session) === since) session.giveUp();
  }
}
