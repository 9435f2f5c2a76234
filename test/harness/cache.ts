import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../../src/broker/rendezvous.ts';

const PROGRESS_MS = 5000;

/** Downloads and unpacked servers live here, outside the checkout: MYSQL_PILOT_CACHE, else the user's cache folder. */
export function cacheRoot(): string {
  return process.env['MYSQL_PILOT_CACHE'] ?? path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'mysql-pilot');
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * A folder of the cache, filled once: `fill` works in a temporary folder that is renamed when it is complete, so that an
 * interrupted or a parallel run never leaves half of it. `fill` may rely on the final path only in what it prints.
 */
export function cached(name: string, what: string, fill: (folder: string) => Promise<void>): Promise<string> {
  return filledOnce(path.join(cacheRoot(), name), { what, fill });
}

interface Filling {
  /** For people; without it nothing is said. */
  readonly what?: string;
  readonly fill: (folder: string) => Promise<void>;
}

/** The same for a folder anywhere. */
export async function filledOnce(folder: string, { what, fill }: Filling): Promise<string> {
  if (await exists(folder)) return folder;
  await mkdir(path.dirname(folder), { recursive: true });
  const release = await lock(`${folder}.lock`);
  try {
    if (await exists(folder)) return folder;
    const progress = what === undefined ? undefined : new Progress(what, folder);
    const temporary = await mkdtemp(`${folder}.part-`);
    try {
      await fill(temporary);
      await rename(temporary, folder);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    } finally {
      progress?.stop();
    }
    progress?.ready();
    return folder;
  } finally {
    await release();
  }
}

/** Tells how a long filling goes. */
class Progress {
  readonly #what: string;
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor(what: string, folder: string) {
    this.#what = what;
    say(`· fetching ${what} into ${folder} (once)`);
    this.#timer = setInterval(() => {
      say(`· still fetching ${what} (${this.#seconds()} s)`);
    }, PROGRESS_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  ready(): void {
    say(`· ${this.#what}: ready after ${this.#seconds()} s`);
  }

  #seconds(): string {
    return ((Date.now() - this.#started) / 1000).toFixed(0);
  }
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** A lock file with the owner's pid; one whose owner is gone is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    await sleep(200);
  }
}
