import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';
import type { ResultCollector } from '../results/resultCollector.ts';
import { Spool } from './spool.ts';

/** Of a result that is cut, this much is read on and kept for its cursor. */
const MAX_SPOOLED_BYTES = 16 * 1024 * 1024;

export interface PageOptions {
  /** Rows of the result that came in pages before this one. */
  readonly from: number;
  readonly maxRows: number;
  /** Rows to keep behind this page. */
  readonly spoolRows: number;
}

/** One page of a result: rows before it are passed over, rows behind it are spooled. */
export class Page implements RowSink {
  #becomesFull: () => void = () => undefined;
  readonly #collector: ResultCollector;
  readonly #options: PageOptions;
  #columns: readonly Column[] = [];
  #passed = 0;
  #spool: Spool | undefined;

  constructor(collector: ResultCollector, options: PageOptions) {
    this.#collector = collector;
    this.#options = options;
  }

  /** What `reading` resolves to; undefined where the page has all its rows before that, and further ones are being spooled. */
  fullOr<T>(reading: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#becomesFull = () => {
        resolve(undefined);
      };
      reading.then(resolve, reject);
    });
  }

  /** The most rows that are wanted from the server: the last one only tells that there are more. */
  get rowLimit(): number {
    const { from, maxRows, spoolRows } = this.#options;
    return from + maxRows + spoolRows + 1;
  }

  get cut(): boolean {
    return this.#collector.cut;
  }

  get next(): number {
    return this.#options.from + this.#collector.rowCount;
  }

  get spool(): Spool | undefined {
    return this.#spool;
  }

  /** Rows behind this page, as far as is known now. */
  get left(): { readonly rows: number; readonly known: boolean } {
    return this.#spool === undefined ? { rows: 1, known: false } : { rows: this.#spool.next - this.next, known: this.#spool.whole };
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
    this.#collector.columns(columns);
  }

  row(cells: Cell[]): boolean | Promise<unknown> {
    return this.#take((sink) => sink.row(cells));
  }

  tooLarge(row: CutRow): boolean | Promise<unknown> {
    return this.#take((sink) => sink.tooLarge(row));
  }

  #take(give: (sink: ResultCollector | Spool) => boolean | Promise<unknown>): boolean | Promise<unknown> {
    if (this.#passed < this.#options.from) {
      this.#passed++;
      return true;
    }
    if (this.#spool !== undefined) return give(this.#spool);
    const wantsMore = give(this.#collector);
    if (!this.#collector.cut || this.#options.spoolRows === 0) return wantsMore;
    const { from, maxRows, spoolRows } = this.#options;
    this.#spool = new Spool(this.next, { maxRows: from + maxRows + spoolRows - this.next, maxBytes: MAX_SPOOLED_BYTES });
    this.#spool.columns(this.#columns);
    this.#becomesFull();
    return give(this.#spool);
  }

  /** To be called when no more rows come; only the first call counts. */
  ended(complete: boolean): void {
    this.#spool?.end(complete);
  }
}
