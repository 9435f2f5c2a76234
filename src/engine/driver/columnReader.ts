import type { GeometryStyle } from './geometry.ts';
import type { Charset } from './charset/charset.ts';
import { bytesOf, readLength, textIn, type Packet } from './packet.ts';
import { describeColumn, type Column } from './values.ts';

/** Bytes of the packet behind the texts: their number, character set, length, type, flags, decimals. */
const BEHIND = { charset: 1, columnLength: 3, type: 7, flags: 8, decimals: 10 };

/**
 * Reads the packet that describes a column. `extended` where MariaDB puts its own types between the texts and the rest; `results` where its texts are not in UTF-8.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_text_resultset_column_definition.html
 */
export function readColumn(packet: Packet, geometry: GeometryStyle, extended: boolean, results?: Charset): Column {
  const { buffer } = packet;
  const bytes = bytesOf(packet);
  let at = packet.offset;
  const text = (): string => {
    const { length, start } = readLength(buffer, at);
    at = start + length;
    return results === undefined ? textIn(packet, bytes, start, at) : results.decode(buffer.subarray(start, at));
  };
  text(); // the catalog, which is always `def`
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
  return describeColumn(name, source, described, geometry, results?.name);
}
