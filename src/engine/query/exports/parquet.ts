import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell, Column } from '../../driver/values.ts';
import { PilotError } from '../../errors.ts';
import { foldCase, uniqueNames } from '../results/columnNames.ts';
import type { RowWriter, WriterOptions } from './rowWriter.ts';
import { exportNotes } from './exportNotes.ts';

/** Rows are collected up to one of these, then written as a row group. */
const GROUP_ROWS = 50_000;
const GROUP_CHARACTERS = 16 * 1024 * 1024;
/** More digits do not fit into 64 bits; such a DECIMAL is written as its text, exact. */
const MAX_DIGITS = 18;

const INTEGERS = new Set([1, 2, 3, 9, 13]);
const BIGINT = 8;
const FLOATS = new Set([4, 5]);
const DECIMALS = new Set([0, 246]);
const DATE = 10;
const MOMENTS = new Set([7, 12]);
const DAY_MS = 86_400_000;

type Value = bigint | number | string | Uint8Array | null;

interface ColumnWriter {
  readonly element: SchemaElement;
  /** Written by their sign-less meaning, which the library's statistics do not know. */
  readonly unsigned: boolean;
  convert(cell: string): Value;
}

/** Apache Parquet: integers, floats, decimals of up to 18 digits, dates, moments (UTC) and binary by their types, all else as text. */
export function parquetWriter(options: WriterOptions): RowWriter {
  const bytes = new ByteWriter();
  let columns: readonly ColumnWriter[] = [];
  let file: ParquetWriter | undefined;
  let data: Value[][] = [];
  let characters = 0;
  const notes: string[] = [];
  /** What the library has written since the last time. */
  const take = (): Uint8Array => {
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    return taken;
  };
  const writeGroup = (): void => {
    void file?.write({
      columnData: columns.map(({ element, unsigned }, i) => ({ name: element.name, data: data[i] ?? [], statistics: !unsigned })),
      rowGroupSize: GROUP_ROWS,
    });
    data = columns.map(() => []);
    characters = 0;
  };
  return {
    notes,
    begin: (all) => {
      const { names, renamed } = uniqueNames(
        all.map(({ name }) => name),
        foldCase,
      );
      notes.push(...exportNotes(all, options));
      if (renamed.length > 0) notes.push(`Columns with the same name were renamed: ${renamed.join(', ')}.`);
      columns = all.map((column, i) => columnWriter({ ...column, name: names[i] ?? column.name }));
      data = columns.map(() => []);
      const root = { name: 'root', num_children: columns.length };
      file = new ParquetWriter({ writer: bytes, schema: [root, ...columns.map(({ element }) => element)], createdBy: 'mysql-pilot' });
      return take();
    },
    row: (cells) => {
      for (const [i, cell] of cells.entries()) {
        data[i]?.push(cell === null ? null : (columns[i]?.convert(cell) ?? null));
        characters += cell?.length ?? 0;
      }
      if ((data[0]?.length ?? 0) < GROUP_ROWS && characters < GROUP_CHARACTERS) return '';
      writeGroup();
      return take();
    },
    end: () => {
      if ((data[0]?.length ?? 0) > 0) writeGroup();
      void file?.finish();
      return take();
    },
  };
}

function columnWriter(column: Column): ColumnWriter {
  const { name, type, numeric, binary, geometry } = column;
  const make = (element: Omit<SchemaElement, 'name'>, convert: (cell: string) => Value, unsigned = false): ColumnWriter => ({
    element: { name, repetition_type: 'OPTIONAL', ...element },
    unsigned,
    convert,
  });
  if (INTEGERS.has(type)) return make({ type: 'INT64' }, BigInt);
  if (type === BIGINT && numeric?.unsigned === true) return make({ type: 'INT64', converted_type: 'UINT_64' }, BigInt, true);
  if (type === BIGINT) return make({ type: 'INT64' }, BigInt);
  if (FLOATS.has(type)) return make({ type: 'DOUBLE' }, Number);
  if (DECIMALS.has(type) && numeric !== undefined && numeric.precision <= MAX_DIGITS) {
    const { precision, scale } = numeric;
    return make({ type: 'INT64', converted_type: 'DECIMAL', precision, scale }, (cell) => BigInt(cell.replace('.', '')));
  }
  if (type === DATE) return make({ type: 'INT32', converted_type: 'DATE' }, (cell) => Number(momentOf(cell, name) / BigInt(1000 * DAY_MS)));
  if (MOMENTS.has(type)) return make({ type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }, (cell) => momentOf(cell, name));
  if (binary && geometry === undefined) return make({ type: 'BYTE_ARRAY' }, (cell) => Buffer.from(cell.slice(2), 'hex'));
  return make({ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, (cell) => cell);
}

/** Microseconds since 1970. Throws for the zero dates that MySQL knows and a calendar does not. */
function momentOf(cell: Cell & string, column: string): bigint {
  const [, day = '', time = '00:00:00', fraction = ''] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?)?$/.exec(cell) ?? [];
  const milliseconds = Date.parse(`${day}T${time}Z`);
  // An engine of JavaScript may take the 30th of February for the 1st of March.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString().slice(0, 10) !== day) {
    throw new PilotError('input.invalid', `The column ${column} contains a date that doesn't exist, which Parquet can't store.`, {
      advice: 'export.castDate',
    });
  }
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0'));
}
