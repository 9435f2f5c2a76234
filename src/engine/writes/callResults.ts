import type { CutRow } from '../driver/readCommand.ts';
import type { RowSink } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';
import { ResultCollector } from '../query/results/resultCollector.ts';
import type { ResultLimits, ResultSet } from '../query/results/resultSet.ts';

/** Of one procedure; what it returns beyond is read and dropped, so that it runs to its end. */
const MAX_RESULTS = 20;
const LIMITS: ResultLimits = { maxRows: 200, maxCharacters: 40_000, maxCellCharacters: 5000 };

/** The result sets of a procedure, each up to the limits. A limit never ends the procedure. */
export class CallResults implements RowSink {
  readonly #collectors: ResultCollector[] = [];
  #current: ResultCollector | undefined;

  columns(columns: readonly Column[]): void {
    this.#current = undefined;
    if (columns.length === 0 || this.#collectors.length >= MAX_RESULTS) return;
    this.#current = new ResultCollector(LIMITS, 'SHOW'); // which a procedure may run: hashes of passwords are hidden
    this.#current.columns(columns);
    this.#collectors.push(this.#current);
  }

  row(cells: Cell[]): boolean {
    this.#current?.row(cells);
    return true;
  }

  tooLarge(row: CutRow): boolean {
    this.#current?.tooLarge(row);
    return true;
  }

  results(): ResultSet[] {
    return this.#collectors.map((collector) => collector.result());
  }
}
