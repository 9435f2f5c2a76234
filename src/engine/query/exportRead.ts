import type { FileHandle } from 'node:fs/promises';
import type { RowSink } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';
import { PilotError } from '../errors.ts';
import { rowWriter, type ExportFormat, type Piece, type RowWriter } from './exportFormats.ts';
import type { ReadPath } from './runReads.ts';
import { streamRead, type StreamOptions } from './streamRead.ts';

/** What to write, where to and as what. */
export interface ExportOptions extends StreamOptions {
  readonly format: ExportFormat;
  /** The name that INSERT statements get. */
  readonly table: string;
  /** Open for writing, empty. */
  readonly file: FileHandle;
  /** Told now and then how many rows are written. */
  readonly progress: (rows: number) => void;
}

/** What a file has got. */
export interface Exported {
  readonly rows: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Statements of others that were seen waiting for a lock on its tables. */
  readonly heldUp: readonly string[];
}

const WRITE_CHARACTERS = 256 * 1024;
const PROGRESS_MS = 500;
/** More than this is a backup, and there are better tools for that. */
const MAX_BYTES = 20 * 1024 ** 3;

/** Streams the whole result of one read into a file. Memory does not grow with the result. Throws a PilotError. */
export async function exportRead(path: ReadPath, sql: string, options: ExportOptions): Promise<Exported> {
  const started = performance.now();
  const sink = new FileSink(options, await rowWriter(options.format, options.table));
  try {
    const { complete, heldUp } = await streamRead(path, sql, sink, options);
    if (!complete) throw sink.refusal();
    await sink.finish();
    return { rows: sink.rows, bytes: sink.bytes, elapsedMs: Math.round(performance.now() - started), heldUp };
  } finally {
    await sink.settled();
  }
}

/** Writes rows in large pieces, one at a time; the server waits while the disk is slower than it. */
class FileSink implements RowSink {
  readonly packet: RowSink['packet'];
  readonly rowsOfAnySize = true;
  readonly #options: ExportOptions;
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

  constructor(options: ExportOptions, writer: RowWriter) {
    this.#options = options;
    this.#writer = writer;
    const { packet } = writer;
    this.packet = packet === undefined ? undefined : (row) => this.#taken(packet(row));
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

  row(cells: Cell[]): boolean | Promise<unknown> {
    return this.#taken(this.#writer.row?.(cells) ?? '');
  }

  #taken(piece: Piece): boolean | Promise<unknown> {
    this.#add(piece);
    this.#rows++;
    if (this.#characters < WRITE_CHARACTERS) return true;
    if (this.#bytes > MAX_BYTES) return false;
    const now = performance.now();
    if (now - this.#toldAt > PROGRESS_MS) {
      this.#toldAt = now;
      this.#options.progress(this.#rows);
    }
    return this.#flush();
  }

  /** Never called: rows of any size are wanted. */
  tooLarge(): boolean {
    return false;
  }

  refusal(): PilotError {
    return new PilotError('input.invalid', 'The result is larger than 20 GiB, which is not exported.', {
      nextStep: 'Export a part of it at a time, or use mysqldump.',
    });
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
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
      throw new PilotError('file.failed', `The file could not be written: ${(error as Error).message}`, {
        nextStep: 'Make room on the disk, or choose another folder.',
        cause: error,
      });
    }
  }
}
