import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';

/** Who may read a file that was not there before: its owner. */
const OWN = 0o600;
const PERMISSIONS = 0o777;

/**
 * Writes a file that is there whole or not at all: where `write` fails, what was there before stays as it was. It is written beside, under a name that nobody knows before: a workspace could have put a
 * link in its place, or somebody has a file of theirs there.
 */
export async function writeWholeFile<T>(target: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const before = await stat(target).catch(() => undefined);
  const temporary = `${target}.${randomUUID()}.part`;
  const file = await open(temporary, 'wx', OWN);
  try {
    const written = await write(file);
    if (before?.isFile() === true) await file.chmod(before.mode & PERMISSIONS);
    await file.close();
    await rename(temporary, target);
    return written;
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
}
