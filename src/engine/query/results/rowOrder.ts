import type { Cell, Column } from '../../driver/values.ts';
import type { ResultTable } from './resultSet.ts';

interface RowSort {
  readonly column: number;
  readonly descending: boolean;
}

export interface RowOrder {
  readonly sort: RowSort | undefined;
  /** `text` for rows that hold it, `column:text` for those that hold it there; letter case does not matter. */
  readonly filter: string;
}

/** Indices of the rows that are shown, in their order; undefined for all as they came. */
export function orderRows(table: ResultTable, { sort, filter }: RowOrder): Uint32Array | undefined {
  const wanted = filter.trim();
  if (sort === undefined && wanted === '') return undefined;
  const holds = rowFilter(table.columns, wanted);
  const indices = Uint32Array.from([...table.rows.keys()].filter((i) => holds(table.rows[i] ?? [])));
  const column = sort === undefined ? undefined : table.columns[sort.column];
  if (sort === undefined || column === undefined) return indices;
  const compare = comparison(
    column,
    table.rows.map((row) => row[sort.column] ?? null),
  );
  const direction = sort.descending ? -1 : 1;
  return indices.sort((a, b) => direction * compare(a, b) || a - b);
}

export interface OrderedRows {
  readonly result: ResultTable;
  /** Indices of the rows that are shown; undefined for all. */
  readonly shown: Uint32Array | undefined;
}

export function shownRows({ shown, result }: OrderedRows): number {
  return shown?.length ?? result.rows.length;
}

/** Which row stands at a place, as the person has ordered them. */
export function indexAt({ shown }: Pick<OrderedRows, 'shown'>, place: number): number {
  return shown === undefined ? place : (shown[place] ?? -1);
}

export function rowAt(rows: OrderedRows, place: number): ResultTable['rows'][number] | undefined {
  return rows.result.rows[indexAt(rows, place)];
}

function rowFilter(columns: readonly Column[], filter: string): (row: readonly Cell[]) => boolean {
  const colon = filter.indexOf(':');
  const name = filter.slice(0, Math.max(0, colon)).trim().toLowerCase();
  const at = columns.findIndex((column) => column.name.toLowerCase() === name);
  if (colon > 0 && at >= 0) {
    const text = filter
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    return (row) => contains(row[at] ?? null, text);
  }
  const text = filter.toLowerCase();
  return (row) => row.some((cell) => contains(cell, text));
}

/** NULL is found as what it is shown as. */
function contains(cell: Cell, text: string): boolean {
  return (cell ?? 'null').toLowerCase().includes(text);
}

/** Of the protocol's types: cells of BIT are unsigned numbers, TIME may be negative and longer than a day. */
const BIT = 16;
const TIME = 11;

/** NULL first, as the server sorts, and so is what a table of ours leaves empty. Numbers and times by value, to the last digit; text without regard to letter case. */
function comparison(column: Column, cells: readonly Cell[]): (a: number, b: number) => number {
  if (column.numeric !== undefined || column.type === BIT || column.type === TIME) {
    const value = column.type === TIME ? secondsOf : Number;
    const numbers = Float64Array.from(cells, (cell) => (cell === null || cell === '' ? -Infinity : value(cell)));
    return (a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || compareExactly(cells[a] ?? null, cells[b] ?? null);
  }
  const keys = cells.map((cell) => cell?.toLowerCase());
  return (a, b) => {
    const [one, two] = [keys[a], keys[b]];
    if (one === two) return compareText(cells[a] ?? '', cells[b] ?? '');
    if (one === undefined || two === undefined) return one === undefined ? -1 : 1;
    return compareText(one, two);
  };
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?$/;

function secondsOf(time: string): number {
  const [, sign, hours, minutes, seconds] = /^(-?)(\d+):(\d+):([\d.]+)$/.exec(time) ?? [];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -total : total;
}

/** Of numbers that are the same to a double: long integers and decimals. */
function compareExactly(a: Cell, b: Cell): number {
  if (a === null || b === null || a === b) return 0;
  const [one, two] = [NUMBER.exec(a), NUMBER.exec(b)];
  if (one === null || two === null) return 0; // with an exponent: a DOUBLE, which was compared
  const digits = Math.max(one[3]?.length ?? 0, two[3]?.length ?? 0);
  const scaled = ([, sign = '', whole = '', behind = '']: RegExpExecArray): bigint =>
    BigInt(`${sign}${whole}${behind.padEnd(digits, '0')}`);
  const difference = scaled(one) - scaled(two);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
