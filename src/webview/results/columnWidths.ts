import type { GridColumn, ShownCell } from './messages.ts';

const MIN = 48;
const MAX = 420;
/** Of the header: name, arrow of the order. */
const HEAD_EXTRA = 34;
const CELL_EXTRA = 18;
/** Rows that are looked at. */
const SAMPLE = 100;

/** Widths in pixels that fit the names and the first rows. */
export function fitColumns(columns: readonly GridColumn[], rows: readonly (readonly ShownCell[])[], characterWidth: number): number[] {
  return columns.map(({ name }, i) => {
    const longest = rows.slice(0, SAMPLE).reduce((most, row) => Math.max(most, (row[i] ?? 'NULL').length), 0);
    const wanted = Math.max(name.length * characterWidth + HEAD_EXTRA, longest * characterWidth + CELL_EXTRA);
    return Math.round(Math.max(MIN, Math.min(MAX, wanted)));
  });
}
