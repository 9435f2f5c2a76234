import { randomInt } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { isAlive } from '../../src/broker/rendezvous.ts';
import { cacheRoot } from './cache.ts';

/** Below the ports that systems hand out by themselves: none of these is taken by chance before the program that it is for has started. */
const FIRST = 15_000;
const LAST = 32_000;

/** A port on the loopback that nothing listens on, and that no other process gets from here as long as this one runs. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/** A file with the owner's pid; one whose owner is gone is taken over. */
async function reserve(port: number): Promise<boolean> {
  const folder = path.join(cacheRoot(), 'ports');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, String(port));
  const owner = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
