import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Somebody else has written the file since it was read. */
export class FileChanged extends Error {}

/** Undefined where there is no file. Throws for one that is not valid UTF-8: it could not be written back. */
export async function readConfiguration(file: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** The file that is written: where links of it and of its folders lead. A link to nothing is replaced, not followed. */
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
 * Puts `text` in the place of `before`, whole or not at all: it is written beside and renamed. A link stays one, and what it leads to is written; the rights on the file stay. Throws FileChanged where the
 * file is no longer `before`.
 */
export async function writeConfiguration(file: string, before: string | undefined, text: string, isShared: boolean): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const target = before === undefined ? file : await realpath(file);
  const mode = before === undefined ? undefined : (await stat(target)).mode & 0o777;
  const temporary = `${target}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: mode ?? (isShared ? 0o666 : 0o600) });
    if (mode !== undefined) await chmod(temporary, mode);
    if ((await readConfiguration(target)) !== before) throw new FileChanged('The file was changed in the meantime.');
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
