import { pipeline, Readable } from 'node:stream';
import { CsvError, parse, type Info, type Options } from 'csv-parse';
import type { Cell } from '../../engine/driver/values.ts';
import { PilotError } from '../../engine/errors.ts';
import { cut } from '../../engine/text.ts';
import { unescapeFormula } from '../../engine/query/results/formulas.ts';
import type { ImportRow } from '../../engine/writes/rowImport.ts';
import { decoded, type Encoding } from './encodings.ts';

/** What tells cells apart, in files that people have. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

export interface CsvForm {
  readonly delimiter: string;
  /** The first line names the columns. */
  readonly header: boolean;
  /** An empty cell without quotes is NULL. */
  readonly emptyIsNull: boolean;
  /** UTF-8 by default. */
  readonly encoding?: Encoding | undefined;
  /** An apostrophe before what a spreadsheet would run as a formula protects it, and is no part of the text. */
  readonly escapedFormulas?: boolean | undefined;
}

const SHOWN_ROWS = 5;
/** A first record that is longer is not looked through for its delimiter. */
const MAX_FIRST_RECORD = 16 * 1024 * 1024;
/** A longer record is that of another format, or of a quote that nothing closes: it would be kept in memory to the end of the file. */
const MAX_RECORD_MIB = 128;

/** No table has more, on any server. */
export const MAX_COLUMNS = 4096;
/** As much of a cell as the form shows. */
const SHOWN_CELL = 300;

/** The first rows of a file, each of at most `MAX_COLUMNS` and one cells, long ones cut: the form draws all of it. */
export async function readHead(file: string, delimiter: string, encoding: Encoding = 'utf-8'): Promise<readonly (readonly string[])[]> {
  const records: (readonly string[])[] = [];
  for await (const record of parsed<readonly string[]>(file, encoding, options(delimiter))) {
    records.push(record.slice(0, MAX_COLUMNS + 1).map((cell) => cut(cell, SHOWN_CELL)));
    if (records.length > SHOWN_ROWS) break;
  }
  return records;
}

/** The delimiter that the first record has most of, outside of its quotes. */
export async function guessDelimiter(file: string, encoding: Encoding = 'utf-8'): Promise<string> {
  const counts = new Map<string, number>(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  let before = '\n';
  let length = 0;
  scan: for await (const text of decoded(file, encoding)) {
    for (const character of text) {
      if (++length > MAX_FIRST_RECORD) break scan;
      const count = counts.get(character);
      if (quoted) {
        if (character === '"') quoted = false;
      } else if (character === '"') {
        quoted = before === '"' || before === '\n' || counts.has(before); // two in quotes are one of the text
      } else if (count !== undefined) {
        counts.set(character, count + 1);
      } else if (character === '\n' || character === '\r') {
        if (before !== '\n') break scan; // empty lines before the first record are none
        continue;
      }
      before = character;
    }
  }
  return DELIMITERS.reduce((best, one) => ((counts.get(one) ?? 0) > (counts.get(best) ?? 0) ? one : best));
}

/** The rows of a file, each with the cells that are wanted. A row with another number of cells than `width` has that as its problem. */
export async function* readRows(
  file: string,
  { delimiter, header, emptyIsNull, encoding = 'utf-8', escapedFormulas = false }: CsvForm,
  wanted: readonly number[],
  width: number,
): AsyncGenerator<ImportRow> {
  const records = parsed<{ readonly info: Info; readonly record: readonly Cell[] }>(file, encoding, {
    ...options(delimiter),
    // An empty line is a row where a row has one cell, and nothing elsewhere.
    skip_empty_lines: width > 1,
    info: true,
    from: header ? 2 : 1,
    cast: (value, { quoting }): unknown => {
      if (emptyIsNull && value === '' && !quoting) return null;
      return escapedFormulas ? unescapeFormula(value) : value;
    },
  });
  let line = header ? 2 : 1;
  for await (const { info, record } of records) {
    const problem = record.length === width ? undefined : `It has ${String(record.length)} cells and not ${String(width)}.`;
    yield { line, values: wanted.map((place) => record[place] ?? null), problem };
    line = info.lines + 1;
  }
}

/** What goes wrong on either side ends both. Throws `input.invalid` for what is no CSV. */
async function* parsed<T>(file: string, encoding: Encoding, wanted: Options): AsyncGenerator<T> {
  const parser = parse({ ...wanted, max_record_size: MAX_RECORD_MIB * 1024 * 1024 });
  pipeline(Readable.from(decoded(file, encoding)), parser, () => undefined); // told by the parser
  try {
    yield* parser as AsyncIterable<T>;
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  }
}

function unreadable(error: CsvError): PilotError {
  const { records = 0 } = error as CsvError & { readonly records?: number };
  const row = `Row ${String(records + 1)} of the file`; // with the one of the names
  const messages: Readonly<Record<string, string>> = {
    CSV_MAX_RECORD_SIZE: `${row} is larger than ${String(MAX_RECORD_MIB)} MiB, the limit for imports.`,
    CSV_QUOTE_NOT_CLOSED: `${row} has a quoted cell without a closing quote.`,
  };
  return new PilotError('input.invalid', messages[error.code] ?? `The file can't be read as CSV: ${error.message}`, {
    nextStep: 'Check the delimiter, and that every opening quote has a closing quote.',
    cause: error,
  });
}

function options(delimiter: string): Options {
  return { relax_column_count: true, relax_quotes: true, skip_empty_lines: true, delimiter, record_delimiter: ['\r\n', '\n', '\r'] };
}
