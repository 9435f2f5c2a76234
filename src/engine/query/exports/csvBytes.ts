import { NULL, readLength, type Packet } from '../../driver/packet.ts';
import { kindOf, type Kind } from '../../driver/rowReader.ts';
import { toCell, type Cell, type Column } from '../../driver/values.ts';
import { csvCell } from '../results/csv.ts';

/** A piece is handed on when it has so many bytes. */
const PIECE_BYTES = 128 * 1024;

const COMMA = 0x2c;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;
const QUOTE = 0x22;
const SPACE = 0x20;
const ASCII_END = 0x80;

/**
 * Lines of CSV from rows as the server sent them, without a string for any value that needs no quotes: the text protocol and the file are both UTF-8. Writes what `csvCell`
 * does, by RFC 4180 with its line ends.
 */
export class CsvBytes {
  readonly #columns: readonly Column[];
  readonly #kinds: readonly Kind[];
  #piece: Buffer = Buffer.allocUnsafe(2 * PIECE_BYTES);
  #at = 0;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
    this.#kinds = columns.map(kindOf);
    this.#text(columns.map(({ name }) => csvCell(name)).join(','), LINE_END_BYTES);
    this.#endLine();
  }

  /** Adds a row; returns a piece of the file when there is enough for one. */
  row({ buffer, offset, end }: Packet): Uint8Array | undefined {
    // A value that is copied takes no more room than in the packet, with its length; each has a separator. What is written otherwise makes room for itself and for those behind it.
    const rest = this.#columns.length + LINE_END_BYTES;
    this.#reserve(end - offset + rest);
    let at = offset;
    for (const [i, column] of this.#columns.entries()) {
      if (i > 0) this.#piece[this.#at++] = COMMA;
      if (buffer[at] === NULL) {
        at++;
        continue;
      }
      const { length, start } = readLength(buffer, at);
      at = start + length;
      const kind = this.#kinds[i];
      const copied = kind === 'digits' ? this.#copy(buffer, start, at) : kind === 'text' && this.#copyUnquoted(buffer, start, at);
      if (!copied) this.#text(csvCell(toCell(buffer.subarray(start, at), column)), end - at + rest);
    }
    this.#endLine();
    return this.#at < PIECE_BYTES ? undefined : this.#take();
  }

  cells(cells: readonly Cell[]): Uint8Array | undefined {
    this.#text(cells.map(csvCell).join(','), LINE_END_BYTES);
    this.#endLine();
    return this.#at < PIECE_BYTES ? undefined : this.#take();
  }

  end(): Uint8Array {
    return this.#take();
  }

  /** `rest` is the room that is needed behind it. */
  #text(text: string, rest: number): void {
    this.#reserve(3 * text.length + rest); // a UTF-16 unit is three bytes of UTF-8 at most
    this.#at += this.#piece.write(text, this.#at, 'utf8');
  }

  #endLine(): void {
    this.#piece[this.#at++] = CARRIAGE_RETURN;
    this.#piece[this.#at++] = LINE_FEED;
  }

  /** Digits need no quotes, whatever they are. False, with nothing added, where there are none. */
  #copy(buffer: Buffer, start: number, end: number): boolean {
    const piece = this.#piece;
    let to = this.#at;
    for (let from = start; from < end; from++) piece[to++] = buffer[from] ?? 0;
    this.#at = to;
    return start < end;
  }

  /** False, with nothing added, where there may be need of quotes: an empty text, white space at an end (all that JavaScript takes for it), a quote, a separator, a line end. */
  #copyUnquoted(buffer: Buffer, start: number, end: number): boolean {
    if (start === end || mayBeSpace(buffer[start]) || mayBeSpace(buffer[end - 1])) return false;
    const piece = this.#piece;
    let to = this.#at;
    for (let from = start; from < end; from++) {
      const byte = buffer[from] ?? 0;
      if (byte === QUOTE || byte === COMMA || byte === LINE_FEED || byte === CARRIAGE_RETURN) return false;
      piece[to++] = byte;
    }
    this.#at = to;
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#piece.length) return;
    const larger = Buffer.allocUnsafe(this.#at + bytes + PIECE_BYTES);
    this.#piece.copy(larger, 0, 0, this.#at);
    this.#piece = larger;
  }

  /** The piece belongs to who gets it. */
  #take(): Uint8Array {
    const piece = this.#piece.subarray(0, this.#at);
    this.#piece = Buffer.allocUnsafe(2 * PIECE_BYTES);
    this.#at = 0;
    return piece;
  }
}

function mayBeSpace(byte: number | undefined): boolean {
  return byte === undefined || byte <= SPACE || byte >= ASCII_END;
}
