/** As the text protocol writes a value: its length in one, three, four or nine bytes, then itself. */
export function encodeValue(value: Buffer | null): Buffer {
  if (value === null) return Buffer.from([0xfb]);
  return Buffer.concat([encodeLength(value.length), value]);
}

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html */
export function encodeLength(length: number): Buffer {
  if (length < 251) return Buffer.from([length]);
  const head = Buffer.alloc(length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 9);
  head[0] = length < 0x10000 ? 0xfc : length < 0x1000000 ? 0xfd : 0xfe;
  if (head.length === 9) head.writeBigUInt64LE(BigInt(length), 1);
  else head.writeUIntLE(length, 1, head.length - 1);
  return head;
}
