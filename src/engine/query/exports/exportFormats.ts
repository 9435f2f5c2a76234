import { type Piece, type RowWriter, type WriterOptions } from './rowWriter.ts';
import type { Packet } from '../../driver/packet.ts';
import type { Cell, Column } from '../../driver/values.ts';
import { PilotError } from '../../errors.ts';
import { quoteIdentifier } from '../../sql/identifiers.ts';
import { kindOf } from '../../driver/rowReader.ts';
import { foldCase, uniqueNames } from '../results/columnNames.ts';
import { csvCell } from '../results/csv.ts';
import { CsvBytes } from './csvBytes.ts';
import { jsonCell } from '../results/formats.ts';
import { exportNotes } from './exportNotes.ts';
import { escapeFormula } from '../results/formulas.ts';
import { columnKey } from '../results/generatedColumns.ts';
import { commentLine, modeLine, sessionFooter, sessionHeader, type LoadMode } from './sqlFile.ts';
import { sqlLiteral } from '../results/sqlLiteral.ts';

export async function rowWriter(options: WriterOptions): Promise<RowWriter> {
  switch (options.format) {
    case 'csv':
      return options.escapeFormulas === true ? new EscapedCsvWriter(options) : new CsvWriter(options);
    case 'jsonl':
      return new JsonLinesWriter(options);
    case 'sql':
      return new InsertWriter(options);
    case 'parquet':
      return (await import('./parquet.ts')).parquetWriter(options);
  }
}

/** RFC 4180, with its line ends; NULL is empty and the empty string is `""`. */
class CsvWriter implements RowWriter {
  readonly #options: WriterOptions;
  #lines = new CsvBytes([]);
  notes: readonly string[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  begin(columns: readonly Column[]): Piece {
    this.#lines = new CsvBytes(columns);
    this.notes = exportNotes(columns, this.#options);
    return '';
  }

  row(cells: readonly Cell[]): Piece {
    return this.#lines.cells(cells) ?? '';
  }

  readonly packet = (packet: Packet): Piece => this.#lines.row(packet) ?? '';

  end(): Piece {
    return this.#lines.end();
  }
}

/** The same for spreadsheets. Numbers and moments are no formulas, even with a sign. */
class EscapedCsvWriter implements RowWriter {
  readonly #options: WriterOptions;
  #texts: readonly boolean[] = [];
  notes: readonly string[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  begin(columns: readonly Column[]): Piece {
    this.#texts = columns.map((column) => kindOf(column) === 'text');
    this.notes = exportNotes(columns, this.#options);
    return csvLine(columns.map(({ name }) => escapeFormula(name)));
  }

  row(cells: readonly Cell[]): Piece {
    return csvLine(cells.map((cell, i) => (cell !== null && this.#texts[i] === true ? escapeFormula(cell) : cell)));
  }

  end(): Piece {
    return '';
  }
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** One JSON object a line; numbers as the server wrote them, JSON as JSON. */
class JsonLinesWriter implements RowWriter {
  readonly #options: WriterOptions;
  #columns: readonly Column[] = [];
  #keys: readonly string[] = [];
  notes: readonly string[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  begin(columns: readonly Column[]): Piece {
    const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) !== i);
    if (twice !== undefined) {
      throw new PilotError('input.invalid', 'Two columns have the same name, and a JSON object can hold only one of them.', {
        advice: 'export.aliases',
      });
    }
    this.#columns = columns;
    this.#keys = columns.map(({ name }) => JSON.stringify(name));
    this.notes = exportNotes(columns, this.#options);
    return '';
  }

  row(cells: readonly Cell[]): Piece {
    return `{${cells.map((cell, i) => `${this.#keys[i] ?? ''}:${jsonCell(cell, this.#columns[i], true)}`).join(',')}}\n`;
  }

  end(): Piece {
    return '';
  }
}

/** What the columns are called in the table that their rows go into: an alias is no column of it, or is another one. Undefined where not all are columns of it, each once. */
function namesInTable(columns: readonly Column[], table: string): readonly string[] | undefined {
  const [first] = columns;
  const names = columns.flatMap(({ source }) =>
    source?.table === table && source.database === first?.source?.database && source.alias === first.source.alias ? [source.column] : [],
  );
  return names.length === columns.length && new Set(names.map(foldCase)).size === names.length ? names : undefined;
}

/** Rows in one INSERT: enough to be fast, and below the max_allowed_packet of any server. */
const ROWS_PER_INSERT = 500;
const BYTES_PER_INSERT = 500_000;
/** The smallest max_allowed_packet that a server had by default. */
const SMALLEST_PACKET = 1024 * 1024;

/** INSERT statements that any MySQL or MariaDB reads the same way: the file sets what their meaning depends on, and puts it back. */
class InsertWriter implements RowWriter {
  readonly #options: WriterOptions;
  #columns: readonly Column[] = [];
  #places: readonly number[] = [];
  #head = '';
  #rows = 0;
  #bytes = 0;
  #longest = 0;
  #mode: LoadMode = 'strict';
  notes: readonly string[] = [];

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  begin(columns: readonly Column[]): Piece {
    const { table, generated, timeZone } = this.#options;
    const isWritten = ({ source }: Column): boolean => source === undefined || generated?.has(columnKey(source)) !== true;
    this.#columns = columns;
    this.#places = columns.flatMap((column, i) => (isWritten(column) ? [i] : []));
    const written = this.#places.flatMap((i) => columns[i] ?? []);
    const own = namesInTable(written, table);
    const { names, renamed } = uniqueNames(own ?? written.map(({ name }) => name), foldCase);
    const aliases = written.flatMap(({ name }, i) => (own === undefined || own[i] === name ? [] : [`${name} → ${own[i] ?? ''}`]));
    const leftOut = columns.filter((column) => !isWritten(column)).map(({ name }) => name);
    this.notes = [
      ...exportNotes(columns, this.#options),
      ...(leftOut.length === 0 ? [] : [`Generated columns were omitted, because the server computes them: ${leftOut.join(', ')}.`]),
      ...(renamed.length === 0 ? [] : [`Columns with the same name were renamed: ${renamed.join(', ')}.`]),
      ...(aliases.length === 0 ? [] : [`Aliases were replaced by the column names of ${table}: ${aliases.join(', ')}.`]),
    ];
    this.#head = `INSERT INTO ${quoteIdentifier(table)} (${names.map((name) => quoteIdentifier(name)).join(', ')}) VALUES\n`;
    return this.notes.map(commentLine).join('') + sessionHeader(timeZone);
  }

  row(cells: readonly Cell[]): Piece {
    const values = `(${this.#places.map((i) => sqlLiteral(cells[i] ?? null, this.#columns[i])).join(',')})`;
    const mode = this.#places.some((i) => this.#columns[i]?.enumerated === true && cells[i] === '') ? 'lenient' : 'strict';
    const more = this.#rows > 0 && this.#rows < ROWS_PER_INSERT && this.#bytes < BYTES_PER_INSERT && mode === this.#mode;
    const before = more ? ',\n' : `${this.#rows > 0 ? ';\n' : ''}${mode === this.#mode ? '' : modeLine(mode)}${this.#head}`;
    if (!more) [this.#rows, this.#bytes] = [0, Buffer.byteLength(this.#head)];
    this.#mode = mode;
    this.#rows++;
    this.#bytes += Buffer.byteLength(values) + 2;
    this.#longest = Math.max(this.#longest, this.#bytes);
    return before + values;
  }

  end(): Piece {
    if (this.#head === '') return '';
    const packet =
      this.#longest < SMALLEST_PACKET
        ? ''
        : commentLine(
            `The longest statement has ${String(this.#longest)} bytes. To load it, the server's max_allowed_packet must be larger.`,
          );
    return `${this.#rows > 0 ? ';\n' : ''}${packet}${sessionFooter()}`;
  }
}
