import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';
import { ResultCollector } from '../results/resultCollector.ts';
import type { ResultLimits, ResultSet } from '../results/resultSet.ts';

interface Kept {
  readonly collector: ResultCollector;
  total: number;
  isFull: boolean;
  isComplete: boolean;
}

/**
 * Takes the results of one statement, each up to the limits. Rows behind them are counted and dropped: what a statement does is not for a limit of the grid to end, and a procedure, a
 * RETURNING or a function may do more than its rows show.
 */
export class UserSessionSink implements RowSink {
  readonly #limits: ResultLimits;
  readonly #onFull: ((result: ResultSet, index: number) => void) | undefined;
  readonly #kept: Kept[] = [];

  /** `onFull` hears once of each result whose rows are all that will be kept, while the statement goes on. */
  constructor(limits: ResultLimits, onFull?: (result: ResultSet, index: number) => void) {
    this.#limits = { ...limits, maxSkippedBytes: Infinity };
    this.#onFull = onFull;
  }

  columns(columns: readonly Column[]): void {
    if (columns.length === 0) return;
    const collector = new ResultCollector(this.#limits);
    collector.columns(columns);
    this.#kept.push({ collector, total: 0, isFull: false, isComplete: false });
  }

  row(cells: Cell[]): boolean {
    return this.#take((collector) => collector.row(cells));
  }

  tooLarge(row: CutRow): boolean {
    return this.#take((collector) => collector.tooLarge(row));
  }

  resultEnded(): void {
    const last = this.#kept.at(-1);
    if (last !== undefined) last.isComplete = true;
  }

  results(): ResultSet[] {
    return this.#kept.map(toResult);
  }

  /** Those whose last row has come: what a procedure has shown before it fails. */
  completeResults(): ResultSet[] {
    return this.#kept.filter(({ isComplete }) => isComplete).map(toResult);
  }

  #take(give: (collector: ResultCollector) => boolean): boolean {
    const last = this.#kept.at(-1);
    if (last === undefined) return true;
    last.total++;
    const { collector } = last;
    if (!last.isFull) give(collector);
    if (collector.cut === last.isFull) return true;
    last.isFull = true;
    this.#onFull?.(toResult(last), this.#kept.length - 1);
    return true;
  }
}

function toResult({ collector, total }: Kept): ResultSet {
  return collector.result({ total });
}
