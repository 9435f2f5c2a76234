import { lstat, mkdir, open, readdir, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PilotError, isPilotError } from '../engine/errors.ts';

/** A file of an earlier export. */
export interface ExportedFile {
  readonly name: string;
  readonly uri: string;
  readonly mimeType: string;
  readonly bytes: number;
}

const MIME_TYPES: ReadonlyMap<string, string> = new Map([
  ['.csv', 'text/csv'],
  ['.jsonl', 'application/jsonl'],
  ['.sql', 'application/sql'],
  ['.parquet', 'application/vnd.apache.parquet'],
]);

const PART = '.part';
/** Letters, digits and little else: the same file on every system, and never one that a shell or a tool treats in its own way. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,99}$/u;
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** What a resource may hold; a longer file is for programs. */
const MAX_READ_BYTES = 256 * 1024;

/** The one folder that exports go to. Nothing is written beside it, and nothing in it is overwritten. */
export class ExportFolder {
  readonly #locate: () => Promise<string>;

  /** `locate` names the folder; it need not be there yet. */
  constructor(locate: () => Promise<string>) {
    this.#locate = locate;
  }

  /**
   * Lets `write` fill a new file, which gets its name when it is whole; whatever goes wrong, nothing is left of it.
   * Throws `file.failed` for a name that is not allowed or taken.
   */
  async create<T>(
    name: string,
    write: (file: FileHandle) => Promise<T>,
  ): Promise<ExportedFile & { readonly written: T; readonly path: string }> {
    if (!NAME.test(name) || RESERVED.test(name)) {
      throw failed(
        `${JSON.stringify(name)} is not allowed as a file name.`,
        'Pass a plain name of letters, digits, - and _, without a folder.',
      );
    }
    const folder = await this.#prepare();
    const target = path.join(folder, name);
    // Taken at once, so that two exports of one name do not meet at the end.
    const reserved = await open(target, 'wx', 0o600).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? failed(`${name} exists already, and nothing is overwritten.`, 'Choose another name.')
        : failed(`${target} could not be made: ${(error as Error).message}`, 'Check the rights on the folder.');
    });
    await reserved.close();
    const part = path.join(folder, `.${name}${PART}`);
    try {
      const file = await open(part, 'wx', 0o600);
      let written: T;
      try {
        written = await write(file);
      } finally {
        await file.close();
      }
      await rename(part, target);
      return { ...(await describeFile(target)), path: target, written };
    } catch (error) {
      await Promise.all([rm(part, { force: true }), rm(target, { force: true })]);
      throw isPilotError(error) ? error : failed(`${target} could not be written: ${(error as Error).message}`, 'Check disk and rights.');
    }
  }

  /** Earlier exports, by name. */
  async list(): Promise<ExportedFile[]> {
    const folder = await this.#locate();
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []); // nothing was exported yet
    const names = entries.filter((entry) => entry.isFile() && NAME.test(entry.name)).map(({ name }) => name);
    // One that is removed at this moment is left out.
    const files = await Promise.all(names.sort().map((name) => describeFile(path.join(folder, name)).catch(() => undefined)));
    return files.filter((file) => file !== undefined);
  }

  /** The text of an earlier export, from its URI. Undefined for what is none. */
  async read(uri: string): Promise<string | undefined> {
    const found = (await this.list()).find((file) => file.uri === uri);
    if (found === undefined) return undefined;
    if (found.name.endsWith('.parquet')) throw failed(`${found.name} is not text.`, 'Open the file itself.');
    if (found.bytes > MAX_READ_BYTES) {
      throw failed(
        `${found.name} has ${String(found.bytes)} bytes, too many to be read here.`,
        'Open the file itself, or query the part that matters.',
      );
    }
    return readFile(path.join(await this.#locate(), found.name), 'utf8');
  }

  /** Makes the folder where it is missing, and keeps it out of version control: what is in it are somebody's data. */
  async #prepare(): Promise<string> {
    const folder = await this.#locate();
    try {
      // A workspace that came from elsewhere may hold links that lead out of it.
      const parent = path.dirname(folder);
      await mkdir(parent, { recursive: true, mode: 0o700 });
      await refuseLink(parent);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await refuseLink(folder);
      await writeFile(path.join(folder, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
      return folder;
    } catch (error) {
      if (isPilotError(error)) throw error;
      throw failed(
        `The export folder ${folder} cannot be used: ${(error as Error).message}`,
        'Ask the user to choose a folder that can be written (VS Code: mysqlPilot.exports.folder; elsewhere: `folder` of the configuration).',
      );
    }
  }
}

async function describeFile(file: string): Promise<ExportedFile> {
  const mimeType = MIME_TYPES.get(path.extname(file)) ?? 'application/octet-stream';
  return { name: path.basename(file), uri: pathToFileURL(file).href, mimeType, bytes: (await stat(file)).size };
}

async function refuseLink(folder: string): Promise<void> {
  if ((await lstat(folder)).isSymbolicLink())
    throw failed(`${folder} is a link, and exports do not follow links.`, 'Replace it by a folder.');
}

function failed(message: string, nextStep: string): PilotError {
  return new PilotError('file.failed', message, { nextStep });
}
