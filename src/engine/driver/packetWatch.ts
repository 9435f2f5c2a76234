import type { Connection } from 'mysql2';
import { LargeRow, type CutCell } from './largeRow.ts';
import { replaceParser } from './mysql2Internals.ts';

/** The longest payload of one packet; a longer one goes on in the next packet. */
const FULL_PACKET = 0xffffff;
const HEADER_BYTES = 4;

/** A row of this size is handed on as it is; the cells of a larger one are cut. */
const WHOLE_ROW_BYTES = 4 * 1024 * 1024;

/** Where packets go: chunks as they came, and rows that were cut. */
export interface PacketTarget {
  chunk(chunk: Buffer): void;
  row(packet: Buffer, cuts: readonly CutCell[]): void;
}

/**
 * Reads the headers of MySQL's packets as they arrive and takes rows that are too large out of the stream, whose cells it cuts: the driver would collect all of a packet
 * before it hands it on. Where no rows are to be cut it changes nothing.
 * @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
 */
export class PacketWatch {
  readonly #target: PacketTarget;
  #cuts = false;
  /** A header that is not whole yet. */
  #header = Buffer.alloc(0);
  /** Bytes of the payload that are still to come. */
  #left = 0;
  /** True where the next packet goes on with the message of the one before. */
  #continues = false;
  #large: { readonly row: LargeRow; readonly sequence: number; packets: number } | undefined;
  /** By how much the numbers of packets are too high for the driver, which has not seen all of them. */
  #surplus = 0;

  constructor(target: PacketTarget) {
    this.#target = target;
  }

  /** To be called before each answer, whose packets the server counts from 1 again, and with false behind it. */
  expect(cuts: boolean): void {
    this.#cuts = cuts;
    this.#surplus = 0;
  }

  feed(arrived: Buffer): void {
    const chunk = this.#header.length === 0 ? arrived : Buffer.concat([this.#header, arrived]);
    this.#header = Buffer.alloc(0);
    let from = 0;
    let at = 0;
    const handOn = (end: number): void => {
      if (end > from) this.#target.chunk(chunk.subarray(from, end));
      from = end;
    };
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = at + Math.min(this.#left, chunk.length - at);
        this.#large?.row.feed(chunk.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#large !== undefined) from = at;
        if (this.#left === 0 && !this.#continues) this.#endMessage();
        continue;
      }
      if (chunk.length - at < HEADER_BYTES) {
        handOn(at);
        this.#header = Buffer.from(chunk.subarray(at));
        return;
      }
      const length = chunk.readUIntLE(at, 3);
      const isFirst = !this.#continues;
      this.#continues = length === FULL_PACKET;
      const sequence = ((chunk[at + 3] ?? 0) - this.#surplus) & 0xff;
      if (this.#large !== undefined) this.#large.packets++;
      else if (this.#cuts && isFirst && length > WHOLE_ROW_BYTES) {
        handOn(at);
        this.#large = { row: new LargeRow(), sequence, packets: 1 };
      } else if (this.#surplus > 0) chunk[at + 3] = sequence;
      at += HEADER_BYTES;
      if (this.#large !== undefined) from = at;
      this.#left = length;
      if (length === 0) this.#endMessage();
    }
    handOn(at);
  }

  #endMessage(): void {
    if (this.#large === undefined) return;
    const { row, sequence, packets } = this.#large;
    this.#large = undefined;
    this.#surplus = (this.#surplus + packets - 1) & 0xff;
    const { payload } = row;
    const packet = Buffer.concat([Buffer.alloc(HEADER_BYTES), payload]);
    packet.writeUIntLE(payload.length, 0, 3);
    packet[3] = sequence;
    this.#target.row(packet, row.cuts);
  }
}

export interface WatchedPackets extends Pick<PacketWatch, 'expect'> {
  cutsIn(buffer: Buffer): readonly CutCell[] | undefined;
}

/** Puts a watch before the driver's packet parser. */
export function watchPackets(connection: Connection): WatchedPackets {
  const cuts = new WeakMap<Buffer, readonly CutCell[]>();
  const parse = replaceParser(connection, (chunk) => {
    watch.feed(chunk);
  });
  const watch = new PacketWatch({
    chunk: parse,
    row: (packet, cells) => {
      cuts.set(packet, cells);
      parse(packet);
    },
  });
  return {
    expect: (cut) => {
      watch.expect(cut);
    },
    cutsIn: (buffer) => cuts.get(buffer),
  };
}
