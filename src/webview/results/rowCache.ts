import type { ShownCell } from './messages.ts';

/** Rows that are asked for together. */
const PAGE = 200;
/** Pages that are kept; the oldest go first. */
const KEPT = 50;

/** The rows that the view has, of all that the window holds. */
export class RowCache {
  readonly #ask: (start: number, count: number) => void;
  readonly #pages = new Map<number, readonly (readonly ShownCell[])[] | 'asked'>();

  constructor(ask: (start: number, count: number) => void) {
    this.#ask = ask;
  }

  /** Undefined for a row that is not here yet; it is asked for. */
  row(place: number): readonly ShownCell[] | undefined {
    const number = Math.floor(place / PAGE);
    const page = this.#pages.get(number);
    if (page === undefined) {
      this.#pages.set(number, 'asked');
      this.#ask(number * PAGE, PAGE);
    }
    return page === undefined || page === 'asked' ? undefined : page[place % PAGE];
  }

  add(start: number, rows: readonly (readonly ShownCell[])[]): void {
    const number = Math.floor(start / PAGE);
    this.#pages.delete(number);
    this.#pages.set(number, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= KEPT) break;
      this.#pages.delete(oldest);
    }
  }
}
