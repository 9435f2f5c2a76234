import { isPlain, type RowPacket } from '../driver/rowReader.ts';
import { isText, toCell, type Cell, type Column } from '../driver/values.ts';
import { readLength } from '../driver/columnReader.ts';
import { csvCell } from './csv.ts';

/** A piece is handed on when it has so many bytes. */
const PIECE_BYTES = 128 * 1024;

const NULL = 0xfb;
const COMMA = 0x2c;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const SPACE = 0x20;
const ASCII_END = 0x80;

/** `digits` need no quotes whatever they are; of `text` the bytes are those of the file, where nothing has to be quoted. */
type Kind = 'digits' | 'text' | 'other';

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
    this.#kinds = columns.map((column) => (!isText(column) ? 'other' : isPlain(column) ? 'digits' : 'text'));
    this.#line(columns.map(({ name }) => name));
  }

  /** Adds a row; returns a piece of the file when there is enough for one. */
  row({ buffer, offset, end }: RowPacket): Uint8Array | undefined {
    // Quotes double a value at most, and each column adds two of them and a separator; the end of the line is one byte more than the last separator.
    this.#reserve(2 * (end - offset) + 3 * this.#kinds.length + 1);
    let at = offset;
    for (let i = 0; i < this.#kinds.length; i++) {
      if (i > 0) this.#piece[this.#at++] = COMMA;
      const first = buffer[at] ?? NULL;
      if (first === NULL) {
        at++;
        continue;
      }
      let start = at + 1;
      let behind = start + first;
      if (first > NULL) {
        const { length, end: from } = readLength(buffer, at);
        start = from;
        behind = from + length;
      }
      const kind = this.#kinds[i];
      const copied = kind === 'digits' ? this.#copy(buffer, start, behind) : kind === 'text' && this.#copyUnquoted(buffer, start, behind);
      if (!copied) this.#text(csvCell(this.#cell(buffer, start, behind, i)));
      at = behind;
    }
    this.#endLine();
    return this.#at < PIECE_BYTES ? undefined : this.#take();
  }

  /** What is left of the file. */
  end(): Uint8Array {
    return this.#take();
  }

  #cell(buffer: Buffer, start: number, end: number, i: number): Cell {
    const column = this.#columns[i];
    return column === undefined ? null : toCell(buffer.subarray(start, end), column);
  }

  #line(cells: readonly string[]): void {
    this.#text(cells.map(csvCell).join(','));
    this.#endLine();
  }

  #endLine(): void {
    this.#reserve(2);
    this.#piece[this.#at++] = CARRIAGE_RETURN;
    this.#piece[this.#at++] = LINE_FEED;
  }

  #text(text: string): void {
    this.#reserve(3 * text.length); // a UTF-16 unit is three bytes of UTF-8 at most
    this.#at += this.#piece.write(text, this.#at, 'utf8');
  }

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
