import type { Connection } from 'mysql2';
import { PilotError } from '../errors.ts';

/** The longest payload of one packet; a longer one goes on in the next packet. */
const FULL_PACKET = 0xffffff;
const HEADER_BYTES = 4;

/** A row of this size would not fit into any answer; what announces itself as larger is not read. */
const MAX_ROW_BYTES = 4 * 1024 * 1024;

/**
 * Reads the headers of MySQL's packets as they arrive and tells how long the row (or other message) that is arriving will be,
 * before it is there: the driver would collect all of it first.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
 */
export class PacketMeter {
  /** Of a header that is not whole yet, its bytes so far as a number. */
  #header = 0;
  #headerBytes = 0;
  /** Bytes of the payload that are still to come. */
  #left = 0;
  /** Payload of this message in packets before the current one. */
  #before = 0;

  /** Takes a chunk from the socket; returns the length of the longest message that it begins or goes on with, in bytes. */
  feed(chunk: Buffer): number {
    let longest = 0;
    let at = this.#skip(0, chunk.length);
    while (at < chunk.length) {
      this.#header += (chunk[at++] ?? 0) * 256 ** this.#headerBytes++;
      if (this.#headerBytes < HEADER_BYTES) continue;
      this.#left = this.#header % (FULL_PACKET + 1); // the fourth byte is the packet's number
      this.#header = this.#headerBytes = 0;
      longest = Math.max(longest, this.#before + this.#left);
      this.#before = this.#left === FULL_PACKET ? this.#before + FULL_PACKET : 0;
      at = this.#skip(at, chunk.length);
    }
    return longest;
  }

  /** Where the payload ends, or the chunk. */
  #skip(at: number, end: number): number {
    const taken = Math.min(this.#left, end - at);
    this.#left -= taken;
    return at + taken;
  }
}

/** The part of the driver's packet parser that is used here. */
interface PacketSink {
  execute(chunk: Buffer): void;
}

/**
 * The driver collects a whole packet before it hands it on, so its length is read from the header as it arrives. `onLarge` gives what is to be done when one is too large, after
 * which nothing is read any more; undefined while packets may have any size.
 */
export function watchPackets(connection: Connection, onLarge: () => (() => void) | undefined): void {
  const driver = connection as unknown as { packetParser: PacketSink };
  const parser = driver.packetParser;
  const meter = new PacketMeter();
  let stopped = false;
  driver.packetParser = {
    execute: (chunk) => {
      if (stopped) return;
      const refuse = meter.feed(chunk) > MAX_ROW_BYTES ? onLarge() : undefined;
      if (refuse === undefined) {
        parser.execute(chunk);
      } else {
        stopped = true; // what comes is dropped; the connection is not used again
        refuse();
      }
    },
  };
}

/** Of one UTF-16 unit. */
const MAX_UTF8_BYTES = 3;

/**
 * Throws `input.invalid` for a statement over `max_allowed_packet`. A server ends the session at such a packet, often before it can say why: this way nothing is sent, and the
 * session stays.
 */
export function checkPacket(statement: string, maxPacket: number): void {
  if (statement.length * MAX_UTF8_BYTES < maxPacket) return;
  const bytes = Buffer.byteLength(statement) + 1; // the command
  if (bytes <= maxPacket) return;
  throw new PilotError(
    'input.invalid',
    `The statement has ${bytes.toLocaleString('en-US')} bytes, and the server accepts ${maxPacket.toLocaleString('en-US')} (max_allowed_packet). Nothing was sent.`,
    { nextStep: 'Split the statement, or raise max_allowed_packet on the server and connect again.' },
  );
}
