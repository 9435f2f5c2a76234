import { createHash, type Hash } from 'node:crypto';
import type { RowSink } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';

/** More rows than this are counted, and not looked at one by one. */
export const MAX_SNAPSHOT_ROWS = 200_000;
/** What is kept of rows for showing or for undoing, in UTF-16 units. */
const MAX_KEPT_CHARACTERS = 16 * 1024 * 1024;

/** Each cell with its length before it, so that none can look like the end of one and the begin of another. */
export function hashCells(hash: Hash, cells: readonly Cell[]): void {
  for (const cell of cells) hash.update(cell === null ? 'n' : `${String(cell.length)}:${cell}`);
}

/** Rows as they were: a digest of all of them, and the first `keep` themselves. */
export class RowSnapshot implements RowSink {
  readonly #hash: Hash = createHash('sha256');
  readonly #keep: number;
  readonly #keepCharacters: number;
  readonly #rows: Cell[][] = [];
  #columns: readonly Column[] = [];
  #count = 0;
  #kept = 0;
  /** A row did not fit: rows behind it are not kept either, so that none is missing in between. */
  #full = false;
  #whole = true;

  constructor(keep: number, keepCharacters = MAX_KEPT_CHARACTERS) {
    this.#keep = keep;
    this.#keepCharacters = keepCharacters;
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
    this.#hash.update(JSON.stringify(columns.map(({ name, type }) => [name, type])));
  }

  row(cells: Cell[]): boolean {
    if (this.#count >= MAX_SNAPSHOT_ROWS) {
      this.#whole = false;
      return false;
    }
    this.#count++;
    hashCells(this.#hash, cells);
    const length = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    this.#full ||= this.#rows.length >= this.#keep || this.#kept + length > this.#keepCharacters;
    if (!this.#full) {
      this.#rows.push(cells);
      this.#kept += length;
    }
    return true;
  }

  tooLarge(): void {
    this.#whole = false;
  }

  /** False where not all rows were read: then neither count nor digest mean anything. */
  get whole(): boolean {
    return this.#whole;
  }

  get count(): number {
    return this.#count;
  }

  get table(): { readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] } {
    return { columns: this.#columns, rows: this.#rows };
  }

  /** True where every row was kept. */
  get allKept(): boolean {
    return this.#whole && this.#rows.length === this.#count;
  }

  /** To be asked for once. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
