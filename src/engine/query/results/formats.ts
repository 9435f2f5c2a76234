import { NUMBERS, type Cell, type Column } from '../../driver/values.ts';
import { toCsv } from './csv.ts';
import type { ResultTable } from './resultSet.ts';

export const FORMATS = ['csv', 'json', 'markdown'] as const;

export type Format = (typeof FORMATS)[number];

const JSON_TYPE = 245;

/** What JSON takes for a number: zero-filled ones are texts. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The rows as text for a model. */
export function formatResult(result: ResultTable, format: Format): string {
  switch (format) {
    case 'csv':
      return toCsv(result);
    case 'json':
      return toJson(result);
    case 'markdown':
      return toMarkdown(result);
  }
}

/** `{"columns": […], "rows": [[…], …]}`, a row a line. Numbers are written as the server wrote them, to the last digit. */
function toJson({ columns, rows }: ResultTable): string {
  const lines = rows.map((row) => `[${row.map((cell, i) => jsonCell(cell, columns[i])).join(',')}]`);
  return `{"columns":${JSON.stringify(columns.map(({ name }) => name))},"rows":[\n${lines.join(',\n')}]}`;
}

/** True for a number that means the same without quotes: zero-filled ones are texts. */
export function isNumeric({ type }: Column, cell: string): boolean {
  return NUMBERS.has(type) && JSON_NUMBER.test(cell);
}

/** With `nested` a JSON document (MySQL's own type) is not a text but what it is. */
export function jsonCell(cell: Cell, column: Column | undefined, nested = false): string {
  if (cell === null) return 'null';
  if (column === undefined) return JSON.stringify(cell);
  return isNumeric(column, cell) || (nested && column.type === JSON_TYPE) ? cell : JSON.stringify(cell);
}

/** A table for people; the difference between NULL and the text "NULL" is lost in it. */
function toMarkdown({ columns, rows }: ResultTable): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.map(markdownCell).join(' | ')} |`;
  return [line(columns.map(({ name }) => name)), `|${' --- |'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}

function markdownCell(cell: Cell): string {
  if (cell === null) return 'NULL';
  return cell
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/\r\n|\r|\n/g, '<br>');
}
