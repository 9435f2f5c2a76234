import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat, statfs, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PilotError, isPilotError } from '../../engine/errors.ts';
import { isFileName } from './fileNames.ts';

export interface ExportedFile {
  readonly name: string;
  readonly uri: string;
  readonly mimeType: string;
  readonly bytes: number;
}

/** Where an export would go. */
export interface ExportPlace {
  readonly folder: string;
  readonly name: string;
}

const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['.csv', 'text/csv'],
  ['.jsonl', 'application/jsonl'],
  ['.sql', 'application/sql'],
  ['.parquet', 'application/vnd.apache.parquet'],
]);

const PART = '.part';
/** What a resource may hold; a longer file is for programs. */
const MAX_READ_BYTES = 256 * 1024;
/** So much of the disk is left to everybody else, whatever an agent exports. */
const SPARE_BYTES = 256 * 1024 * 1024;
/** An export ends within an hour; a part that nobody has written to for longer belongs to a process that was killed. */
const ABANDONED_MS = 2 * 60 * 60 * 1000;
/** No link is followed, and no pipe waited for. A system that has none of this does not know the flags: they are then nothing. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The one folder that exports go to. Nothing is written beside it, and nothing in it is overwritten. */
export class ExportFolder {
  readonly #locate: () => Promise<string>;

  /** `locate` names the folder; it need not be there yet. */
  constructor(locate: () => Promise<string>) {
    this.#locate = locate;
  }

  /** Where an export of that name would go: nothing is made for it. Throws `file.failed` for a name that is not allowed or taken. */
  async place(wanted: string): Promise<ExportPlace> {
    const name = nameOf(wanted);
    const folder = await this.#locate();
    const found = await lstat(path.join(folder, name)).catch(() => undefined); // what else is wrong with the folder is told when it is made
    if (found !== undefined) throw taken(name);
    return { folder, name };
  }

  /**
   * Lets `write` fill a new file with at most so many bytes, which gets its name when it is whole; whatever goes wrong, nothing is left of it.
   * Throws `file.failed` for a name that is not allowed or taken, and where the disk is full.
   */
  async create<T>(
    wanted: string,
    write: (file: FileHandle, maxBytes: number) => Promise<T>,
  ): Promise<ExportedFile & { readonly written: T; readonly path: string }> {
    const name = nameOf(wanted);
    const folder = await this.#prepare();
    const { bavail, bsize } = await statfs(folder);
    const room = bavail * bsize - SPARE_BYTES;
    if (room <= 0) throw failed(`The disk of ${folder} is nearly full.`, 'Ask the user to free disk space, or to use another folder.');
    const target = path.join(folder, name);
    // Taken at once, so that two exports of one name do not meet at the end.
    const reserved = await open(target, 'wx', 0o600).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? taken(name)
        : failed(`${target} couldn't be created: ${(error as Error).message}`, "Ask the user to check the folder's permissions.");
    });
    await reserved.close();
    const part = path.join(folder, `.${name}${PART}`);
    try {
      const file = await open(part, 'wx', 0o600);
      let written: T;
      try {
        written = await write(file, room);
      } finally {
        await file.close();
      }
      await rename(part, target);
      return { ...(await describeFile(target)), path: target, written };
    } catch (error) {
      await Promise.all([rm(part, { force: true }), rm(target, { force: true })]);
      throw isPilotError(error)
        ? error
        : failed(
            `${target} couldn't be written: ${(error as Error).message}`,
            "Ask the user to check the disk and the folder's permissions.",
          );
    }
  }

  /** Earlier exports, by name; none where the folder is a link. */
  async list(): Promise<ExportedFile[]> {
    const folder = await this.#locate();
    if (!(await isOwnFolder(folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // nothing was exported yet
    const names = entries.filter((entry) => entry.isFile() && isExport(entry.name)).map(({ name }) => name);
    // One that is removed at this moment is left out.
    const files = await Promise.all(names.sort().map((name) => describeFile(path.join(folder, name)).catch(() => undefined)));
    return files.filter((file) => file !== undefined);
  }

  /** The text of an earlier export, from its URI. Undefined for what is none. */
  async read(uri: string): Promise<string | undefined> {
    const found = (await this.list()).find((file) => file.uri === uri);
    if (found === undefined) return undefined;
    if (found.name.endsWith('.parquet')) throw failed(`${found.name} isn't a text file.`, 'Open the file itself.');
    const file = await open(path.join(await this.#locate(), found.name), READ_FLAGS);
    try {
      // Of the file that is open, since another one may have its name by now. A second name would make it a file of elsewhere.
      const opened = await file.stat();
      if (!opened.isFile() || opened.nlink > 1) return undefined;
      if (opened.size > MAX_READ_BYTES) {
        throw failed(
          `${found.name} has ${String(opened.size)} bytes, too many to read here.`,
          'Open the file itself, or query only the rows you need.',
        );
      }
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }

  /** Makes the folder where it is missing, and keeps it out of version control: what is in it are somebody's data. */
  async #prepare(): Promise<string> {
    const folder = await this.#locate();
    try {
      for (const one of [path.dirname(folder), folder]) {
        await mkdir(one, { recursive: true, mode: 0o700 });
        if (await isLink(one)) throw failed(`${one} is a link. Exports don't follow links.`, 'Ask the user to replace it with a folder.');
      }
      await removeAbandoned(folder);
      await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
      return folder;
    } catch (error) {
      if (isPilotError(error)) throw error;
      throw failed(
        `The export folder ${folder} can't be used: ${(error as Error).message}`,
        'Ask the user to set a writable folder (VS Code: mysqlPilot.exports.folder; elsewhere: `folder` of the configuration).',
      );
    }
  }
}

function nameOf(wanted: string): string {
  const name = wanted.normalize('NFC'); // as macOS shows and others type it
  if (isFileName(name)) return name;
  throw failed(
    `${JSON.stringify(name)} is not allowed as a file name.`,
    'Pass a short name of letters, digits, - and _, without a folder.',
  );
}

function taken(name: string): PilotError {
  return failed(`${name} already exists and wasn't overwritten.`, 'Use another name.');
}

async function describeFile(file: string): Promise<ExportedFile> {
  const mimeType = MIME_TYPES.get(path.extname(file)) ?? 'application/octet-stream';
  return { name: path.basename(file), uri: pathToFileURL(file).href, mimeType, bytes: (await stat(file)).size };
}

/** What an export makes; nothing else in the folder is anybody's business here. */
function isExport(name: string): boolean {
  return isFileName(name) && MIME_TYPES.has(path.extname(name));
}

async function isLink(folder: string): Promise<boolean> {
  return (await lstat(folder)).isSymbolicLink();
}

/** A workspace that came from elsewhere may hold links that lead out of it: to read through one is as bad as to write. */
async function isOwnFolder(folder: string): Promise<boolean> {
  const links = await Promise.all([path.dirname(folder), folder].map(isLink)).catch(() => [true]); // it is not there yet
  return !links.includes(true);
}

/** What a killed process has left: a part with rows in it, and the empty file that kept its name. */
async function removeAbandoned(folder: string): Promise<void> {
  const before = Date.now() - ABANDONED_MS;
  for (const part of (await readdir(folder)).filter((name) => name.startsWith('.') && name.endsWith(PART))) {
    const name = part.slice(1, -PART.length);
    if (!isExport(name)) continue;
    const left = path.join(folder, part);
    const found = await lstat(left).catch(() => undefined);
    if (found?.isFile() !== true || found.mtimeMs >= before) continue;
    await rm(left, { force: true });
    const kept = path.join(folder, name);
    if ((await lstat(kept).catch(() => undefined))?.size === 0) await rm(kept, { force: true });
  }
}

function failed(message: string, nextStep: string): PilotError {
  return new PilotError('file.failed', message, { nextStep });
}
