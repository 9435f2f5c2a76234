import type { Cell } from '../driver/values.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { CapturedTable, RowTest } from './capturedTable.ts';
import type { ReferringKey } from './touchedTables.ts';
import { keyText, type UndoObstacle } from './undoRecord.ts';

const ACTS = new Set(['CASCADE', 'SET NULL', 'SET DEFAULT']);

/** Rows of a table that a statement deletes, or some columns of which it sets. */
export interface ParentRows {
  readonly table: CapturedTable;
  readonly rows: ResultTable;
  /** In lower case; undefined for rows that are deleted. */
  readonly assigned: ReadonlySet<string> | undefined;
}

export interface CascadeReader {
  /** The table that rows are remembered in; an obstacle where its rows can't be found again. */
  table(name: QualifiedName): Promise<CapturedTable | UndoObstacle>;
  /** Locks and reads; undefined where the rows are too many. */
  read(table: CapturedTable, test: RowTest): Promise<ResultTable | undefined>;
}

/** Remembers the rows that foreign keys change along, to any depth. Answers why they can't be, where they can't. */
export async function rememberCascades(
  reader: CascadeReader,
  keys: readonly ReferringKey[],
  { table, rows, assigned }: ParentRows,
  followed = new Set<string>(),
): Promise<UndoObstacle | undefined> {
  for (const key of keys) {
    if (keyOfName(key.parent) !== keyOfName(table.name)) continue;
    const rule = assigned === undefined ? key.onDelete : key.onUpdate;
    if (!ACTS.has(rule)) continue;
    if (assigned !== undefined && !key.parentColumns.some((name) => assigned.has(name.toLowerCase()))) continue;
    const tuples = tuplesOf(rows, key.parentColumns);
    if (tuples.length === 0) continue;
    const child = await reader.table(key.child);
    if ('code' in child) return child;
    const goes = assigned === undefined && rule === 'CASCADE';
    const set = new Set(key.childColumns.map((name) => name.toLowerCase()));
    if (!goes && child.columns.some((column) => column.key && set.has(column.name.toLowerCase())))
      return { code: 'keys', about: [key.name] };
    const found = await reader.read(child, { columns: key.childColumns, tuples });
    if (found === undefined) return { code: 'tooMany', about: [] };
    child.remember(found);
    // Keys may go in circles.
    const fresh = found.rows.filter((row) => {
      const id = JSON.stringify([keyOfName(child.name), goes || key.name, keyText(row, child.key)]);
      return !followed.has(id) && followed.add(id);
    });
    if (fresh.length === 0) continue;
    const next = { table: child, rows: { columns: found.columns, rows: fresh }, assigned: goes ? undefined : set };
    const obstacle = await rememberCascades(reader, keys, next, followed);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** The values of these columns in the rows, each once; one with a NULL refers to nothing. */
function tuplesOf({ columns, rows }: ResultTable, names: readonly string[]): RowTest['tuples'] {
  const places = names.map((name) => columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase()));
  const valuesOf = (row: readonly Cell[]): Cell[] => places.map((at) => row[at] ?? null);
  const tuples = new Map(rows.map((row) => [JSON.stringify(valuesOf(row)), valuesOf(row)]));
  return [...tuples.values()]
    .filter((values) => !values.includes(null))
    .map((values) => values.map((value, i) => sqlLiteral(value, columns[places[i] ?? -1])));
}
