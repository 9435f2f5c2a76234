import type { FieldPacket } from 'mysql2';
import { geometryText, type GeometryStyle } from './geometry.ts';

/** One column of a result set. */
export interface Column {
  readonly name: string;
  /** The protocol's type number. @see https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
  readonly type: number;
  /** True for BINARY, VARBINARY, BLOB and the like. */
  readonly binary: boolean;
  /** Set for geometry: servers write some of it differently. */
  readonly geometry?: GeometryStyle;
}

/** A cell as text, exact to the last digit; null is SQL NULL. */
export type Cell = string | null;

/** The number of the character set `binary` in the protocol. */
const BINARY_CHARSET = 63;
/** The protocol's numbers; text and binary strings share them and differ by character set. */
const BIT = 16;
const VECTOR = 242;
const GEOMETRY = 255;
const VAR_STRING = 253;
const STRING_TYPES = new Set([15, 249, 250, 251, 252, VAR_STRING, 254]);

export function toColumn(field: FieldPacket, flavour: GeometryStyle): Column {
  const type = field.columnType ?? field.type ?? VAR_STRING;
  const charset = field.characterSet ?? 0;
  if (type === GEOMETRY) return { name: field.name, type, binary: true, geometry: flavour };
  return { name: field.name, type, binary: type === VECTOR || (STRING_TYPES.has(type) && charset === BINARY_CHARSET) };
}

/**
 * A cell of the text protocol as exact text: numbers, dates, JSON and text as the server wrote them, BIT as an unsigned
 * number, binary as `0x` + hexadecimal, geometry as ST_AsText with its SRID. No value passes through a JavaScript number or Date, so nothing is rounded or shifted.
 */
export function toCell(raw: Buffer | null, column: Column): Cell {
  if (raw === null) return null;
  if (column.type === BIT) return raw.length === 0 ? '0' : BigInt(`0x${raw.toString('hex')}`).toString();
  const shape = column.geometry === undefined ? undefined : geometryText(raw, column.geometry);
  if (shape !== undefined) return shape;
  return column.binary ? `0x${raw.toString('hex').toUpperCase()}` : raw.toString('utf8');
}
