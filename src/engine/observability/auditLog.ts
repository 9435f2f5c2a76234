import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** One thing that was tried, decided or done. Holds no bound value, and literals only if the user wants that. */
export interface AuditEntry {
  /** `call`: a tool was called and has ended. The others are the steps of a write or export, in their order. */
  readonly event: 'call' | 'verdict' | 'preview' | 'decision' | 'intent' | 'outcome';
  /** Number of the call in this process. */
  readonly call: number;
  readonly tool: string;
  readonly connection?: string | undefined;
  /** Where: `user@host:port/database`. */
  readonly target?: string | undefined;
  readonly sql?: string | undefined;
  /** Why it looks like injected SQL, where it does. */
  readonly signs?: readonly string[] | undefined;
  readonly classes?: readonly string[] | undefined;
  /** Number of the preview. */
  readonly preview?: string | undefined;
  /** Of an undo: number of the preview of the write that it undoes. */
  readonly undoes?: string | undefined;
  readonly decision?: string | undefined;
  /** `committed`, `exported` (a file is written), `undone` (nothing is changed, no file is there), `unknown`. */
  readonly outcome?: 'committed' | 'exported' | 'undone' | 'unknown' | undefined;
  readonly rows?: number | undefined;
  readonly milliseconds?: number | undefined;
  readonly error?: string | undefined;
}

/** What a session has seen of a connection, when it ended: names, and no values. */
export interface AuditReceipt {
  readonly event: 'receipt';
  readonly connection: string;
  readonly since: string;
  readonly calls: number;
  readonly rows: { readonly answer: number; readonly file: number; readonly person: number };
  readonly tables: readonly object[];
  readonly moreTables: number;
  readonly structure: readonly object[];
  readonly moreStructure: number;
  readonly facts: readonly string[];
}

/** Who writes: the same in every line of one process. */
export interface AuditWriter {
  readonly session: () => string;
  readonly client: () => string | undefined;
}

/** A line that no write waits for may wait for others, so long: each write to a file costs more than a short call. In milliseconds. */
const LINGER_MS = 50;
const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 2000;
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;
const NAME = /^audit-[\w-]+\.jsonl$/;

/**
 * An append-only record, one JSON object a line. Lines of the same moment are written together. Each process writes a file of its own, so that none can tear another's lines; a
 * full one is followed by the next. Files go after 90 days, and the oldest when there are more than two thousand.
 */
export class AuditLog {
  readonly #locate: () => Promise<string>;
  readonly #writer: AuditWriter;
  #batch: Batch | undefined;
  #file: Promise<FileHandle> | undefined;
  #bytes = 0;
  #number = 0;
  /** Lines are written one after the other. */
  #tail: Promise<void> = Promise.resolve();

  /** `locate` names the folder; it need not be there yet. */
  constructor(locate: () => Promise<string>, writer: AuditWriter) {
    this.#locate = locate;
    this.#writer = writer;
  }

  /** Resolves when the line is written; with `flush` when it is on the disk. Rejects with the file system's error. */
  write(entry: AuditEntry | AuditReceipt, flush = false): Promise<void> {
    const line = `${JSON.stringify({ time: new Date().toISOString(), session: this.#writer.session(), client: this.#writer.client(), ...entry })}\n`;
    const batch = (this.#batch ??= this.#begin());
    batch.lines.push(line);
    if (flush) this.#send(batch, true);
    return batch.written.promise;
  }

  async close(): Promise<void> {
    if (this.#batch !== undefined) this.#send(this.#batch, false);
    await this.#tail;
    await this.#leave();
  }

  #begin(): Batch {
    const batch: Batch = {
      lines: [],
      written: Promise.withResolvers(),
      timer: setTimeout(() => {
        this.#send(batch, false);
      }, LINGER_MS).unref(),
    };
    return batch;
  }

  #send(batch: Batch, flush: boolean): void {
    clearTimeout(batch.timer);
    this.#batch = undefined;
    const done = this.#tail.then(() => this.#append(batch.lines.join(''), flush));
    this.#tail = done.catch(() => undefined); // told to who wrote; the next lines are tried again
    done.then(batch.written.resolve, batch.written.reject);
  }

  async #append(lines: string, flush: boolean): Promise<void> {
    if (this.#bytes > MAX_FILE_BYTES) await this.#leave();
    this.#file ??= this.#open();
    try {
      const file = await this.#file;
      await file.appendFile(lines);
      this.#bytes += Buffer.byteLength(lines);
      if (flush) await file.datasync();
    } catch (error) {
      await this.#leave().catch(() => undefined); // what went wrong first is told
      throw error;
    }
  }

  /** The next line begins a new file. */
  async #leave(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#bytes = 0;
    await (await file)?.close();
  }

  async #open(): Promise<FileHandle> {
    const folder = await this.#locate();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await sweep(folder);
    const day = new Date().toISOString().slice(0, 10);
    const name = `audit-${day}-${this.#writer.session()}-${String(this.#number++)}.jsonl`;
    return open(path.join(folder, name), 'ax', 0o600);
  }
}

interface Batch {
  readonly lines: string[];
  readonly written: PromiseWithResolvers<void>;
  readonly timer: NodeJS.Timeout;
}

async function sweep(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const sorted = files.sort((a, b) => b.at - a.at);
  const old = sorted.filter(({ at }, i) => i >= MAX_FILES || at < Date.now() - KEPT_MS);
  await Promise.all(old.map(({ file }) => rm(file, { force: true }))); // another process may sweep at the same time
}
