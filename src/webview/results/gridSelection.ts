import type { CellRange } from './messages.ts';

/** A cell by its place; row -1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

/** How far the keyboard may go. */
export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that are in sight, for Page Up and Page Down. */
  readonly page: number;
}

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** The cell that has the keyboard, and what is selected around it. Pure: the grid draws what it says. */
export class GridSelection {
  active: CellPlace = { row: 0, column: 0 };
  #anchor: CellPlace = { row: 0, column: 0 };
  #ranges: CellRange[] = [{ fromRow: 0, toRow: 0, fromColumn: 0, toColumn: 0 }];

  get ranges(): readonly CellRange[] {
    return this.#ranges;
  }

  holds(row: number, column: number): boolean {
    return this.#ranges.some(
      ({ fromRow, toRow, fromColumn, toColumn }) => fromRow <= row && row <= toRow && fromColumn <= column && column <= toColumn,
    );
  }

  /** `extend` keeps the anchor, `add` the ranges before. */
  select(place: CellPlace, { extend = false, add = false } = {}): void {
    this.active = place;
    if (!extend) this.#anchor = place;
    const range = between(this.#anchor, place);
    this.#ranges = add ? [...this.#ranges, range] : extend ? [...this.#ranges.slice(0, -1), range] : [range];
    if (place.row < 0) this.#ranges = [];
  }

  selectRows(from: number, to: number, columns: number): void {
    this.active = { row: to, column: 0 };
    this.#anchor = { row: from, column: 0 };
    this.#ranges = [{ fromRow: Math.min(from, to), toRow: Math.max(from, to), fromColumn: 0, toColumn: columns - 1 }];
  }

  selectColumn(column: number, rows: number): void {
    this.active = { row: 0, column };
    this.#anchor = this.active;
    this.#ranges = [{ fromRow: 0, toRow: rows - 1, fromColumn: column, toColumn: column }];
  }

  selectAll({ rows, columns }: GridSize): void {
    this.#ranges = [{ fromRow: 0, toRow: rows - 1, fromColumn: 0, toColumn: columns - 1 }];
  }

  get anchorRow(): number {
    return Math.max(0, this.#anchor.row);
  }

  /** Does what the key means in a grid; false for a key that means nothing. @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/ */
  press({ key, ctrlKey, metaKey, shiftKey }: PressedKey, size: GridSize): boolean {
    const control = ctrlKey || metaKey;
    if (control && key.toLowerCase() === 'a') {
      this.selectAll(size);
      return true;
    }
    if (key === ' ' && this.active.row >= 0 && (control || shiftKey)) {
      if (control) this.selectColumn(this.active.column, size.rows);
      else this.selectRows(this.active.row, this.active.row, size.columns);
      return true;
    }
    const to = this.#goal(key, control, size);
    if (to === undefined) return false;
    const extend = shiftKey && to.row >= 0 && this.active.row >= 0;
    this.select(to, { extend });
    return true;
  }

  #goal(key: string, control: boolean, { rows, columns, page }: GridSize): CellPlace | undefined {
    const { row, column } = this.active;
    const to = (wantedRow: number, wantedColumn: number): CellPlace => ({
      row: Math.max(-1, Math.min(rows - 1, wantedRow)),
      column: Math.max(0, Math.min(columns - 1, wantedColumn)),
    });
    switch (key) {
      case 'ArrowUp':
        return control ? to(0, column) : to(row - 1, column);
      case 'ArrowDown':
        return control ? to(rows - 1, column) : to(row + 1, column);
      case 'ArrowLeft':
        return control ? to(row, 0) : to(row, column - 1);
      case 'ArrowRight':
        return control ? to(row, columns - 1) : to(row, column + 1);
      case 'Home':
        return control ? to(0, 0) : to(row, 0);
      case 'End':
        return control ? to(rows - 1, columns - 1) : to(row, columns - 1);
      case 'PageUp':
        return to(Math.max(0, row - page), column);
      case 'PageDown':
        return to(row + page, column);
      default:
        return undefined;
    }
  }
}

function between(a: CellPlace, b: CellPlace): CellRange {
  return {
    fromRow: Math.max(0, Math.min(a.row, b.row)),
    toRow: Math.max(0, a.row, b.row),
    fromColumn: Math.min(a.column, b.column),
    toColumn: Math.max(a.column, b.column),
  };
}
