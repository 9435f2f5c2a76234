import type { Cell, Column } from '../../driver/values.ts';
import type { ResultTable } from './resultSet.ts';

export const CHART_KINDS = ['bar', 'line', 'pie'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** More points than this are no chart that anybody reads. */
export const MAX_POINTS = 2000;
/** More series can't be told apart. */
const MAX_SERIES = 8;

/** TIMESTAMP, DATE, TIME, DATETIME, YEAR, NEWDATE. */
const MOMENTS: ReadonlySet<number> = new Set([7, 10, 11, 12, 13, 14]);

export interface ChartSeries {
  readonly name: string;
  /** One for each label; null for NULL, which has no place. */
  readonly values: readonly (number | null)[];
}

export interface Chart {
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
}

/** Which columns a chart is made of: the first one names the points, unless it is the only number. Undefined where no column is a number. */
export function chartColumns(
  columns: readonly Column[],
): { readonly label: number | undefined; readonly values: readonly number[] } | undefined {
  const numbers = [...columns.keys()].filter((i) => columns[i]?.numeric !== undefined);
  const behind = numbers.filter((i) => i > 0);
  if (behind.length > 0) return { label: 0, values: behind.slice(0, MAX_SERIES) };
  if (numbers.length === 0) return undefined;
  return { label: columns.length > 1 ? 1 : undefined, values: numbers };
}

/** A line for moments, which follow each other; else bars. */
export function usualChart(columns: readonly Column[]): ChartKind {
  const label = chartColumns(columns)?.label;
  const type = label === undefined ? undefined : columns[label]?.type;
  return type !== undefined && MOMENTS.has(type) ? 'line' : 'bar';
}

/** The points of a chart; undefined where no column is a number. */
export function chartOf({ columns, rows }: ResultTable): Chart | undefined {
  const chosen = chartColumns(columns);
  if (chosen === undefined) return undefined;
  const { label, values } = chosen;
  return {
    labels: rows.map((row, i) => (label === undefined ? String(i + 1) : (row[label] ?? 'NULL'))),
    series: values.map((column) => ({ name: columns[column]?.name ?? '', values: rows.map((row) => numberOf(row[column] ?? null)) })),
  };
}

function numberOf(cell: Cell): number | null {
  const number = cell === null ? NaN : Number(cell);
  return Number.isFinite(number) ? number : null;
}
