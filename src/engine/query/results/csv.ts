import type { Cell } from '../../driver/values.ts';
import type { ResultTable } from './resultSet.ts';

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** One cell in CSV by RFC 4180; NULL is empty and the empty string is `""`, so that the two stay distinct. */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  return cell === '' || NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Header and rows, joined by line feeds; the form that costs a model the fewest tokens. */
export function toCsv({ columns, rows }: ResultTable): string {
  const numbers = columns.map(({ numeric }) => numeric !== undefined); // which never need quotes
  const lines = [columns.map(({ name }) => csvCell(name)).join(',')];
  // Joined and not added up: the engine would keep each sum as a chain of its parts, and copy it later.
  const line = new Array<string>(columns.length);
  for (const row of rows) {
    for (let i = 0; i < columns.length; i++) {
      const cell = row[i] ?? null;
      line[i] = numbers[i] === true ? (cell ?? '') : csvCell(cell);
    }
    lines.push(line.join(','));
  }
  return lines.join('\n');
}
