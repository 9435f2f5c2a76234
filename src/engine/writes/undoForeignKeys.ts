import { text } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { keyOfName, quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { quoteTable } from './snapshotSql.ts';
import type { ReferringKey } from './touchedTables.ts';
import type { UndoTable } from './undoRecord.ts';

/** Without what it does to rows that refer: an undo looks at them itself. */
export type ForeignKey = Omit<ReferringKey, 'onDelete' | 'onUpdate' | 'does'>;

/** The foreign keys of these tables, and those that refer to them. */
export async function readForeignKeys(session: Session, tables: readonly QualifiedName[]): Promise<readonly ForeignKey[]> {
  const found = new Map<string, ForeignKey>();
  const select = sql`SELECT constraint_name AS name, table_schema AS child_database, table_name AS child, column_name AS child_column,
    referenced_table_schema AS parent_database, referenced_table_name AS parent, referenced_column_name AS parent_column
    FROM information_schema.key_column_usage WHERE referenced_table_name IS NOT NULL AND `;
  const order = sql` ORDER BY table_schema, table_name, constraint_name, ordinal_position LIMIT 1000000`;
  for (const { database, name } of tables)
    for (const where of [sql`table_schema = ? AND table_name = ?`, sql`referenced_table_schema = ? AND referenced_table_name = ?`]) {
      const rows = await session.read(sql`${select}${where}${order}`, [database, name]);
      for (const [id, parts] of Map.groupBy(rows, (row) => JSON.stringify([row['child_database'], row['child'], row['name']]))) {
        const [first = {}] = parts;
        found.set(id, {
          name: text(first, 'name'),
          child: { database: text(first, 'child_database'), name: text(first, 'child') },
          childColumns: parts.map((row) => text(row, 'child_column')),
          parent: { database: text(first, 'parent_database'), name: text(first, 'parent') },
          parentColumns: parts.map((row) => text(row, 'parent_column')),
        });
      }
    }
  return [...found.values()];
}

/** Rows behind those that they refer to: the server checks a foreign key row by row. */
export function parentsFirst(
  rows: readonly (readonly Cell[])[],
  columns: readonly Column[],
  keys: readonly ForeignKey[],
): readonly (readonly Cell[])[] {
  if (keys.length === 0) return rows;
  const placesOf = (names: readonly string[]): number[] => names.map((name) => columns.findIndex((column) => column.name === name));
  const valueOf = (row: readonly Cell[], places: readonly number[]): string => JSON.stringify(places.map((at) => row[at]));
  const links = keys.map(({ childColumns, parentColumns }) => {
    const parents = placesOf(parentColumns);
    return { children: placesOf(childColumns), rowOf: new Map(rows.map((row) => [valueOf(row, parents), row])) };
  });
  const ordered = new Set<readonly Cell[]>();
  for (const row of rows) {
    // Up to the top of its line, or to a row that is there already; a circle ends where it began.
    const line = new Set([row]);
    for (const one of line)
      for (const { children, rowOf } of links) {
        const parent = rowOf.get(valueOf(one, children));
        if (parent !== undefined && !ordered.has(parent)) line.add(parent);
      }
    for (const one of [...line].reverse()) ordered.add(one);
  }
  return [...ordered];
}

/** Tables behind those that they refer to; a circle is cut where it is met. */
export function tablesInOrder<Table extends QualifiedName>(tables: readonly Table[], keys: readonly ForeignKey[]): readonly Table[] {
  const byName = new Map(tables.map((table) => [keyOfName(table), table]));
  const ordered = new Set<Table>();
  const met = new Set<Table>();
  const visit = (table: Table): void => {
    if (met.has(table)) return;
    met.add(table);
    for (const { child, parent } of keys) {
      const above = keyOfName(child) === keyOfName(table) ? byName.get(keyOfName(parent)) : undefined;
      if (above !== undefined) visit(above);
    }
    ordered.add(table);
  };
  for (const table of tables) visit(table);
  return [...ordered];
}

/**
 * The queries that find rows which refer to nothing once the tables are as before: rows that have come back without their parent, and rows of others that refer to what has gone.
 */
export function orphanQueries(
  tables: readonly UndoTable[],
  keys: readonly ForeignKey[],
): readonly { readonly key: ForeignKey; readonly sql: OwnSql }[] {
  const byName = new Map(tables.map((table) => [keyOfName(table), table]));
  return keys.flatMap((key) => {
    const child = byName.get(keyOfName(key.child));
    const parent = byName.get(keyOfName(key.parent));
    const back = child === undefined ? [] : tuplesOf(child, key.childColumns, 'before');
    const left = new Set(parent === undefined ? [] : tuplesOf(parent, key.parentColumns, 'before'));
    const gone = parent === undefined ? [] : tuplesOf(parent, key.parentColumns, 'after').filter((tuple) => !left.has(tuple));
    const tuples = [...new Set([...back, ...gone])];
    const names = joined(key.childColumns.map((name) => sql`c.${quoteIdentifier(name)}`));
    const same = joined(
      key.childColumns.map((name, i) => sql`p.${quoteIdentifier(key.parentColumns[i] ?? '')} = c.${quoteIdentifier(name)}`),
      ' AND ',
    );
    const parts: { key: ForeignKey; sql: OwnSql }[] = [];
    for (let i = 0; i < tuples.length; i += TUPLES_AT_ONCE)
      parts.push({
        key,
        sql: sql`SELECT COUNT(*) AS n FROM ${quoteTable(key.child)} AS c WHERE (${names}) IN (${joined(tuples.slice(i, i + TUPLES_AT_ONCE))})
          AND NOT EXISTS (SELECT 1 FROM ${quoteTable(key.parent)} AS p WHERE ${same})`,
      });
    return parts;
  });
}

const TUPLES_AT_ONCE = 500;

function tuplesOf(table: UndoTable, names: readonly string[], which: 'before' | 'after'): OwnSql[] {
  const places = names.map((name) => table.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase()));
  return table.changes.flatMap((change) => {
    const row = change[which];
    if (row === null) return [];
    const values = places.map((at) => row[at] ?? null);
    return values.includes(null) ? [] : [sql`(${joined(values.map((value, i) => sqlLiteral(value, table.columns[places[i] ?? -1])))})`];
  });
}
