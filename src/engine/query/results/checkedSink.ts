import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';

/** Hands everything on as it comes, once `check` has let the columns of the result pass. */
export class CheckedSink implements RowSink {
  readonly #sink: RowSink;
  readonly #check: (columns: readonly Column[]) => void;
  readonly packet: RowSink['packet'];

  constructor(sink: RowSink, check: (columns: readonly Column[]) => void) {
    this.#sink = sink;
    this.#check = check;
    this.packet = sink.packet === undefined ? undefined : (packet) => sink.packet?.(packet) ?? true;
  }

  get rowsOfAnySize(): boolean {
    return this.#sink.rowsOfAnySize === true;
  }

  columns(columns: readonly Column[]): void {
    this.#check(columns);
    this.#sink.columns(columns);
  }

  row(cells: Cell[]): boolean | Promise<unknown> {
    return this.#sink.row(cells);
  }

  tooLarge(row: CutRow): unknown {
    return this.#sink.tooLarge(row);
  }

  resultEnded(): void {
    this.#sink.resultEnded?.();
  }
}
