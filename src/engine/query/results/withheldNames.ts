import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';

/** In the place of a name that agents don't see. */
const WITHHELD = '(hidden)';
/** What has a meaning in a pattern. */
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;
const LETTERS = String.raw`[\p{L}\p{M}\p{N}_$]`;

/** Takes names out of the text of plans: servers read a table by any index that has what a statement needs, and name it with its columns. */
export class WithheldNames implements RowSink {
  readonly #sink: RowSink;
  readonly #names: RegExp;

  constructor(sink: RowSink, names: readonly string[]) {
    this.#sink = sink;
    // The longest first, since one may be in another.
    const longest = [...new Set(names)].sort((a, b) => b.length - a.length);
    this.#names = new RegExp(longest.map(asWhole).join('|'), 'giu');
  }

  columns(columns: readonly Column[]): void {
    this.#sink.columns(columns);
  }

  row(cells: Cell[]): boolean | Promise<unknown> {
    return this.#sink.row(this.#without(cells));
  }

  tooLarge({ cells, cuts }: CutRow): unknown {
    return this.#sink.tooLarge({ cells: this.#without(cells), cuts });
  }

  resultEnded(): void {
    this.#sink.resultEnded?.();
  }

  #without(cells: readonly Cell[]): Cell[] {
    return cells.map((cell) => cell?.replaceAll(this.#names, WITHHELD) ?? null);
  }
}

/** As the text has it, also with signs that JSON or back-ticks write otherwise. */
function asWhole(name: string): string {
  const forms = [name, name.replaceAll('`', '``'), JSON.stringify(name).slice(1, -1)];
  return forms.map((form) => `(?<!${LETTERS})${form.replaceAll(SYNTAX, '\\$&')}(?!${LETTERS})`).join('|');
}
