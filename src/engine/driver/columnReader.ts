import type { GeometryStyle } from './geometry.ts';
import { describeColumn, type Column } from './values.ts';

const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;

/** A length as the protocol writes it, and where it ends. @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html */
export function readLength(buffer: Buffer, at: number): { readonly length: number; readonly end: number } {
  const first = buffer.readUInt8(at);
  if (first < TWO_BYTES) return { length: first, end: at + 1 };
  if (first === TWO_BYTES) return { length: buffer.readUInt16LE(at + 1), end: at + 3 };
  if (first === THREE_BYTES) return { length: buffer.readUIntLE(at + 1, 3), end: at + 4 };
  return { length: Number(buffer.readBigUInt64LE(at + 1)), end: at + 9 };
}

/** The part of the driver's packet that is used here. */
export interface ColumnPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

/** Bytes of the packet behind the texts: their number, character set, length, type, flags, decimals. */
const BEHIND = { charset: 1, columnLength: 3, type: 7, flags: 8, decimals: 10 };

const NOT_ASCII = /[\x80-\xff]/;

/**
 * Reads the packet that describes a column, from `offset` to `end`. `extended` where MariaDB puts its own types between the texts and the rest.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html
 */
export function readColumn({ buffer, offset, end }: ColumnPacket, geometry: GeometryStyle, extended: boolean): Column {
  // As of a row: one string of the packet, of which the texts are parts.
  const bytes = buffer.toString('latin1', offset, end);
  let at = offset;
  const text = (): string => {
    const { length, end: start } = readLength(buffer, at);
    at = start + length;
    const plain = bytes.slice(start - offset, at - offset);
    return NOT_ASCII.test(plain) ? buffer.toString('utf8', start, at) : plain;
  };
  text(); // the catalogue, which is always `def`
  const database = text();
  const alias = text();
  const table = text();
  const name = text();
  const column = text();
  if (extended) text();
  // Of a view the server names the view; of what is computed nothing.
  const source = table === '' || column === '' || database === '' ? undefined : { database, table, column, alias };
  const described = {
    type: buffer.readUInt8(at + BEHIND.type),
    charset: buffer.readUInt16LE(at + BEHIND.charset),
    columnLength: buffer.readUInt32LE(at + BEHIND.columnLength),
    flags: buffer.readUInt16LE(at + BEHIND.flags),
    scale: buffer.readUInt8(at + BEHIND.decimals),
  };
  return describeColumn(name, source, described, geometry);
}
