import type { SessionPool } from '../../driver/sessionPool.ts';
import { withoutTag } from '../../driver/statementTag.ts';
import { isPilotError, withEvidence } from '../../errors.ts';
import { cutLine } from '../../text.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { normalize } from '../../sql/normalize.ts';

/** Short statements hold nobody up for long enough to matter. */
const LOOK_EVERY_MS = 1000;
const SHOWN_CHARACTERS = 100;

const WAITING = `SELECT id AS id, info AS info, time AS time FROM information_schema.processlist
  WHERE state LIKE 'Waiting for table%lock' AND info IS NOT NULL AND time <= ? LIMIT 100`;

interface Waiting {
  readonly id: number;
  readonly text: string;
  readonly seconds: number;
}

export class LockWaitWatch {
  readonly started = performance.now();
  readonly #names: readonly string[];
  readonly #blockedStatements = new Map<number, string>();
  readonly #onStop: (watch: LockWaitWatch) => void;
  readonly #showsTexts: boolean;

  constructor(references: readonly QualifiedName[], onStop: (watch: LockWaitWatch) => void, showsTexts = true) {
    this.#showsTexts = showsTexts;
    this.#names = references.map(({ name }) => name.toLowerCase());
    this.#onStop = onStop;
  }

  /** The statements that were seen waiting, cut to what they are, without their values. */
  get blockedStatements(): readonly string[] {
    return [...this.#blockedStatements.values()];
  }

  /** Whole, so that no wait that began with the statement is left out. */
  get seconds(): number {
    return Math.ceil((performance.now() - this.started) / 1000);
  }

  saw({ id, text, seconds }: Waiting): void {
    const statement = withoutTag(text).toLowerCase();
    if (seconds <= this.seconds && this.#names.some((name) => statement.includes(name)))
      this.#blockedStatements.set(id, this.#showsTexts ? cutLine(normalize(text), SHOWN_CHARACTERS) : 'a statement of another session');
  }

  stop(): void {
    this.#onStop(this);
  }

  explain(error: unknown): unknown {
    if (this.#blockedStatements.size === 0 || !isPilotError(error)) return error;
    return withEvidence(error, describeBlockedStatements(this.blockedStatements));
  }
}

/**
 * Looks, while statements run, whether others wait for a lock on their tables: a read keeps ALTER TABLE waiting, and that keeps
 * everybody else waiting. Sees sessions of other accounts only with the PROCESS privilege.
 */
export class LockWaitMonitor {
  readonly #pool: SessionPool;
  readonly #showsTexts: boolean;
  readonly #running = new Set<LockWaitWatch>();
  /** One for all, which goes on by itself: most statements end before it would have looked at them. */
  #timer: NodeJS.Timeout | undefined;

  /** Without `showsTexts` only their number is told. */
  constructor(pool: SessionPool, { showsTexts = true }: { readonly showsTexts?: boolean } = {}) {
    this.#pool = pool;
    this.#showsTexts = showsTexts;
  }

  begin(references: readonly QualifiedName[]): LockWaitWatch {
    const watch = new LockWaitWatch(references, (one) => this.#running.delete(one), this.#showsTexts);
    this.#running.add(watch);
    this.#schedule();
    return watch;
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      void this.#look();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const long = performance.now() - LOOK_EVERY_MS;
    const watches = [...this.#running].filter(({ started }) => started <= long);
    const elapsed = Math.max(0, ...watches.map(({ seconds }) => seconds));
    // Where this cannot be seen, the statements themselves are not to suffer from it.
    const rows = watches.length === 0 ? [] : await this.#pool.observe(WAITING, [elapsed]).catch(() => []);
    for (const row of rows)
      for (const watch of watches)
        if (this.#running.has(watch)) watch.saw({ id: Number(row['id']), text: String(row['info']), seconds: Number(row['time']) });
    this.#timer = undefined;
    if (this.#running.size > 0) this.#schedule();
  }
}

export function describeBlockedStatements(statements: readonly string[]): string {
  return `While it ran, it blocked other statements: ${statements.join('; ')}.`;
}
