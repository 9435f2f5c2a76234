import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, chown, lstat, mkdir, open, realpath, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Somebody else has written the file since it was read. */
export class FileChanged extends Error {}

/** Why a file is left alone. Worded where it is shown. */
export type FileProblem = 'notAFile' | 'tooLarge' | 'deadLink' | 'readOnly' | 'severalNames';

/** The file can't be replaced without a loss. */
export class UnusualFile extends Error {
  readonly problem: FileProblem;

  constructor(problem: FileProblem) {
    super(`The file is left as it is: ${problem}.`);
    this.problem = problem;
  }
}

/** Many times what a client has. */
const MAX_BYTES = 16 * 1024 ** 2;
const MAY_WRITE = 0o222;

/** Undefined where there is no file. Throws UnusualFile for what is none, or too large, and a TypeError for one that is not valid UTF-8: it could not be written back. */
export async function readConfiguration(file: string): Promise<string | undefined> {
  const handle = await openFile(file);
  try {
    const found = await handle?.stat();
    if (handle === undefined || found === undefined) return undefined;
    if (!found.isFile()) throw new UnusualFile('notAFile');
    if (found.size > MAX_BYTES) throw new UnusualFile('tooLarge');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await handle.readFile());
  } finally {
    await handle?.close();
  }
}

/** Without waiting: a pipe may have nobody who writes to it. */
async function openFile(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // A link is the person's, too.
    if ((await lstat(file).catch(() => undefined)) !== undefined) throw new UnusualFile('deadLink');
    return undefined;
  }
}

/** The file that is written: where links of it and of its folders lead. */
export async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const parent = path.dirname(file);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === file) throw error;
    return path.join(await targetOf(parent), path.basename(file));
  }
}

/**
 * Puts `text` in the place of `before`, whole or not at all: it is written beside and renamed. A link stays one, and what it leads to is written; the owner of the file and the rights on it stay. Throws FileChanged where
 * the file is no longer `before`, and UnusualFile where something would be lost.
 */
export async function writeConfiguration(file: string, before: string | undefined, text: string, isShared: boolean): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const target = before === undefined ? file : await realpath(file);
  const found = before === undefined ? undefined : await replaceable(target);
  const temporary = `${target}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: found === undefined && isShared ? 0o666 : 0o600 });
    if (found !== undefined) await likeBefore(temporary, found);
    if ((await readConfiguration(target)) !== before) throw new FileChanged('The file was changed in the meantime.');
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A rename would replace a file that its owner has made read-only, and leave the old text under its other names. */
async function replaceable(target: string): Promise<Stats> {
  const found = await stat(target);
  if ((found.mode & MAY_WRITE) === 0) throw new UnusualFile('readOnly');
  if (found.nlink > 1) throw new UnusualFile('severalNames');
  return found;
}

/** Throws where the owner could not be kept. The owner first: the system takes rights away with it. */
async function likeBefore(temporary: string, { uid, gid, mode }: Stats): Promise<void> {
  const own = await stat(temporary);
  if (own.uid !== uid || own.gid !== gid) await chown(temporary, uid, gid);
  await chmod(temporary, mode & 0o777);
}
