import type { TableDefinition } from '../../engine/schema/definition.ts';
import { isGenerated } from '../../engine/writes/rowEdit.ts';

/** A column of a table that a file may fill. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
}

/** No column of the file. */
export const LEFT_OUT = '';

/** What an INSERT may name: no generated columns. */
export function fillableColumns({ columns }: Pick<TableDefinition, 'columns'>): readonly TableColumn[] {
  return columns.filter((column) => !isGenerated(column)).map(({ name, type }) => ({ name, type }));
}

/** Columns of a file that go nowhere, by their name or else their number. */
export function leftOutOf(first: readonly string[], header: boolean, places: ReadonlySet<number>): readonly string[] {
  return first.flatMap((name, i) => (places.has(i) ? [] : [header && name !== '' ? name : String(i + 1)]));
}

/** How alike two names have to be: first as they are, then letter case and separators left aside. */
const KEYS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toLowerCase(),
  (name) => name.toLowerCase().replaceAll(/[\s_-]+/g, ''),
];

/** True where a line has the name of a column: the line of names, and not a row. */
export function namesColumns(columns: readonly TableColumn[], line: readonly string[]): boolean {
  return KEYS.some((keyOf) => line.some((cell) => columns.some(({ name }) => keyOf(name) === keyOf(cell))));
}

/**
 * Which place of the file goes to each column of the table, as text: by name, the nearest name first and each place once; in the table's order where no name fits.
 */
export function proposeMapping(columns: readonly TableColumn[], names: readonly string[], header: boolean): readonly string[] {
  const places = new Map<number, number>();
  const used = new Set<number>();
  for (const keyOf of header ? KEYS : [])
    for (const [i, { name }] of columns.entries()) {
      if (places.has(i)) continue;
      const place = names.findIndex((one, at) => !used.has(at) && keyOf(one) === keyOf(name));
      if (place < 0) continue;
      places.set(i, place);
      used.add(place);
    }
  if (places.size > 0) return columns.map((_, i) => String(places.get(i) ?? LEFT_OUT));
  return columns.map((_, i) => (i < names.length ? String(i) : LEFT_OUT));
}
