/** The longest payload of one packet; a longer one goes on in the next packet. */
const FULL_PACKET = 0xffffff;
const HEADER_BYTES = 4;
/** The packet that ends a result set: a mark, the number of warnings, flags. No row has this length and this first byte. */
const END_BYTES = 5;
const END_MARK = 0xfe;

/**
 * Reads the headers of MySQL's packets as they arrive and tells how long the row (or other message) that is arriving will be,
 * before it is there: the driver would collect all of it first.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
 */
export class PacketMeter {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes of the payload that are still to come. */
  #left = 0;
  /** Payload of this message in packets before the current one. */
  #before = 0;
  readonly #end = Buffer.alloc(END_BYTES);
  #inEnd = false;

  /** Warnings that the server counted for the result set that ended last. */
  get warnings(): number {
    return this.#end[0] === END_MARK ? this.#end.readUInt16LE(1) : 0;
  }

  /** Takes a chunk from the socket; returns the length of the longest message that it begins or goes on with, in bytes. */
  feed(chunk: Buffer): number {
    let longest = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - at);
        if (this.#inEnd) chunk.copy(this.#end, END_BYTES - this.#left, at, at + taken);
        this.#left -= taken;
        at += taken;
        continue;
      }
      const taken = Math.min(HEADER_BYTES - this.#headerBytes, chunk.length - at);
      chunk.copy(this.#header, this.#headerBytes, at, at + taken);
      this.#headerBytes += taken;
      at += taken;
      if (this.#headerBytes < HEADER_BYTES) break;
      this.#headerBytes = 0;
      this.#left = this.#header.readUIntLE(0, 3);
      this.#inEnd = this.#left === END_BYTES;
      longest = Math.max(longest, this.#before + this.#left);
      this.#before = this.#left === FULL_PACKET ? this.#before + FULL_PACKET : 0;
    }
    return longest;
  }
}
