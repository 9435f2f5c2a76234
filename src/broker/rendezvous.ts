import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PilotError } from '../engine/errors.ts';
import { RendezvousSchema, type Rendezvous } from './contracts.ts';

const OTHERS_MAY = 0o077;
const WindowSchema = RendezvousSchema.pick({ pid: true }).loose();
/** Many times what a window with all its folders writes. */
const MAX_BYTES = 1024 ** 2;
/** A link, a socket, or nothing that can be opened. */
const NO_FILE: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'ENOTDIR', 'EISDIR']);
const SOCKET_FOLDER_PREFIX = 'mysql-pilot-';
/** A temporary file is renamed within milliseconds; an older one belongs to a window that was killed. */
const ABANDONED_MS = 60_000;

/** Writes the file atomically, readable by its owner alone. */
export async function writeRendezvous(file: string, rendezvous: Rendezvous): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const { randomBytes } = await import('node:crypto');
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await writeFile(temporary, JSON.stringify(rendezvous), { mode: 0o600, flag: 'wx' });
  await rename(temporary, file);
}

/**
 * Reads the file; undefined where there is none. Throws `broker.refused` where others may read or write it, where another
 * user owns it, or where its content is not a rendezvous.
 */
export async function readRendezvous(file: string): Promise<Rendezvous | undefined> {
  const text = await readOwnFile(file);
  if (text === undefined) return undefined;
  const parsed = RendezvousSchema.safeParse(toJson(text));
  if (!parsed.success) throw refused(file, 'its content is not what this version writes');
  return parsed.data;
}

/**
 * The text of a file that this user alone may read and write; undefined where there is none. Throws `broker.refused` for any other. It is opened first and judged then, without waiting: a link
 * leads elsewhere, and a pipe has no end. (On Windows the profile folder's own access list protects it.)
 */
export async function readOwnFile(file: string): Promise<string | undefined> {
  const handle = await openOwn(file);
  try {
    const found = await handle?.stat();
    if (handle === undefined || found === undefined) return undefined;
    const { mode, uid, size } = found;
    if (!found.isFile()) throw refused(file, "it isn't a file");
    if (process.platform !== 'win32' && ((mode & OTHERS_MAY) !== 0 || uid !== process.getuid?.()))
      throw refused(file, 'other users have rights on it');
    if (size > MAX_BYTES) throw refused(file, 'it is too large');
    return await handle.readFile('utf8');
  } finally {
    await handle?.close();
  }
}

async function openOwn(file: string): Promise<FileHandle | undefined> {
  try {
    const flags = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;
    return await open(file, constants.O_RDONLY | flags);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (NO_FILE.has(code)) throw refused(file, "it isn't a file");
    throw error;
  }
}

/** A new folder for a socket, for its owner alone. (The path of a socket must stay under 104 bytes on macOS, so it cannot lie in VS Code's storage.) */
export async function makeSocketFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), SOCKET_FOLDER_PREFIX)); // mkdtemp makes it 0700
}

function isSocketFolder(folder: string): boolean {
  return path.dirname(folder) === tmpdir() && path.basename(folder).startsWith(SOCKET_FOLDER_PREFIX);
}

/** Removes the files of closed windows, and abandoned temporary files. Windows that start together sweep while others write. */
export async function sweepRendezvous(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    if (name.endsWith('.tmp') && (await ageOf(file)) < ABANDONED_MS) continue;
    if (name.endsWith('.json') && (await isOfLivingWindow(file))) continue;
    const found = name.endsWith('.json') ? await readRendezvous(file).catch(() => undefined) : undefined;
    await rm(file, { force: true });
    // A window that was killed left the folder of its socket behind, too.
    if (found !== undefined && isSocketFolder(path.dirname(found.socket)))
      await rm(path.dirname(found.socket), { recursive: true, force: true });
  }
}

/** Also of a window of another version, whose file is otherwise not ours to read. */
async function isOfLivingWindow(file: string): Promise<boolean> {
  const { success, data } = WindowSchema.safeParse(toJson((await readOwnFile(file).catch(() => undefined)) ?? ''));
  return success && isAlive(data.pid);
}

/** Milliseconds since the last change; 0 for a file that was removed. */
async function ageOf(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
}

/** The newest file of a living window in the same folder: for a server whose own window had no folder open and was reloaded. */
export async function findLiveSibling(file: string): Promise<Rendezvous | undefined> {
  const folder = path.dirname(file);
  const candidates = await Promise.all(
    (await readdir(folder).catch(() => []))
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => {
        const sibling = path.join(folder, name);
        const found = await readRendezvous(sibling).catch(() => undefined);
        return { found, writtenAt: found === undefined ? 0 : (await stat(sibling)).mtimeMs };
      }),
  );
  candidates.sort((a, b) => b.writtenAt - a.writtenAt);
  return candidates.find(({ found }) => found !== undefined && isAlive(found.pid))?.found;
}

/** Whether there is a process of that number, ours or another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined for what is no JSON: a schema then refuses it. */
export function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error for a file that leads to a window or an agent, and can't be trusted. */
function refused(file: string, why: string): PilotError {
  return new PilotError('broker.refused', `The discovery file ${file} isn't trusted: ${why}.`, { advice: 'broker.rewrite' });
}
