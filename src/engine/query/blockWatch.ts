import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError, withEvidence } from '../errors.ts';
import { cutLine } from '../text.ts';
import type { Reference } from '../policy/references.ts';
import { normalise } from '../sql/normalise.ts';

/** Short statements hold nobody up for long enough to matter. */
const LOOK_EVERY_MS = 1000;
const SHOWN_CHARACTERS = 100;

const WAITING = `SELECT id AS id, info AS info FROM information_schema.processlist
  WHERE state LIKE 'Waiting for table%lock' AND info IS NOT NULL AND time <= ? LIMIT 100`;

/**
 * Looks, while a statement runs, whether others wait for a lock on its tables: a read keeps ALTER TABLE waiting, and that keeps
 * everybody else waiting. Sees sessions of other accounts only with the PROCESS privilege.
 */
export class BlockWatch {
  readonly #pool: SessionPool;
  readonly #names: readonly string[];
  readonly #heldUp = new Map<number, string>();
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(pool: SessionPool, references: readonly Reference[]) {
    this.#pool = pool;
    this.#names = references.map(({ name }) => name.toLowerCase());
    this.#schedule();
  }

  /** The statements that were seen waiting, cut to what they are, without their values. */
  get heldUp(): readonly string[] {
    return [...this.#heldUp.values()];
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** The error with what was seen added. */
  explain(error: unknown): unknown {
    if (this.#heldUp.size === 0 || !isPilotError(error)) return error;
    return withEvidence(error, describeHeldUp(this.heldUp));
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.#look();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const elapsedSeconds = Math.ceil((performance.now() - this.#started) / 1000);
    // Where this cannot be seen, the statement itself is not to suffer from it.
    const rows = await this.#pool.observe(WAITING, [elapsedSeconds]).catch(() => []);
    if (this.#stopped) return;
    for (const row of rows) {
      const text = String(row['info']);
      if (this.#names.some((name) => text.toLowerCase().includes(name)))
        this.#heldUp.set(Number(row['id']), cutLine(normalise(text), SHOWN_CHARACTERS));
    }
    this.#schedule();
  }
}

/** One sentence for people and models. */
export function describeHeldUp(statements: readonly string[]): string {
  return `While it ran it held up other statements: ${statements.join('; ')}.`;
}
