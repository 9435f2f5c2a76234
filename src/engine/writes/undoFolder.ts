import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UndoRecord } from './undoRecord.ts';
import type { UndoScript } from './undoScript.ts';

/** A copy of data lies around no longer than somebody may miss it. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Its name beside the other folders. */
export const UNDO_FOLDER = 'undo';
const NAME = /^undo-copy-of-data-[\w-]+\.(?:sql|json)$/;

/** What can be undone, and how. */
export interface KeptUndo {
  /** For a window, which undoes by it: the record of the write, and its SHA-256 as it was written. */
  readonly record: { readonly file: string; readonly digest: string } | undefined;
  /** The same as a script for a person; undefined where statements alone can't do it. */
  readonly script: string | undefined;
}

export function undoDigest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What brings changed rows back. It holds those rows, so it is for the user alone and goes after a day. */
export class UndoFolder {
  readonly #locate: () => Promise<string>;
  readonly #hasWindow: boolean;

  /** `locate` names the folder; it need not be there yet. Without a window nobody could use a record: only scripts are kept. */
  constructor(locate: () => Promise<string>, { hasWindow = false }: { readonly hasWindow?: boolean } = {}) {
    this.#locate = locate;
    this.#hasWindow = hasWindow;
  }

  async keep(
    record: UndoRecord,
    script: UndoScript | undefined,
    { connection, preview }: { readonly connection: string; readonly preview: string },
  ): Promise<KeptUndo | undefined> {
    if (!this.#hasWindow && script === undefined) return undefined;
    const folder = await this.#locate();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.sweep();
    const name = `undo-copy-of-data-${new Date().toISOString().slice(0, 10)}-${preview.slice(0, 8)}`;
    const write = async (extension: string, content: string): Promise<string> => {
      const file = path.join(folder, `${name}.${extension}`);
      await writeFile(file, content, { mode: 0o600, flag: 'wx' });
      return file;
    };
    const content = JSON.stringify(record);
    return {
      record: this.#hasWindow ? { file: await write('json', content), digest: undoDigest(content) } : undefined,
      script: script === undefined ? undefined : await write('sql', scriptText(script, connection, preview)),
    };
  }

  /** Removes what is older than a day. */
  async sweep(): Promise<void> {
    const folder = await this.#locate();
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((one) => NAME.test(one))) {
      const file = path.join(folder, name);
      const at = (await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now();
      if (at < Date.now() - KEPT_MS) await rm(file, { force: true });
    }
  }
}

function scriptText({ rows, fires, file }: UndoScript, connection: string, preview: string): string {
  const until = new Date(Date.now() + KEPT_MS).toISOString();
  const head = [
    `A COPY OF DATA: the ${String(rows)} rows as they were before write ${preview.slice(0, 8)}. This file is deleted after ${until}.`,
    `To restore them, run the whole file on the connection ${JSON.stringify(connection)}; that is a write like any other.`,
    'It sets the session variables that it needs (time zone, SQL mode, character set, autocommit), and restores them at the end.',
    'Its UPDATE and DELETE statements skip rows that have changed since.',
    ...(fires.length === 0 ? [] : [`Running it fires triggers, which may change the rows again, and more: ${fires.join(', ')}.`]),
  ];
  const comments = head.map((line) => `-- ${line.replaceAll(/[\r\n]/g, ' ')}\n`).join('');
  return `${comments}\n${file}`;
}
