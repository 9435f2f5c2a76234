import { bitNumber, type BitType } from './bits.ts';
import { findCharset, isUtf8 } from './charset/charset.ts';
import { charsetOf } from './charset/collationNumbers.ts';
import { geometryText, type GeometryStyle } from './geometry.ts';

export interface Column {
  readonly name: string;
  /** The protocol's type number. @see https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
  readonly type: number;
  /** True for BINARY, VARBINARY, BLOB and the like. */
  readonly binary: boolean;
  readonly numeric?: NumericType;
  /** The server's name of its character set, where it is another one than UTF-8. */
  readonly charset?: string;
  /** Set for geometry: servers write some of it differently. */
  readonly geometry?: GeometryStyle;
  readonly bits?: BitType;
  /** Set for ENUM: its empty text may be a value that no member has. */
  readonly enumerated?: true;
  /** The column of a table that this is, where it is one. */
  readonly source?: ColumnSource;
}

export interface ColumnSource {
  readonly database: string;
  readonly table: string;
  readonly column: string;
  /** What the statement calls the table: two of one table are a join of it with itself. */
  readonly alias: string;
}

interface NumericType {
  readonly unsigned: boolean;
  /** Digits in all, and behind the point; of a DECIMAL. */
  readonly precision: number;
  readonly scale: number;
}

/** A cell as text, exact to the last digit; null is SQL NULL. */
export type Cell = string | null;

/** DECIMAL, the integers, FLOAT, DOUBLE and YEAR; https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
export const NUMBERS: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 8, 9, 13, 246]);

/** TIMESTAMP, DATE, TIME, DATETIME, NEWDATE: digits, as numbers are. */
const TEMPORAL: ReadonlySet<number> = new Set([7, 10, 11, 12, 14]);

/** Numbers and moments, which are digits and their marks. */
export function isDigits({ type }: Pick<Column, 'type'>): boolean {
  return NUMBERS.has(type) || TEMPORAL.has(type);
}

const TIMESTAMP = 7;

/** True where a value means another moment in another time zone. */
export function hasTimestamps(columns: readonly Pick<Column, 'type'>[]): boolean {
  return columns.some(({ type }) => type === TIMESTAMP);
}

/** Character sets in which a digit is no byte of ASCII: MariaDB converts numbers and moments to them, MySQL does not. */
const WIDE = new Set(['ucs2', 'utf16', 'utf16le', 'utf32']);

/** Flags of a column. @see https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__column__definition__flags.html */
const UNSIGNED = 32;
const BINARY_FLAG = 128;
const ENUM_FLAG = 256;
/** The number of the character set `binary` in the protocol. */
const BINARY_CHARSET = 63;
/** The protocol's numbers; text and binary strings share them and differ by character set. */
const BIT = 16;
const VECTOR = 242;
const JSON_TYPE = 245;
const GEOMETRY = 255;
const VAR_STRING = 253;
const STRING_TYPES = new Set([15, 249, 250, 251, 252, VAR_STRING, 254]);

interface Described {
  readonly type: number;
  readonly charset: number;
  readonly columnLength: number;
  readonly flags: number;
  readonly scale: number;
}

/** A column in our terms. `source` is undefined for what is computed; `results` is the character set of the session's answers, where it is not UTF-8. */
export function describeColumn(
  name: string,
  source: ColumnSource | undefined,
  described: Described,
  geometry: GeometryStyle,
  results?: string,
): Column {
  const { type, charset } = described;
  const column: Mutable<Column> = { name, type, binary: type === GEOMETRY || type === VECTOR };
  if (source !== undefined) column.source = source;
  if (type === GEOMETRY) column.geometry = geometry;
  else if (NUMBERS.has(type)) column.numeric = toNumeric(described);
  else if (type === BIT) column.bits = { width: described.columnLength, sent: bitsSent(source, described, geometry) };
  else if (charset === BINARY_CHARSET && STRING_TYPES.has(type)) column.binary = true;
  else if (STRING_TYPES.has(type) || type === JSON_TYPE) {
    const text = charset === BINARY_CHARSET ? results : charsetOf(charset);
    if (text !== undefined && !isUtf8(text)) column.charset = text;
  }
  if (results !== undefined && WIDE.has(results) && isDigits(column)) column.charset = results;
  if (STRING_TYPES.has(type) && (described.flags & ENUM_FLAG) !== 0) column.enumerated = true;
  return column;
}

/** MariaDB marks what it computes as binary, and sends all but the values of window functions as digits; MySQL sends few functions as digits, and marks nothing. */
function bitsSent(source: ColumnSource | undefined, { flags }: Described, style: GeometryStyle): BitType['sent'] {
  if (source !== undefined) return 'bytes';
  if (style === 'mysql') return 'mostlyBytes';
  return (flags & BINARY_FLAG) === 0 ? 'bytes' : 'mostlyDigits';
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The length of a DECIMAL is that of its text: with a sign unless it is unsigned, with a point where it has decimals. */
function toNumeric({ flags, columnLength, scale }: Described): NumericType {
  const unsigned = (flags & UNSIGNED) !== 0;
  return { unsigned, scale, precision: columnLength - (unsigned ? 0 : 1) - (scale > 0 ? 1 : 0) };
}

/** True where a value is the text that the server sends, in UTF-8. */
export function isText({ type, binary, geometry }: Column): boolean {
  return type !== BIT && !binary && geometry === undefined;
}

/**
 * A cell of the text protocol as exact text: numbers, dates, JSON and text as the server wrote them, BIT as an unsigned
 * number, binary as `0x` + hexadecimal, geometry as ST_AsText with its SRID. No value passes through a JavaScript number or Date, so nothing is rounded or shifted.
 */
export function toCell(raw: Buffer | null, column: Column): Cell {
  if (raw === null) return null;
  if (column.type === BIT) return bitNumber(raw, column.bits);
  const shape = column.geometry === undefined ? undefined : geometryText(raw, column.geometry);
  if (shape !== undefined) return shape;
  return column.binary ? `0x${raw.toString('hex').toUpperCase()}` : textOf(raw, isDigits(column) && !raw.includes(0) ? {} : column);
}

/** `cut` where the bytes may end inside of a character. */
export function textOf(raw: Buffer, { charset = 'utf8mb4' }: Pick<Column, 'charset'>, cut = false): string {
  if (!cut && isUtf8(charset)) return raw.toString('utf8');
  return findCharset(charset)?.decode(raw, cut) ?? raw.toString('latin1');
}
