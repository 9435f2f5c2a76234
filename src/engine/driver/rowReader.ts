import { isText, NUMBERS, toCell, type Cell, type Column } from './values.ts';

/** The part of the driver's packet that is used here: one row of the text protocol, from `offset` to `end`. */
export interface RowPacket {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
}

/** Marks in front of a value instead of its length. @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html */
const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;

/** TIMESTAMP, DATE, TIME, DATETIME, NEWDATE: digits, as numbers are. */
const TEMPORAL: ReadonlySet<number> = new Set([7, 10, 11, 12, 14]);

const NOT_ASCII = /[\x80-\xff]/;

/** True for numbers and moments, which are digits and their marks on every server. */
export function isPlain({ type }: Column): boolean {
  return NUMBERS.has(type) || TEMPORAL.has(type);
}

type Kind = 'digits' | 'text' | 'other';

/**
 * Reads rows of one result. The driver makes a buffer of each value, which costs more than all else that happens to it: here a row becomes one string, byte by byte, and
 * the values are parts of it, except where one has other characters than ASCII.
 */
export class RowReader {
  readonly #columns: readonly Column[];
  readonly #kinds: readonly Kind[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#kinds = columns.map((column) => (!isText(column) ? 'other' : isPlain(column) ? 'digits' : 'text'));
  }

  read({ buffer, offset, end }: RowPacket): Cell[] {
    const bytes = buffer.toString('latin1', offset, end);
    const kinds = this.#kinds;
    const cells = new Array<Cell>(kinds.length);
    let at = offset;
    for (let i = 0; i < kinds.length; i++) {
      let length = buffer[at++] ?? 0;
      if (length === NULL) {
        cells[i] = null;
        continue;
      }
      if (length > NULL) {
        const size = length === TWO_BYTES ? 2 : length === THREE_BYTES ? 3 : 8;
        length = size === 8 ? Number(buffer.readBigUInt64LE(at)) : buffer.readUIntLE(at, size);
        at += size;
      }
      const behind = at + length;
      const kind = kinds[i];
      const column = this.#columns[i];
      if (kind === 'other' && column !== undefined) {
        cells[i] = toCell(buffer.subarray(at, behind), column);
      } else {
        const plain = bytes.slice(at - offset, behind - offset);
        cells[i] = kind === 'text' && NOT_ASCII.test(plain) ? buffer.toString('utf8', at, behind) : plain;
      }
      at = behind;
    }
    return cells;
  }
}
