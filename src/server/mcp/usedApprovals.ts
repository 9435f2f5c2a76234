import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The record of approvals that were used: each counts once. */
export interface UsedApprovals {
  /** Tells this record from any other: an approval is used where it was asked for. */
  name(): Promise<string>;
  /** False for one that was used before. Rejects where that cannot be known. */
  use(nonce: string): Promise<boolean>;
}

/** For the one process that answers a client. */
export class ProcessRecord implements UsedApprovals {
  readonly #name = crypto.randomUUID();
  readonly #keptMs: number;
  readonly #used = new Map<string, number>();

  /** An approval is no longer valid after `keptMs`, so that it need not be remembered for longer. */
  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  name(): Promise<string> {
    return Promise.resolve(this.#name);
  }

  use(nonce: string): Promise<boolean> {
    const now = performance.now();
    for (const [one, at] of this.#used) {
      if (now - at <= this.#keptMs) break; // the oldest come first
      this.#used.delete(one);
    }
    if (this.#used.has(nonce)) return Promise.resolve(false);
    this.#used.set(nonce, now);
    return Promise.resolve(true);
  }
}

const NAME_FILE = 'name';
const NONCE = /^[\da-f-]{36}$/;

/** For several processes that answer one client: a folder that they share, with a file for each approval that was used. */
export class FolderRecord implements UsedApprovals {
  readonly #folder: string;
  readonly #keptMs: number;
  #name: Promise<string> | undefined;

  constructor(folder: string, keptMs: number) {
    this.#folder = folder;
    this.#keptMs = keptMs;
  }

  name(): Promise<string> {
    return (this.#name ??= this.#open().catch((error: unknown) => {
      this.#name = undefined;
      throw error;
    }));
  }

  async use(nonce: string): Promise<boolean> {
    if (!NONCE.test(nonce)) throw new Error('No number of an approval.');
    await this.#sweep();
    try {
      // Whoever makes the file is the one who uses it.
      await (await open(path.join(this.#folder, nonce), 'wx', 0o600)).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  async #open(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = path.join(this.#folder, NAME_FILE);
    await writeFile(file, crypto.randomUUID(), { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    const name = await readFile(file, 'utf8');
    if (!NONCE.test(name)) throw new Error(`${file} is not complete.`); // another process writes it now
    return name;
  }

  /** Their times are those of this machine or of the share; an approval that is twice as old as it may be is gone by any of them. */
  async #sweep(): Promise<void> {
    const before = Date.now() - 2 * this.#keptMs;
    for (const file of await readdir(this.#folder)) {
      if (!NONCE.test(file)) continue;
      const one = path.join(this.#folder, file);
      const { mtimeMs } = await stat(one).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < before) await rm(one, { force: true });
    }
  }
}
