import { randomUUID } from 'node:crypto';
import { readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { toPrintableLine } from '../../engine/driver/printableLine.ts';
import { withFileLock } from '../files/fileLock.ts';
import { readProfileFile, writeProfileFile, type Form } from './profileFile.ts';

/** With the first profile and not with the extension: the schema library takes 10 ms to load. */
const loadSchema = () => import('../../engine/driver/profileSchema.ts');

export type ReadProfile =
  | { readonly profile: ConnectionProfile }
  /** For a later version of ours. */
  | { readonly newer: true }
  | { readonly error: unknown };

/** What is to change; undefined for nothing. */
export type Change = (now: ConnectionProfile) => Partial<ConnectionProfile> | undefined;

/** The files of connections in a folder that several windows, which are several processes, write to. */
export class ProfileFiles {
  readonly folder: string;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(folder: string) {
    this.folder = folder;
  }

  async names(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => name.endsWith('.json'));
  }

  async read(name: string): Promise<ReadProfile | undefined> {
    try {
      const { ConnectionProfileSchema } = await loadSchema();
      const form = readProfileFile(await readFile(path.join(this.folder, name), 'utf8'));
      return form === undefined ? { newer: true } : { profile: ConnectionProfileSchema.parse(printable(form)) };
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { error };
    }
  }

  async add(profile: ConnectionProfile): Promise<void> {
    await this.#inTurn(profile.id, () => this.#write(profile));
  }

  /**
   * Changes what is stored now, and nothing else of it: what another command or window has changed meanwhile stays. Resolves to what is stored then; to undefined where the
   * connection is gone.
   */
  async update(id: string, change: Change): Promise<ConnectionProfile | undefined> {
    return this.#inTurn(id, async () => {
      const stored = await this.read(fileName(id));
      if (stored === undefined || !('profile' in stored)) return undefined;
      const changed = change(stored.profile);
      if (changed === undefined) return stored.profile;
      const profile = { ...stored.profile, ...changed, id };
      await this.#write(profile);
      return profile;
    });
  }

  async remove(id: string): Promise<void> {
    await this.#inTurn(id, () => rm(path.join(this.folder, fileName(id)), { force: true }));
  }

  async #write(profile: ConnectionProfile): Promise<void> {
    const { ConnectionProfileSchema } = await loadSchema();
    const file = path.join(this.folder, fileName(profile.id));
    const previous = await readFile(file, 'utf8').catch(undefinedIfGone);
    const temporary = path.join(this.folder, `${profile.id}.${randomUUID()}.tmp`);
    const form = ConnectionProfileSchema.parse(profile) as unknown as Form;
    await writeFile(temporary, writeProfileFile(form, previous), { mode: 0o600 });
    await rename(temporary, file);
  }

  /** One writer at a time: in this process by a queue, among processes by a file that only one can make. */
  #inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(id) ?? Promise.resolve()).then(() => withFileLock(path.join(this.folder, `${id}.lock`), work));
    const settled = turn.catch(() => undefined);
    this.#turns.set(id, settled);
    void settled.then(() => {
      if (this.#turns.get(id) === settled) this.#turns.delete(id);
    });
    return turn;
  }
}

function fileName(id: string): string {
  return `${id}.json`;
}

/** Names of files from before they were checked. */
function printable(form: Form): Form {
  const { name, group } = form;
  return {
    ...form,
    ...(typeof name === 'string' ? { name: toPrintableLine(name, 'MySQL') } : {}),
    ...(typeof group === 'string' ? { group: toPrintableLine(group, 'MySQL', 100) } : {}),
  };
}

function undefinedIfGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
