import { bytesOf, NULL, readLength, textIn, type Packet } from './packet.ts';
import type { CutCell } from './largeRow.ts';
import { isDigits, isText, textOf, toCell, type Cell, type Column } from './values.ts';

/** `digits`: numbers and moments, which are digits and their marks on every server. `text` is UTF-8, and `other` is what `toCell` makes of it. */
export type Kind = 'digits' | 'text' | 'other';

/** What the values of a column are in a packet. */
export function kindOf(column: Column): Kind {
  if (!isText(column) || column.charset !== undefined) return 'other';
  return isDigits(column) ? 'digits' : 'text';
}

/**
 * Reads rows of one result. The driver makes a buffer of each value, which costs more than all else that happens to it: here a row becomes one string, byte by byte, and
 * the values are parts of it, except where one has other characters than ASCII.
 */
export class RowReader {
  readonly #columns: readonly Column[];
  readonly #kinds: readonly Kind[];

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#kinds = columns.map(kindOf);
  }

  read(packet: Packet): Cell[] {
    const { buffer, offset } = packet;
    const bytes = bytesOf(packet);
    const kinds = this.#kinds;
    const cells = new Array<Cell>(kinds.length);
    let at = offset;
    for (let i = 0; i < kinds.length; i++) {
      if (buffer[at] === NULL) {
        cells[i] = null;
        at++;
        continue;
      }
      const { length, start } = readLength(buffer, at);
      at = start + length;
      const kind = kinds[i];
      const column = this.#columns[i];
      if (kind === 'other' && column !== undefined) cells[i] = toCell(buffer.subarray(start, at), column);
      else cells[i] = kind === 'text' ? textIn(packet, bytes, start, at) : bytes.slice(start - offset, at - offset);
    }
    return cells;
  }

  /** A row of which some cells hold the first bytes only: a character that was cut through is left out. */
  readCut(packet: Packet, cuts: readonly CutCell[]): Cell[] {
    const cells = this.read(packet);
    const isCut = new Set(cuts.map(({ column }) => column));
    let at = packet.offset;
    for (const [i, column] of this.#columns.entries()) {
      if (packet.buffer[at] === NULL) {
        at++;
        continue;
      }
      const { length, start } = readLength(packet.buffer, at);
      at = start + length;
      if (isCut.has(i) && isText(column)) cells[i] = textOf(packet.buffer.subarray(start, at), column, true);
    }
    return cells;
  }
}
