import type { Writable } from 'node:stream';

/** Characters that wait for a disk; what comes on top of them is dropped. */
const MAX_WAITING = 8 * 1024 * 1024;

/**
 * Lines for a file that takes one chunk at a time: what comes while it is busy goes as one chunk afterwards. Line by line a busy server would
 * write fewer lines than it makes, and keep the rest in memory.
 */
export class JoinedLines {
  readonly #file: Writable;
  #waiting = '';
  #dropped = 0;
  #writing: Promise<void> | undefined;

  constructor(file: Writable) {
    this.#file = file;
  }

  write(line: string): void {
    if (this.#waiting.length > MAX_WAITING) this.#dropped++;
    else this.#waiting += line;
    this.#writing ??= this.#write();
  }

  async close(): Promise<void> {
    await this.#writing;
    await new Promise<void>((resolve) => this.#file.end(resolve));
  }

  async #write(): Promise<void> {
    while (this.#waiting !== '') {
      const text = this.#waiting + this.#loss();
      this.#waiting = '';
      await new Promise<void>((resolve) => {
        this.#file.write(text, () => {
          resolve(); // an error is told by the stream itself
        });
      });
    }
    this.#writing = undefined;
  }

  #loss(): string {
    const count = this.#dropped;
    this.#dropped = 0;
    const entry = {
      timestamp: new Date().toISOString(),
      level: 'warning',
      logger: 'server',
      message: `${String(count)} log lines are missing here, because the disk is too slow.`,
    };
    return count === 0 ? '' : `${JSON.stringify(entry)}\n`;
  }
}
