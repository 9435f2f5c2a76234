import type { Cell, Column } from '../../engine/driver/values.ts';
import { foldCase, uniqueNames, type UniqueNames } from '../../engine/query/results/columnNames.ts';
import { toCsv } from '../../engine/query/results/csv.ts';
import { formatResult, jsonCell } from '../../engine/query/results/formats.ts';
import { columnKey, type GeneratedColumns } from '../../engine/query/results/generatedColumns.ts';
import type { ResultTable } from '../../engine/query/results/resultSet.ts';
import { sqlLiteral } from '../../engine/query/results/sqlLiteral.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { joined, sql, textLiteral, type OwnSql } from '../../engine/sql/ownSql.ts';

/** As what cells can be copied. */
export const COPY_FORMATS = ['tsv', 'csv', 'json', 'markdown', 'insert', 'inList'] as const;

export type CopyFormat = (typeof COPY_FORMATS)[number];

/** Where the columns do not say which table they are of. */
const SOME_TABLE = 'table_name';

/** Selected cells as text, values exact. `generated` columns are left out of an INSERT. */
export function copyText(table: ResultTable, format: CopyFormat, generated: GeneratedColumns = new Set()): string {
  switch (format) {
    case 'tsv':
      return table.rows.map((row) => row.map(tsvCell).join('\t')).join('\n');
    case 'csv':
      return toCsv(table);
    case 'json':
      return toObjects(table);
    case 'markdown':
      return formatResult(table, 'markdown');
    case 'insert':
      return toInsert(table, generated);
    case 'inList':
      return toInList(table);
  }
}

export interface CopyChanges {
  /** As `id → id_2`. */
  readonly renamed: readonly string[];
  readonly leftOut: readonly string[];
}

export function copyChanges({ columns }: ResultTable, format: CopyFormat, generated: GeneratedColumns = new Set()): CopyChanges {
  if (format === 'json') return { renamed: objectNames(columns).renamed, leftOut: [] };
  if (format !== 'insert') return { renamed: [], leftOut: [] };
  const leftOut = columns.filter(({ source }) => source !== undefined && generated.has(columnKey(source)));
  return { renamed: insertNames(columns, generated).renamed, leftOut: leftOut.map(({ name }) => name) };
}

/** As spreadsheets write and read it. */
function tsvCell(cell: Cell): string {
  if (cell === null) return 'NULL';
  return /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function objectNames(columns: readonly Column[]): UniqueNames {
  return uniqueNames(columns.map(({ name }) => name));
}

function toObjects({ columns, rows }: ResultTable): string {
  const keys = objectNames(columns).names.map((name) => JSON.stringify(name));
  const lines = rows.map((row) => `  {${row.map((cell, i) => `${keys[i] ?? ''}: ${jsonCell(cell, columns[i], true)}`).join(', ')}}`);
  return `[\n${lines.join(',\n')}\n]`;
}

/** The table that an INSERT is for, the places of the columns that it names, and their names. */
function insertNames(
  columns: readonly Column[],
  generated: GeneratedColumns,
): UniqueNames & { readonly table: string; readonly places: readonly number[] } {
  const [only = SOME_TABLE, second] = new Set(columns.map(({ source }) => source?.table));
  const table = second === undefined ? only : SOME_TABLE;
  const places = columns.flatMap(({ source }, i) => (source !== undefined && generated.has(columnKey(source)) ? [] : [i]));
  const names = places.map((i) => (table === SOME_TABLE ? undefined : columns[i]?.source?.column) ?? columns[i]?.name ?? '');
  return { ...uniqueNames(names, foldCase), table, places };
}

function toInsert({ columns, rows }: ResultTable, generated: GeneratedColumns): string {
  const { table, names, places } = insertNames(columns, generated);
  const values = rows.map((row) => sql`(${joined(places.map((i) => portableLiteral(row[i] ?? null, columns[i])))})`);
  return sql`INSERT INTO ${quoteIdentifier(table)} (${joined(names.map((name) => quoteIdentifier(name)))}) VALUES\n${joined(values, ',\n')};`;
}

/** What a literal writes with a backslash. */
const ESCAPED = new RegExp(`[\\\\\\0\\n\\r${String.fromCharCode(26)}]`);

/** The same in every `sql_mode`, and in editors that have line ends of their own: what it is pasted into is not known. */
function portableLiteral(cell: Cell, column: Column | undefined): OwnSql {
  const needsEscapes = cell !== null && column?.geometry === undefined && column?.binary !== true && ESCAPED.test(cell);
  return needsEscapes ? textLiteral(cell) : sqlLiteral(cell, column);
}

/** Each value once, for `WHERE column IN …`; NULL is in no list. */
function toInList({ columns, rows }: ResultTable): string {
  const tuples = rows
    .filter((row) => !row.includes(null))
    .map((row) => row.map((cell, i) => portableLiteral(cell, columns[i])).join(', '))
    .map((tuple) => (columns.length > 1 ? `(${tuple})` : tuple));
  return `(${[...new Set(tuples)].join(', ')})`;
}
