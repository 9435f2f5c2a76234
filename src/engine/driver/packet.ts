/** The part of the driver's packet that is read here: what the server sent, from `offset` to `end`. */
export interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

/** Stands in front of a value instead of its length. */
export const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;

const NOT_ASCII = /[\x80-\xff]/;

/**
 * The length of what comes, as the protocol writes it, and where that begins.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html
 */
export function readLength(buffer: Buffer, at: number): { readonly length: number; readonly start: number } {
  const first = buffer.readUInt8(at);
  if (first < TWO_BYTES) return { length: first, start: at + 1 };
  if (first === TWO_BYTES) return { length: buffer.readUInt16LE(at + 1), start: at + 3 };
  if (first === THREE_BYTES) return { length: buffer.readUIntLE(at + 1, 3), start: at + 4 };
  return { length: Number(buffer.readBigUInt64LE(at + 1)), start: at + 9 };
}

/** A packet as one character for each byte: one string is made of it, of which most texts are parts. */
export function bytesOf({ buffer, offset, end }: Packet): string {
  return buffer.toString('latin1', offset, end);
}

/** The text from `start` to `end` of a packet, which is UTF-8; `bytes` is what `bytesOf` has made of it. */
export function textIn({ buffer, offset }: Packet, bytes: string, start: number, end: number): string {
  const plain = bytes.slice(start - offset, end - offset);
  return NOT_ASCII.test(plain) ? buffer.toString('utf8', start, end) : plain;
}
