import type { FileHandle } from 'node:fs/promises';
import type { ResultTable } from '../results/resultSet.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';
import { PilotError } from '../../errors.ts';
import type { Piece, RowWriter, WriterOptions } from './rowWriter.ts';

export interface FileOptions extends WriterOptions {
  /** Open for writing, empty. */
  readonly file: FileHandle;
  /** Told now and then how many rows are written. */
  readonly progress: (rows: number) => void;
  /** Rows that the person has seen: a file without one of them is refused. */
  readonly shown?: ResultTable['rows'] | undefined;
  /** Where the disk has less room than the most that is exported anyway. */
  readonly maxBytes?: number | undefined;
  /** Rows of any size are written; otherwise those over 4 MiB are refused. */
  readonly rowsOfAnySize?: boolean | undefined;
}

const WRITE_CHARACTERS = 256 * 1024;
const PROGRESS_MS = 500;
/** More than this is a backup, and there are better tools for that. */
const MAX_BYTES = 20 * 1024 ** 3;

/** Writes rows in large pieces, one at a time; the server waits while the disk is slower than it. */
export class FileSink implements RowSink {
  readonly packet: RowSink['packet'];
  readonly rowsOfAnySize: boolean;
  readonly #maxBytes: number;
  readonly #options: FileOptions;
  /** Rows that were shown and have not come yet, by their text. */
  readonly #missing = new Map<string, number>();
  readonly #writer: RowWriter;
  #pieces: Piece[] = [];
  #characters = 0;
  #rows = 0;
  #bytes = 0;
  #toldAt = performance.now();
  #writing: Promise<void> = Promise.resolve();
  /** Pieces that are not written yet. */
  #waiting = 0;
  #failed = false;
  #rowTooLarge = false;

  constructor(options: FileOptions, writer: RowWriter) {
    this.#options = options;
    this.#writer = writer;
    this.rowsOfAnySize = options.rowsOfAnySize === true;
    this.#maxBytes = Math.min(MAX_BYTES, options.maxBytes ?? MAX_BYTES);
    for (const row of options.shown ?? []) {
      const key = JSON.stringify(row);
      this.#missing.set(key, (this.#missing.get(key) ?? 0) + 1);
    }
    const { packet } = writer;
    this.packet = packet === undefined || options.shown !== undefined ? undefined : (row) => this.#taken(packet(row));
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  columns(columns: readonly Column[]): void {
    this.#add(this.#writer.begin(columns));
  }

  row(cells: readonly Cell[]): boolean | Promise<unknown> {
    if (this.#missing.size > 0) this.#seen(JSON.stringify(cells));
    return this.#taken(this.#writer.row(cells));
  }

  #seen(key: string): void {
    const left = this.#missing.get(key);
    if (left === undefined) return;
    if (left > 1) this.#missing.set(key, left - 1);
    else this.#missing.delete(key);
  }

  #taken(piece: Piece): boolean | Promise<unknown> {
    this.#add(piece);
    this.#rows++;
    if (this.#characters < WRITE_CHARACTERS) return true;
    if (this.#bytes > this.#maxBytes) return false;
    const now = performance.now();
    if (now - this.#toldAt > PROGRESS_MS) {
      this.#toldAt = now;
      this.#options.progress(this.#rows);
    }
    return this.#flush();
  }

  tooLarge(): void {
    this.#rowTooLarge = true;
  }

  refusal(): PilotError {
    if (!this.#rowTooLarge && this.#maxBytes < MAX_BYTES)
      return new PilotError('file.failed', 'The disk is too full for the whole result.', { advice: 'export.makeRoom' });
    return this.#rowTooLarge
      ? new PilotError('input.invalid', `Row ${String(this.#rows + 1)} is larger than 4 MiB, the limit for exports.`, {
          advice: 'export.largeColumn',
        })
      : new PilotError('input.invalid', 'The result is larger than 20 GiB, the limit for exports.', { advice: 'export.parts' });
  }

  /** Writes what is left. Throws where a row that was shown has not come. */
  async finish(): Promise<void> {
    if (this.#missing.size > 0) {
      throw new PilotError('input.invalid', 'The rows on the server differ from those shown. Nothing was exported.', {
        advice: 'export.again',
      });
    }
    this.#add(this.#writer.end());
    void this.#flush();
    await this.#writing;
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined); // told where it was waited for
  }

  #add(piece: Piece): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#characters += piece.length;
  }

  /** True while the one before is written, too: the server goes on sending meanwhile. Else what is to be waited for. */
  #flush(): true | Promise<void> {
    const bytes = this.#pieces.every((piece) => typeof piece === 'string')
      ? Buffer.from(this.#pieces.join(''))
      : Buffer.concat(this.#pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
    this.#pieces = [];
    this.#characters = 0;
    this.#bytes += bytes.length;
    const before = this.#writing;
    const idle = this.#waiting === 0 && !this.#failed;
    this.#waiting++;
    this.#writing = this.#write(before, bytes).finally(() => this.#waiting--);
    this.#writing.catch(() => (this.#failed = true)); // told by the next piece, or at the end
    return idle ? true : before;
  }

  async #write(before: Promise<void>, bytes: Buffer): Promise<void> {
    await before;
    try {
      await this.#options.file.writeFile(bytes);
    } catch (error) {
      throw new PilotError('file.failed', `The file couldn't be written: ${(error as Error).message}`, {
        advice: 'export.room',
        cause: error,
      });
    }
  }
}
