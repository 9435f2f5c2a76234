import type { RowSink } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';

export interface ResultLimits {
  readonly maxRows: number;
  /** Upper bound of the cells' text, in UTF-16 units. */
  readonly maxCharacters: number;
}

export interface ResultSet {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Which limit cut the result off, if one did. */
  readonly cutBy: 'rows' | 'size' | undefined;
  readonly elapsedMs: number;
}

/** Takes rows until a limit is passed; the row that would pass it is left out. */
export class ResultCollector implements RowSink {
  readonly #limits: ResultLimits;
  readonly #started = performance.now();
  readonly #rows: Cell[][] = [];
  #columns: readonly Column[] = [];
  #characters = 0;
  #cutBy: ResultSet['cutBy'];

  constructor(limits: ResultLimits) {
    this.#limits = limits;
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  row(cells: Cell[]): boolean {
    if (this.#cutBy !== undefined) return false;
    if (this.#rows.length >= this.#limits.maxRows) {
      this.#cutBy = 'rows';
      return false;
    }
    for (const cell of cells) this.#characters += cell?.length ?? 0;
    if (this.#characters > this.#limits.maxCharacters) {
      this.#cutBy = 'size';
      return false;
    }
    this.#rows.push(cells);
    return true;
  }

  result(): ResultSet {
    return { columns: this.#columns, rows: this.#rows, cutBy: this.#cutBy, elapsedMs: Math.round(performance.now() - this.#started) };
  }
}
