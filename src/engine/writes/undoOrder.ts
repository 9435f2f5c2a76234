import type { Cell, Column } from '../driver/values.ts';
import type { UniqueKey } from './uniqueKeys.ts';

/** A row that an UPDATE has changed, by the values that are to come back and those that it has now. */
export interface ChangedRow {
  readonly before: readonly Cell[];
  readonly after: readonly Cell[];
}

const MARKS = /\p{M}+/gu;

/** What is in neither comes back in any order. */
interface OrderedRows<Row> {
  /** Each behind the one that it waits for. */
  readonly ordered: readonly Row[];
  /** Each waits for another one, and that in the end for the first. */
  readonly circular: readonly Row[];
}

/**
 * Rows whose old values of a unique key another one of them holds now, and those others: they come back one after the other, since the server checks such a key row by row.
 */
export function rowsInOrder<Row extends ChangedRow>(
  rows: readonly Row[],
  columns: readonly Column[],
  keys: readonly UniqueKey[],
): OrderedRows<Row> {
  const waits = new Map<Row, Row[]>();
  for (const key of keys) {
    const places = key.parts.map(({ column }) => columns.findIndex(({ name }) => name === column));
    if (places.includes(-1)) continue; // an expression, whose values are not known
    const valueOf = (cells: readonly Cell[]): string | undefined => {
      const values = key.parts.map(({ prefix }, i) => comparable(cells[places[i] ?? -1] ?? null, columns[places[i] ?? -1], prefix));
      return values.includes(null) ? undefined : JSON.stringify(values); // NULL is equal to nothing
    };
    const holders = new Map<string, Row>();
    for (const row of rows) {
      const value = valueOf(row.after);
      if (value !== undefined && value !== valueOf(row.before)) holders.set(value, row);
    }
    if (holders.size === 0) continue;
    for (const row of rows) {
      const value = valueOf(row.before);
      const holder = value === undefined ? undefined : holders.get(value);
      if (holder === undefined || holder === row) continue;
      waits.set(row, [...(waits.get(row) ?? []), holder]);
      if (!waits.has(holder)) waits.set(holder, []);
    }
  }
  return inOrder(waits);
}

/** Takes what waits for nothing, again and again; what is left over waits in circles, or behind one. */
function inOrder<Row>(waits: ReadonlyMap<Row, readonly Row[]>): OrderedRows<Row> {
  const left = new Map([...waits].map(([row, holders]) => [row, new Set(holders).size]));
  const behind = new Map<Row, Row[]>();
  for (const [row, holders] of waits) for (const holder of new Set(holders)) behind.set(holder, [...(behind.get(holder) ?? []), row]);
  const ordered = [...left].flatMap(([row, count]) => (count === 0 ? [row] : []));
  for (const row of ordered)
    for (const next of behind.get(row) ?? []) {
      const count = (left.get(next) ?? 0) - 1;
      left.set(next, count);
      if (count === 0) ordered.push(next);
    }
  const done = new Set(ordered);
  return { ordered, circular: [...waits.keys()].filter((row) => !done.has(row)) };
}

/** Equal where the server may take two values for equal: collations know no case, accents and blanks at the end. One that is equal to too much only costs a statement. */
function comparable(cell: Cell, column: Column | undefined, prefix: number | undefined): Cell {
  if (cell === null) return null;
  if (column?.binary === true) return prefix === undefined ? cell : cell.slice(0, '0x'.length + 2 * prefix);
  const text = prefix === undefined ? cell : Array.from(cell).slice(0, prefix).join('');
  return text.normalize('NFKD').replaceAll(MARKS, '').toUpperCase().trimEnd();
}
