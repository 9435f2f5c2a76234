import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';
import type { OutputActions } from './outputActions.ts';

/** Makes the pseudonym of a value. */
export type Pseudonym = (value: string) => string;

/** Of any value, so that not even its length is told. */
export const MASK = '•••';

/** `VAR_STRING`: what is shown in the place of a value is text, whatever the value is. */
const TEXT_TYPE = 253;

/**
 * Stands before every sink to which an agent's rows go, and puts masks and pseudonyms in the place of values. It takes rows as cells only: a sink that writes packets as they come would
 * pass it by.
 */
export class ProtectedSink implements RowSink {
  readonly #sink: RowSink;
  readonly #actions: OutputActions;
  readonly #pseudonym: Pseudonym;
  #isOpen = false;

  constructor(sink: RowSink, actions: OutputActions, pseudonym: Pseudonym) {
    this.#sink = sink;
    this.#actions = actions;
    this.#pseudonym = pseudonym;
  }

  get rowsOfAnySize(): boolean {
    return this.#sink.rowsOfAnySize === true;
  }

  columns(columns: readonly Column[]): void {
    // Another number of columns than was judged: nobody knows which is which.
    if (columns.length !== this.#actions.length) throw new Error('A result has other columns than were judged.');
    this.#isOpen = true;
    this.#sink.columns(
      columns.map((column, i) => (this.#actions[i] === undefined ? column : { name: column.name, type: TEXT_TYPE, binary: false })),
    );
  }

  row(cells: Cell[]): boolean | Promise<unknown> {
    return this.#sink.row(this.#protect(cells, new Set()));
  }

  tooLarge({ cells, cuts }: CutRow): unknown {
    const cut = new Set(cuts.map(({ column }) => column));
    // The length of a protected value is not told.
    const told = cuts.filter(({ column }) => this.#actions[column] === undefined);
    const kept = this.#protect(cells, cut);
    return told.length === 0 ? this.#sink.row(kept) : this.#sink.tooLarge({ cells: kept, cuts: told });
  }

  resultEnded(): void {
    this.#sink.resultEnded?.();
  }

  #protect(cells: readonly Cell[], cut: ReadonlySet<number>): Cell[] {
    if (!this.#isOpen || cells.length !== this.#actions.length) throw new Error('A row has other columns than were judged.');
    return cells.map((cell, i) => {
      const action = this.#actions[i];
      if (action === undefined || cell === null) return cell;
      // Of the beginning of a value there is no pseudonym.
      return action === 'pseudonym' && !cut.has(i) ? this.#pseudonym(cell) : MASK;
    });
  }
}
