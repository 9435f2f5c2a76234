import type { Stats } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is done under a lock takes moments; one that is older was left by a window that has ended. */
const STALE_MS = 10_000;
const RETRY_MS = 10;

/** Works while no other window does under the same lock: a file that only one process can make. */
export async function withFileLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lock), { recursive: true });
  await take(lock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/**
 * Resolves when the lock is this process's. One that was left is taken away by who holds the lock on just this one, so that of several who find it only one does: another would take
 * away what the first has made meanwhile.
 */
async function take(lock: string): Promise<void> {
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = await stat(lock).catch(undefinedIfGone);
    if (found === undefined) continue;
    if (Date.now() - found.mtimeMs > STALE_MS) await takeAway(lock, found);
    else await sleep(RETRY_MS);
  }
}

async function takeAway(lock: string, left: Stats): Promise<void> {
  const ofThis = `${lock}.${String(left.ino)}-${String(left.mtimeMs)}`;
  await take(ofThis);
  try {
    const found = await stat(lock).catch(undefinedIfGone);
    if (found?.ino === left.ino && found.mtimeMs === left.mtimeMs) await rm(lock, { force: true });
  } finally {
    await rm(ofThis, { force: true });
  }
}

function undefinedIfGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
