import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { withTimeout } from '../../engine/timeout.ts';

/** Bytes that nobody has read yet; what comes on top of them is dropped. */
const MAX_UNREAD = 1024 * 1024;
/** For the last lines, where somebody reads. */
const FLUSH_MS = 500;

/**
 * stderr, which a client may never read: a write that waited for it would hold the whole server up, as Node's own does where it is a
 * pipe. Here lines wait in memory, up to a limit.
 */
export class StderrStream {
  readonly #pipe: Socket | undefined;

  constructor() {
    const stat = fstatSync(2);
    if (!stat.isFIFO() && !stat.isSocket()) return; // a terminal or a file takes what it gets
    this.#pipe = new Socket({ fd: 2, readable: false, writable: true });
    this.#pipe.unref();
    this.#pipe.on('error', () => undefined); // whoever read has gone, and nobody is left to be told
  }

  write(line: string): void {
    if (this.#pipe === undefined) process.stderr.write(line);
    else if (this.#pipe.writableLength < MAX_UNREAD) this.#pipe.write(line);
  }

  /** Resolves when all is written, or nobody reads it. */
  async close(): Promise<void> {
    const pipe = this.#pipe;
    if (pipe === undefined) return;
    pipe.ref();
    await withTimeout(FLUSH_MS, new Promise<void>((resolve) => pipe.end(resolve)));
    pipe.destroy();
  }
}
