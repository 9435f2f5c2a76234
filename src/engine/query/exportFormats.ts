import type { Packet } from '../driver/packet.ts';
import type { Cell, Column } from '../driver/values.ts';
import { PilotError } from '../errors.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { CsvBytes } from './csvBytes.ts';
import { jsonCell } from './formats.ts';
import { sqlLiteral } from './sqlLiteral.ts';

/** What files can be written as. */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'sql', 'parquet'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is to be written next; empty while a writer collects. */
export type Piece = string | Uint8Array;

/** Writes one result. */
export interface RowWriter {
  /** What stands before the first row. */
  begin(columns: readonly Column[]): Piece;
  /** Takes rows in one of these two ways: cell by cell, or as the server sent them. */
  readonly row?: (cells: readonly Cell[]) => Piece;
  readonly packet?: (packet: Packet) => Piece;
  /** What stands behind the last row. */
  end(): Piece;
}

/** `table` is the name that INSERT statements get. */
export async function rowWriter(format: ExportFormat, table: string): Promise<RowWriter> {
  switch (format) {
    case 'csv':
      return csvWriter();
    case 'jsonl':
      return jsonLinesWriter();
    case 'sql':
      return insertWriter(table);
    case 'parquet':
      return (await import('./parquet.ts')).parquetWriter();
  }
}

/** RFC 4180, with its line ends; NULL is empty and the empty string is `""`. */
function csvWriter(): RowWriter {
  let lines = new CsvBytes([]);
  return {
    begin: (columns) => {
      lines = new CsvBytes(columns);
      return '';
    },
    packet: (packet) => lines.row(packet) ?? '',
    end: () => lines.end(),
  };
}

/** One JSON object a line; numbers as the server wrote them, JSON as JSON. */
function jsonLinesWriter(): RowWriter {
  let columns: readonly Column[] = [];
  let keys: readonly string[] = [];
  return {
    begin: (all) => {
      const twice = all.find(({ name }, i) => all.findIndex((other) => other.name === name) !== i);
      if (twice !== undefined) {
        throw new PilotError('input.invalid', 'Two columns have the same name, and a JSON object can hold only one of them.', {
          nextStep: 'Give each column an alias of its own (AS …).',
        });
      }
      columns = all;
      keys = all.map(({ name }) => JSON.stringify(name));
      return '';
    },
    row: (cells) => `{${cells.map((cell, i) => `${keys[i] ?? ''}:${jsonCell(cell, columns[i], true)}`).join(',')}}\n`,
    end: () => '',
  };
}

/** Rows in one INSERT: enough to be fast, and far below the usual max_allowed_packet. */
const ROWS_PER_INSERT = 500;
const CHARACTERS_PER_INSERT = 500_000;

/** INSERT statements that any MySQL or MariaDB reads the same way: the header sets what their meaning depends on. */
function insertWriter(table: string): RowWriter {
  let columns: readonly Column[] = [];
  let head = '';
  let rows = 0;
  let characters = 0;
  return {
    begin: (all) => {
      columns = all;
      head = `INSERT INTO ${quoteIdentifier(table)} (${all.map(({ name }) => quoteIdentifier(name)).join(', ')}) VALUES\n`;
      return "SET NAMES utf8mb4;\nSET time_zone = '+00:00';\nSET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';\n";
    },
    row: (cells) => {
      const values = `(${cells.map((cell, i) => sqlLiteral(cell, columns[i])).join(',')})`;
      const fresh = rows % ROWS_PER_INSERT === 0 || characters > CHARACTERS_PER_INSERT;
      const before = fresh ? `${rows === 0 ? '' : ';\n'}${head}` : ',\n';
      if (fresh) [rows, characters] = [0, 0];
      rows++;
      characters += values.length;
      return before + values;
    },
    end: () => (head === '' || characters === 0 ? '' : ';\n'),
  };
}
