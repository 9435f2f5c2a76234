import { createHash } from 'node:crypto';
import type { RowSink } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import { hashCells, MAX_SNAPSHOT_ROWS } from './rowSnapshot.ts';

const SHOWN_ROWS = 5;
const SHOWN_CHARACTERS = 100_000;
const MODULUS = 1n << 256n;

/** A digest of rows in whatever order they come: the sum of the digests of each, so that a row that is there twice counts twice. */
export class RowSetDigest implements RowSink {
  #sum = 0n;
  #count = 0;
  #whole = true;
  /** A row was not shown: none behind it is. */
  #full = false;
  #columns: readonly Column[] = [];
  readonly #shown: Cell[][] = [];

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  row(cells: Cell[]): boolean {
    if (this.#count >= MAX_SNAPSHOT_ROWS) {
      this.#whole = false;
      return false;
    }
    this.#count++;
    const hash = createHash('sha256');
    hashCells(hash, cells);
    this.#sum = (this.#sum + BigInt(`0x${hash.digest('hex')}`)) % MODULUS;
    const length = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    this.#full ||= this.#shown.length >= SHOWN_ROWS || length >= SHOWN_CHARACTERS;
    if (!this.#full) this.#shown.push(cells);
    return true;
  }

  tooLarge(): void {
    this.#whole = false;
  }

  /** False where not all rows were read: then the digest means nothing. */
  get whole(): boolean {
    return this.#whole;
  }

  get count(): number {
    return this.#count;
  }

  get digest(): string {
    return `${String(this.#count)}:${this.#sum.toString(16)}`;
  }

  get sample(): ResultTable {
    return { columns: this.#columns, rows: this.#shown };
  }
}
