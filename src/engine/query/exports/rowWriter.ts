import type { Packet } from '../../driver/packet.ts';
import type { Cell, Column } from '../../driver/values.ts';
import type { GeneratedColumns } from '../results/generatedColumns.ts';

/** What files can be written as. */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'sql', 'parquet'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is to be written next; empty while a writer collects. */
export type Piece = string | Uint8Array;

/** Writes one result. */
export interface RowWriter {
  /** What stands before the first row. */
  begin(columns: readonly Column[]): Piece;
  /** Takes rows in one of these ways: cell by cell, or, where that is faster, as the server sent them. */
  row(cells: readonly Cell[]): Piece;
  readonly packet?: (packet: Packet) => Piece;
  /** What stands behind the last row. */
  end(): Piece;
  /** What the reader of the file should know: where it is other than the result. */
  readonly notes: readonly string[];
}

/** How rows are written. */
export interface WriterOptions {
  readonly format: ExportFormat;
  /** The name that INSERT statements get. */
  readonly table: string;
  /** Columns that INSERT statements leave out. They may be found until the first row comes. */
  readonly generated?: GeneratedColumns | undefined;
  /** In which the TIMESTAMP values are, as MySQL names it; UTC by default. */
  readonly timeZone?: string | undefined;
  /** In which a session has shown the texts, where that is not UTF-8. */
  readonly charset?: string | undefined;
  /** Texts of CSV that a spreadsheet would run as formulas get an apostrophe before them. */
  readonly escapeFormulas?: boolean | undefined;
}
