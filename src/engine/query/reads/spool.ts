import { randomBytes } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';

export interface SpoolLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

const WRITE_BYTES = 64 * 1024;
const READ_BYTES = 256 * 1024;

/**
 * Rows that an answer had no room for, on disk: one JSON array a line, or an object for one whose cells are cut. The file has no name from the moment it is open, so
 * nobody else can open it, and its space is free again when this process ends, however it ends.
 */
export class Spool implements RowSink {
  /** The number of the first row here, counted from the start of the result. */
  readonly first: number;
  readonly #limits: SpoolLimits;
  readonly #file: Promise<FileHandle>;
  /** Where each row begins, and the end of the last one. */
  readonly #offsets = [0];
  #columns: readonly Column[] = [];
  #buffer: string[] = [];
  #bufferBytes = 0;
  #written: Promise<unknown> = Promise.resolve();
  readonly #ended = Promise.withResolvers<undefined>();
  #complete: boolean | undefined;
  #surplus = false;
  #failed = false;

  constructor(first: number, limits: SpoolLimits) {
    this.first = first;
    this.#limits = limits;
    this.#file = openNameless();
    this.#file.catch(() => (this.#failed = true));
  }

  /** The number of the row behind the last one that can be read. A disk that is full keeps none. */
  get next(): number {
    return this.#failed ? this.first : this.first + this.#offsets.length - 1;
  }

  get #bytes(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  row(cells: readonly Cell[]): boolean | Promise<unknown> {
    return this.#add(cells);
  }

  /** It is kept as far as it was read. */
  tooLarge(row: CutRow): boolean | Promise<unknown> {
    return this.#add(row);
  }

  #add(row: readonly Cell[] | CutRow): boolean | Promise<unknown> {
    if (this.#failed || this.#surplus || this.#bytes > this.#limits.maxBytes) return this.#refuse();
    if (this.#offsets.length > this.#limits.maxRows) {
      this.#surplus = true; // the server ends here by itself where the statement has no LIMIT of its own
      return true;
    }
    const line = `${JSON.stringify(row)}\n`;
    const bytes = Buffer.byteLength(line);
    this.#buffer.push(line);
    this.#bufferBytes += bytes;
    this.#offsets.push(this.#bytes + bytes);
    return this.#bufferBytes < WRITE_BYTES ? true : this.#flush();
  }

  /** No more rows come; `complete` if the server says that these were all. Only the first call counts. */
  end(complete: boolean): void {
    this.#complete ??= complete;
    this.#ended.resolve(undefined);
  }

  /** True if the result is known to end with the last row here. */
  get whole(): boolean {
    return this.#complete === true && !this.#surplus && !this.#failed;
  }

  /** Resolves when all rows that will come are here. */
  async settled(): Promise<void> {
    await this.#ended.promise;
    await this.#flush();
  }

  /** Gives the rows from this number on to the sink, until it has enough. */
  async read(from: number, sink: RowSink): Promise<void> {
    await this.settled();
    sink.columns(this.#columns);
    const file = await this.#file;
    const last = this.#offsets.length - 1;
    for (let i = from - this.first; i < last;) {
      const start = this.#offsets[i] ?? 0;
      let behind = i + 1;
      while (behind < last && (this.#offsets[behind] ?? 0) - start < READ_BYTES) behind++;
      const length = (this.#offsets[behind] ?? 0) - start;
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      for (const line of buffer.toString('utf8').trimEnd().split('\n')) {
        const row = JSON.parse(line) as Cell[] | CutRow;
        if ((Array.isArray(row) ? sink.row(row) : sink.tooLarge(row)) === false) return;
      }
      i = behind;
    }
  }

  async close(): Promise<void> {
    this.end(false);
    await this.#written;
    const file = await this.#file.catch(() => undefined);
    await file?.close();
  }

  async #write(before: Promise<unknown>, text: string): Promise<void> {
    try {
      await before;
      await (await this.#file).appendFile(text);
    } catch {
      this.#failed = true; // the answer itself has come; its rest is read again when it is wanted
    }
  }

  #refuse(): false {
    this.#surplus = true;
    return false;
  }

  #flush(): Promise<unknown> {
    const text = this.#buffer.join('');
    this.#buffer = [];
    this.#bufferBytes = 0;
    if (text !== '') this.#written = this.#write(this.#written, text);
    return this.#written;
  }
}

async function openNameless(): Promise<FileHandle> {
  const name = path.join(tmpdir(), `mysql-pilot-${randomBytes(12).toString('hex')}`);
  const file = await open(name, 'wx+', 0o600);
  await unlink(name);
  return file;
}
