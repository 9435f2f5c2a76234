import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { Disposable } from '../base/disposable.ts';
import { positionOf } from './position.ts';
import { ProfileFiles, type Change } from './profileFiles.ts';
import { showWarning } from '../ui/dialogs.ts';

/** Several files change together when another window writes; one event is enough for all of them. */
const DEBOUNCE_MS = 50;

/**
 * The saved connections: one file for each, in the extension's global storage, shared by all windows of this machine.
 *
 * Not `globalState`: that is one value which every window rewrites whole, so of two windows that add at the same moment one
 * loses. A file of its own cannot be lost to another's, its rename is atomic, and the folder can be watched.
 */
export class ProfileStore extends Disposable {
  readonly #files: ProfileFiles;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly #told = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** Fires after any change, from this window or another. */
  readonly onDidChange = this.#changed.event;

  constructor(globalStorage: vscode.Uri, log: vscode.LogOutputChannel) {
    super();
    this.#files = new ProfileFiles(path.join(globalStorage.fsPath, 'connections'));
    this.#log = log;
    this.#watch().catch((error: unknown) => {
      log.error("Changes from other windows won't be shown: the connections folder can't be watched.", error);
    });
  }

  /** All connections in their order, each with a name of its own. A file that cannot be read is left alone and logged. */
  async list(): Promise<ConnectionProfile[]> {
    const read = await Promise.all((await this.#files.names()).map((name) => this.#read(name)));
    const sorted = read.filter((profile) => profile !== undefined).sort(byPosition);
    return withUniqueNames(sorted);
  }

  async get(id: string): Promise<ConnectionProfile | undefined> {
    return (await this.list()).find((profile) => profile.id === id);
  }

  async add(profile: ConnectionProfile): Promise<void> {
    await this.#files.add(profile);
    this.#fireSoon();
  }

  /**
   * Changes what is stored now, and no other field of it; `change` sees what that is. Throws `connection.unknown` where the connection is gone: nothing is saved again that was
   * removed.
   */
  async update(id: string, change: Partial<ConnectionProfile> | Change): Promise<ConnectionProfile> {
    const saved = await this.#files.update(id, typeof change === 'function' ? change : () => change);
    this.#fireSoon();
    if (saved !== undefined) return saved;
    throw new PilotError('connection.unknown', vscode.l10n.t('The connection was removed. Nothing was saved.'), {
      nextStep: vscode.l10n.t('Select another connection.'),
    });
  }

  async remove(id: string): Promise<void> {
    await this.#files.remove(id);
    this.#fireSoon();
  }

  async #read(name: string): Promise<ConnectionProfile | undefined> {
    const read = await this.#files.read(name);
    if (read === undefined) return undefined;
    if ('profile' in read) return read.profile;
    if ('newer' in read) this.#tellNewer(name);
    else this.#log.warn(`The connection file ${name} can't be read and was ignored.`, read.error);
    return undefined;
  }

  /** Once for each window and file. */
  #tellNewer(name: string): void {
    if (this.#told.has(name)) return;
    this.#told.add(name);
    this.#log.warn(`The connection file ${name} is for a later version of MySQL Pilot and was ignored.`);
    void showWarning(
      vscode.l10n.t(
        "This connection has restrictions that only a later version of MySQL Pilot enforces, so this version can't use it. Its settings are kept. To use the connection, update the extension.",
      ),
    );
  }

  async #watch(): Promise<void> {
    await mkdir(this.#files.folder, { recursive: true });
    if (this.disposed) return;
    const watcher: FSWatcher = watch(this.#files.folder, () => {
      this.#fireSoon();
    });
    watcher.on('error', (error) => {
      this.#log.error('Changes from other windows are no longer shown.', error);
    });
    this.register({
      dispose: () => {
        watcher.close();
        clearTimeout(this.#timer);
      },
    });
  }

  #fireSoon(): void {
    clearTimeout(this.#timer);
    if (this.disposed) return;
    this.#timer = setTimeout(() => {
      this.#changed.fire();
    }, DEBOUNCE_MS);
  }
}

function byPosition(a: ConnectionProfile, b: ConnectionProfile): number {
  return positionOf(a) - positionOf(b) || a.id.localeCompare(b.id);
}

/** Two windows may choose the same name at the same moment. Agents call connections by name, so the later one is numbered, the same way everywhere. */
function withUniqueNames(profiles: readonly ConnectionProfile[]): ConnectionProfile[] {
  const taken = new Set<string>();
  return profiles.map((profile) => {
    const name = uniqueName(profile.name, taken);
    taken.add(name.toLowerCase());
    return { ...profile, name };
  });
}

/** `base`, or `base 2` and so on where that is taken; `taken` is in lower case, because letter case does not tell names apart. */
export function uniqueName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${base} ${String(i)}`;
  return name;
}
