import type { Cell, Column } from '../driver/values.ts';
import type { UniqueKey } from './undoFacts.ts';

/** A row that an UPDATE has changed, by the values that are to come back and those that it has now. */
export interface ChangedRow {
  readonly before: readonly Cell[];
  readonly after: readonly Cell[];
}

const MARKS = /\p{M}+/gu;

/**
 * Rows whose old values of a unique key another one of them holds now, and those others: each behind the one that it waits for, since the server checks such a key row by row. What is not
 * among them comes back in any order.
 */
export function rowsInOrder<Row extends ChangedRow>(
  rows: readonly Row[],
  columns: readonly Column[],
  keys: readonly UniqueKey[],
): readonly Row[] {
  const waits = new Map<Row, Row[]>();
  for (const key of keys) {
    const places = key.map(({ column }) => columns.findIndex(({ name }) => name === column));
    if (places.includes(-1)) continue; // an expression, whose values are not known
    const valueOf = (cells: readonly Cell[]): string | undefined => {
      const values = key.map(({ prefix }, i) => comparable(cells[places[i] ?? -1] ?? null, columns[places[i] ?? -1], prefix));
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

/** Each behind those that it waits for; a circle, which no single UPDATE can have made, is cut where it is met. */
function inOrder<Row>(waits: ReadonlyMap<Row, readonly Row[]>): readonly Row[] {
  const met = new Set<Row>();
  const ordered = new Set<Row>();
  for (const first of waits.keys()) {
    const open = [first];
    for (let row = open.at(-1); row !== undefined; row = open.at(-1)) {
      const next = met.has(row) ? undefined : waits.get(row)?.filter((one) => !met.has(one));
      met.add(row);
      if (next !== undefined && next.length > 0) {
        open.push(...next);
        continue;
      }
      open.pop();
      ordered.add(row);
    }
  }
  return [...ordered];
}

/** Equal where the server may take two values for equal: collations know no case, accents and blanks at the end. One that is equal to too much only costs a statement. */
function comparable(cell: Cell, column: Column | undefined, prefix: number | undefined): Cell {
  if (cell === null) return null;
  if (column?.binary === true) return prefix === undefined ? cell : cell.slice(0, '0x'.length + 2 * prefix);
  const text = prefix === undefined ? cell : Array.from(cell).slice(0, prefix).join('');
  return text.normalize('NFKD').replaceAll(MARKS, '').toUpperCase().trimEnd();
}
