/** As long as two clicks are one double click in most systems. A key that is held repeats much faster. */
const REPEAT_MS = 500;

/** Tells a double click and a key that is held from a person who runs something again. */
export class Repeats {
  readonly #now: () => number;
  readonly #last = new Map<string, number>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** True where the one before, of the same file, was a moment ago: as long as a key is held, each is a moment behind the one before. */
  next(file: string): boolean {
    const now = this.#now();
    const last = this.#last.get(file);
    this.#last.set(file, now);
    return last !== undefined && now - last < REPEAT_MS;
  }
}
