import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parse, type Info, type Options } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';
import type { Cell } from '../../engine/driver/values.ts';
import type { ImportRow } from '../../engine/writes/rowImport.ts';

/** What tells cells apart, in files that people have. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** How a file is written. */
export interface CsvForm {
  readonly delimiter: string;
  /** The first line names the columns. */
  readonly header: boolean;
  /** An empty cell without quotes is NULL. */
  readonly emptyIsNull: boolean;
}

const HEAD_BYTES = 64 * 1024;
const SHOWN_ROWS = 5;

/** The first rows of a file, as far as they are whole. */
export async function readHead(file: string, delimiter: string): Promise<readonly (readonly string[])[]> {
  const text = await headOf(file);
  const records = parseNow(text, { ...options(delimiter), to: SHOWN_ROWS + 1 }) as readonly (readonly string[])[];
  return records;
}

/** The delimiter that the first line has most of. */
export async function guessDelimiter(file: string): Promise<string> {
  const [line = ''] = (await headOf(file)).split(/\r?\n/, 1);
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}

/** The rows of a file, each with the cells that are wanted. A row with another number of cells than `width` has that as its problem. */
export async function* readRows(
  file: string,
  { delimiter, header, emptyIsNull }: CsvForm,
  wanted: readonly number[],
  width: number,
): AsyncGenerator<ImportRow> {
  const parser = createReadStream(file).pipe(
    parse({
      ...options(delimiter),
      info: true,
      from: header ? 2 : 1,
      cast: (value, { quoting }): unknown => (emptyIsNull && value === '' && !quoting ? null : value),
    }),
  );
  let line = header ? 2 : 1;
  for await (const { info, record } of parser as AsyncIterable<{ readonly info: Info; readonly record: readonly Cell[] }>) {
    const problem = record.length === width ? undefined : `It has ${String(record.length)} cells and not ${String(width)}.`;
    yield { line, values: wanted.map((place) => record[place] ?? null), problem };
    line = info.lines + 1;
  }
}

function options(delimiter: string): Options {
  const usual = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  return { ...usual, delimiter, record_delimiter: ['\r\n', '\n', '\r'] };
}

/** Whole lines from the beginning of a file; a first line that is longer is cut. */
async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return bytesRead < HEAD_BYTES ? text : text.slice(0, Math.max(text.lastIndexOf('\n'), 1));
  } finally {
    await handle.close();
  }
}
