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
export async function cached(name: string, what: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(cacheRoot(), name);
  if (await exists(folder)) return folder;
  await mkdir(cacheRoot(), { recursive: true });
  const release = await lock(`${folder}.lock`);
  try {
    if (await exists(folder)) return folder;
    say(`· fetching ${what} into ${folder} (once)`);
    const started = Date.now();
    const seconds = (): string => ((Date.now() - started) / 1000).toFixed(0);
    const progress = setInterval(() => {
      say(`· still fetching ${what} (${seconds()} s)`);
    }, PROGRESS_MS);
    const temporary = await mkdtemp(`${folder}.part-`);
    try {
      await fill(temporary);
      await rename(temporary, folder);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    } finally {
      clearInterval(progress);
    }
    say(`· ${what}: ready after ${seconds()} s`);
    return folder;
  } finally {
    await release();
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
