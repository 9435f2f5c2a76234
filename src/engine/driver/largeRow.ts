import { NULL } from './packet.ts';

export interface CutCell {
  readonly column: number;
  /** How long the server said that it is. */
  readonly bytes: number;
}

/** As much of each cell as is kept, while the row has room; one cell less is cut where the others are small. */
const CELL_BYTES = 1024 * 1024;
const ROW_BYTES = 4 * 1024 * 1024;
/** What every cell keeps: 4,096 columns of it fit into a packet. */
const LEAST_BYTES = 1024;

const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;
const EIGHT_BYTES = 0xfe;

/** Takes a row of the text protocol in pieces and keeps the beginning of each cell, so that memory does not grow with the row. */
export class LargeRow {
  readonly #parts: Buffer[] = [];
  readonly #cuts: CutCell[] = [];
  #column = 0;
  #kept = 0;
  /** The bytes so far of a length that is not whole yet. */
  #prefix: number[] = [];
  /** Bytes of the cell that are still to come, and how many of them are kept. */
  #left = 0;
  #keep = 0;

  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) at = this.#take(bytes, at);
      else this.#read(bytes[at++] ?? 0);
    }
  }

  /** The row with shorter cells, as the server would have sent it, without a header. */
  get payload(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get cuts(): readonly CutCell[] {
    return this.#cuts;
  }

  #take(bytes: Buffer, at: number): number {
    const length = Math.min(this.#left, bytes.length - at);
    const kept = Math.min(this.#keep, length);
    if (kept > 0) this.#parts.push(Buffer.from(bytes.subarray(at, at + kept)));
    this.#keep -= kept;
    this.#left -= length;
    if (this.#left === 0) this.#column++;
    return at + length;
  }

  #read(byte: number): void {
    this.#prefix.push(byte);
    const [first = 0, ...rest] = this.#prefix;
    if (rest.length < extraBytes(first)) return;
    this.#prefix = [];
    if (first === NULL) {
      this.#parts.push(Buffer.of(NULL));
      this.#column++;
      return;
    }
    const length = first < NULL ? first : rest.reduceRight((sum, part) => sum * 256 + part, 0);
    const keep = Math.min(length, this.#kept < ROW_BYTES ? CELL_BYTES : LEAST_BYTES);
    if (keep < length) this.#cuts.push({ column: this.#column, bytes: length });
    this.#kept += keep;
    this.#parts.push(encodeLength(keep));
    this.#left = length;
    this.#keep = keep;
    if (length === 0) this.#column++;
  }
}

/** How many bytes of a length stand behind its first one. */
function extraBytes(first: number): number {
  return { [TWO_BYTES]: 2, [THREE_BYTES]: 3, [EIGHT_BYTES]: 8 }[first] ?? 0;
}

function encodeLength(length: number): Buffer {
  if (length < NULL) return Buffer.of(length);
  const bytes = Buffer.alloc(4);
  bytes[0] = THREE_BYTES;
  bytes.writeUIntLE(length, 1, 3);
  return bytes;
}
