import type { Cell } from '../../engine/driver/values.ts';
import { toCsv } from '../../engine/query/csv.ts';
import { formatResult, jsonCell } from '../../engine/query/formats.ts';
import type { ResultTable } from '../../engine/query/resultSet.ts';
import { sqlLiteral } from '../../engine/query/sqlLiteral.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { joined, sql } from '../../engine/sql/ownSql.ts';

/** As what cells can be copied. */
export const COPY_FORMATS = ['tsv', 'csv', 'json', 'markdown', 'insert', 'inList'] as const;

export type CopyFormat = (typeof COPY_FORMATS)[number];

/** Where the columns do not say which table they are of. */
const SOME_TABLE = 'table_name';

/** Selected cells as text, values exact. */
export function copyText(table: ResultTable, format: CopyFormat): string {
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
      return toInsert(table);
    case 'inList':
      return toInList(table);
  }
}

/** As spreadsheets write and read it. */
function tsvCell(cell: Cell): string {
  if (cell === null) return 'NULL';
  return /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function toObjects({ columns, rows }: ResultTable): string {
  const names = columns.map(({ name }) => JSON.stringify(name));
  const lines = rows.map((row) => `  {${row.map((cell, i) => `${names[i] ?? ''}: ${jsonCell(cell, columns[i], true)}`).join(', ')}}`);
  return `[\n${lines.join(',\n')}\n]`;
}

function toInsert({ columns, rows }: ResultTable): string {
  const [table = SOME_TABLE, second] = new Set(columns.map(({ source }) => source?.table));
  const name = second === undefined ? table : SOME_TABLE;
  const names = columns.map((column) => quoteIdentifier(name === SOME_TABLE ? column.name : (column.source?.column ?? column.name)));
  const values = rows.map((row) => sql`(${joined(row.map((cell, i) => sqlLiteral(cell, columns[i])))})`);
  return sql`INSERT INTO ${quoteIdentifier(name)} (${joined(names)}) VALUES\n${joined(values, ',\n')};`;
}

/** Each value once, for `WHERE column IN …`; NULL is in no list. */
function toInList({ columns, rows }: ResultTable): string {
  const tuples = rows
    .filter((row) => !row.includes(null))
    .map((row) => row.map((cell, i) => sqlLiteral(cell, columns[i])).join(', '))
    .map((tuple) => (columns.length > 1 ? `(${tuple})` : tuple));
  return `(${[...new Set(tuples)].join(', ')})`;
}
