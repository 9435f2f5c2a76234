import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheRoot } from './cache.ts';

const DAY_MS = 86_400_000;
/** What nobody has asked for in so long is forgotten. */
const KEPT_DAYS = 30;

/**
 * Inputs that a check has passed before, by digests of all that its result depends on: it is run on the others alone. Kept in the cache folder, so that a new clone
 * has them, too. For checks that are functions of their input, never for tests.
 */
export class KnownGood {
  readonly #file: string;
  /** The day on which each digest was last asked for. */
  readonly #days: Map<string, number>;
  readonly #today = Math.floor(Date.now() / DAY_MS);

  private constructor(file: string, days: Map<string, number>) {
    this.#file = file;
    this.#days = days;
  }

  static async of(check: string): Promise<KnownGood> {
    const file = path.join(cacheRoot(), 'checked', `${check}.json`);
    const text = await readFile(file, 'utf8').catch(() => '{}'); // nothing is known yet
    return new KnownGood(file, new Map(Object.entries(JSON.parse(text) as Record<string, number>)));
  }

  has(digest: string): boolean {
    const isKnown = this.#days.has(digest);
    if (isKnown) this.#days.set(digest, this.#today);
    return isKnown;
  }

  add(digest: string): void {
    this.#days.set(digest, this.#today);
  }

  /** Of two runs beside each other, one may lose what it has added: it is checked again then. */
  async save(): Promise<void> {
    const kept = [...this.#days].filter(([, day]) => day > this.#today - KEPT_DAYS);
    await mkdir(path.dirname(this.#file), { recursive: true });
    const temporary = `${this.#file}.${String(process.pid)}`;
    await writeFile(temporary, JSON.stringify(Object.fromEntries(kept)));
    await rename(temporary, this.#file);
  }
}

/** A digest of texts, each kept apart from the next. */
export function digestOfTexts(...texts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${String(Buffer.byteLength(text))}\0`).update(text);
  return hash.digest('hex').slice(0, 32);
}
