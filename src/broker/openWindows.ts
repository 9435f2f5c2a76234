import { createHash } from 'node:crypto';
import { lstat, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { PeerAddress } from './peerLink.ts';
import { isAlive, readOwnFile, readRendezvous, toJson } from './rendezvous.ts';
import { agentPlaces, type AgentPlace } from './agentPlace.ts';

/** What a window tells programs outside of VS Code: where its rendezvous file is, and which folders it has open. It holds no secret and no token. */
const OpenWindowSchema = z.object({ rendezvous: z.string().min(1), folders: z.array(z.string()), pid: z.int().positive() });
export type OpenWindow = z.infer<typeof OpenWindowSchema>;

/** A temporary file is renamed within milliseconds. */
const ABANDONED_MS = 60_000;

/** Writes or replaces the file of a window; resolves to its path. Removes those of windows that are gone. */
export async function announceWindow({ windows }: AgentPlace, window: OpenWindow): Promise<string> {
  const name = `${createHash('sha256').update(window.rendezvous).digest('hex').slice(0, 32)}.json`;
  const file = path.join(windows, name);
  for (const other of await readdir(windows)) {
    const left = path.join(windows, other);
    if (other !== name && (await isLeft(left))) await rm(left, { force: true });
  }
  const temporary = `${file}.${String(window.pid)}.tmp`;
  await writeFile(temporary, JSON.stringify(window), { mode: 0o600 });
  await rename(temporary, file);
  return file;
}

/** A file of a window that is gone, or one that a window was killed over. */
async function isLeft(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return false;
  if (file.endsWith('.tmp')) return Date.now() - found.mtimeMs > ABANDONED_MS;
  if (!file.endsWith('.json')) return false;
  const window = await readWindow(file);
  return window === undefined || !isAlive(window.pid);
}

async function readWindow(file: string): Promise<OpenWindow | undefined> {
  return OpenWindowSchema.safeParse(toJson((await readOwnFile(file).catch(() => undefined)) ?? '')).data;
}

/** A living window that has one of the folders open, else the one that has announced itself last. */
export async function findWindowOf(folders: readonly string[]): Promise<PeerAddress | undefined> {
  const found: { readonly window: OpenWindow; readonly at: number }[] = [];
  for (const { windows } of await agentPlaces())
    for (const name of await readdir(windows).catch(() => [])) {
      if (!name.endsWith('.json')) continue;
      const file = path.join(windows, name);
      const window = await readWindow(file);
      if (window === undefined || !isAlive(window.pid)) continue;
      const at = await stat(file)
        .then(({ mtimeMs }) => mtimeMs)
        .catch(() => 0);
      found.push({ window, at });
    }
  const has = ({ window }: { readonly window: OpenWindow }): boolean =>
    folders.some((folder) => window.folders.some((open) => isWithin(open, folder)));
  found.sort((a, b) => Number(has(b)) - Number(has(a)) || b.at - a.at);
  for (const { window } of found) {
    const rendezvous = await readRendezvous(window.rendezvous).catch(() => undefined);
    if (rendezvous !== undefined && isAlive(rendezvous.pid)) return rendezvous;
  }
  return undefined;
}

/** Whether a folder is another one or lies in it. */
export function isWithin(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
}
