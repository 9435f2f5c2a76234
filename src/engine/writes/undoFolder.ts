import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UndoScript } from './undoScript.ts';

/** A copy of data lies around no longer than somebody may miss it. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Its name beside the other folders. */
export const UNDO_FOLDER = 'undo';
const NAME = /^undo-copy-of-data-[\w-]+\.sql$/;

/** Scripts that bring changed rows back. They hold those rows, so they are for the user alone and go after a day. */
export class UndoFolder {
  readonly #locate: () => Promise<string>;

  /** `locate` names the folder; it need not be there yet. */
  constructor(locate: () => Promise<string>) {
    this.#locate = locate;
  }

  /** Resolves to the path of the file. */
  async keep(script: UndoScript, { connection, preview }: { readonly connection: string; readonly preview: string }): Promise<string> {
    const folder = await this.#locate();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.sweep();
    const until = new Date(Date.now() + KEPT_MS).toISOString();
    const head = [
      `A COPY OF DATA: the ${String(script.rows)} rows as they were before write ${preview.slice(0, 8)}. This file is removed after ${until}.`,
      `To bring them back, run the whole file on the connection ${JSON.stringify(connection)}; that is a write like any other.`,
      'It sets the session that it needs (time zone, SQL mode, character set, autocommit), and puts it back at its end.',
      'An UPDATE in it leaves a row alone that was changed again since.',
      ...(script.fires.length === 0
        ? []
        : [`Running it fires triggers, which may change the rows again, and more: ${script.fires.join(', ')}.`]),
      ...(script.leavesOut.length === 0 ? [] : [`Not brought back is what else was changed: ${script.leavesOut.join(', ')}.`]),
    ];
    const day = new Date().toISOString().slice(0, 10);
    const file = path.join(folder, `undo-copy-of-data-${day}-${preview.slice(0, 8)}.sql`);
    const comments = head.map((line) => `-- ${line.replaceAll(/[\r\n]/g, ' ')}\n`).join('');
    await writeFile(file, `${comments}\n${script.file ?? script.sql}`, { mode: 0o600, flag: 'wx' });
    return file;
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
