import type { ResultTable } from '../../engine/query/results/resultSet.ts';
import type { CellRange } from '../../webview/results/messages.ts';
import { rowAt, shownRows, type OrderedRows } from '../../engine/query/results/rowOrder.ts';

/** The cells that are selected as a table of their own; without a selection all that are shown. Ranges beside each other share their columns. */
export function selectedCells(tab: OrderedRows, ranges: readonly CellRange[]): ResultTable {
  const last = shownRows(tab) - 1;
  const { columns } = tab.result;
  const whole: CellRange = { fromRow: 0, toRow: last, fromColumn: 0, toColumn: columns.length - 1 };
  const wanted = ranges.length === 0 ? [whole] : ranges;
  const within = (value: number, from: number, to: number): boolean => from <= value && value <= to;
  const columnPlaces = [...columns.keys()].filter((i) => wanted.some(({ fromColumn, toColumn }) => within(i, fromColumn, toColumn)));
  const rowPlaces = new Set<number>();
  for (const { fromRow, toRow } of wanted) for (let i = Math.max(0, fromRow); i <= Math.min(last, toRow); i++) rowPlaces.add(i);
  return {
    columns: columnPlaces.flatMap((i) => columns[i] ?? []),
    rows: [...rowPlaces].sort((a, b) => a - b).map((place) => columnPlaces.map((i) => rowAt(tab, place)?.[i] ?? null)),
  };
}
