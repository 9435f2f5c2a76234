import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../base/disposable.ts';
import type { ExecutionTarget } from '../results/resultTabs.ts';
import { pick, pickChange, type PickItem } from '../ui/picks.ts';
import { below } from './uriBelow.ts';

/** Languages whose files are SQL files. */
export const SQL_LANGUAGES: readonly string[] = ['sql', 'mysql'];

const KEY = 'mysqlPilot.editorPlaces';
/** The places of older files are forgotten. */
const MAX_REMEMBERED = 300;

interface Remembered {
  readonly connection: string;
  /** Undefined where nobody has chosen one: then it is the connection's default. */
  readonly database: string | undefined;
}

/** Where the statements of each SQL file run: remembered for the workspace, by the file. */
export class EditorConnections extends Disposable {
  readonly #state: vscode.Memento;
  readonly #profiles: ProfileStore;
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());

  readonly onDidChange = this.#changed.event;

  constructor(state: vscode.Memento, profiles: ProfileStore) {
    super();
    this.#state = state;
    this.#profiles = profiles;
  }

  /** Undefined where none was chosen, or its connection is gone. */
  async get(file: vscode.Uri): Promise<ExecutionTarget | undefined> {
    const remembered = this.#all()[file.toString()];
    if (remembered === undefined) return undefined;
    const profile = await this.#profiles.get(remembered.connection);
    return profile === undefined ? undefined : { profile, database: remembered.database ?? profile.database };
  }

  /** True where the person, or their USE, has chosen the database of the file. */
  hasDatabase(file: vscode.Uri): boolean {
    return this.#all()[file.toString()]?.database !== undefined;
  }

  /** The place of the file; without one the only connection, if there is only one. */
  async likely(file: vscode.Uri): Promise<ExecutionTarget | undefined> {
    const known = await this.get(file);
    if (known !== undefined) return known;
    const [only, second] = await this.#profiles.list();
    return only === undefined || second !== undefined ? undefined : { profile: only, database: only.database };
  }

  async set(file: vscode.Uri, { profile, database }: ExecutionTarget): Promise<void> {
    const { [file.toString()]: _before, ...others } = this.#all();
    const kept = Object.entries(others).slice(-MAX_REMEMBERED);
    const remembered: Remembered = { connection: profile.id, database };
    await this.#state.update(KEY, Object.fromEntries([...kept, [file.toString(), remembered]]));
    this.#changed.fire(file);
  }

  /** What was chosen for a file, or for all files in a folder, holds under its new name. */
  async move(from: vscode.Uri, to: vscode.Uri): Promise<void> {
    const moved = Object.entries(this.#all()).map(([file, remembered]): [string, Remembered] => {
      const rest = below(vscode.Uri.parse(file), from);
      return [rest === undefined ? file : to.with({ path: to.path + rest }).toString(), remembered];
    });
    await this.#state.update(KEY, Object.fromEntries(moved));
    this.#changed.fire(to);
  }

  /** An untitled document that is closed is gone; the next one of its name is another. */
  async forget(file: vscode.Uri): Promise<void> {
    const { [file.toString()]: gone, ...others } = this.#all();
    if (gone === undefined) return;
    await this.#state.update(KEY, others);
    this.#changed.fire(file);
  }

  /** Forgets untitled documents that the window before had, and this one has not. */
  async forgetUntitled(open: readonly vscode.Uri[]): Promise<void> {
    const names = new Set(open.map((file) => file.toString()));
    const kept = Object.entries(this.#all()).filter(([file]) => !file.startsWith('untitled:') || names.has(file));
    await this.#state.update(KEY, Object.fromEntries(kept));
  }

  /** The place of the file; without one the only connection, else the user chooses. */
  async require(file: vscode.Uri, cancel = vscode.l10n.t("Don't Run")): Promise<ExecutionTarget | undefined> {
    const known = await this.get(file);
    if (known !== undefined) return known;
    const likely = await this.likely(file);
    const profile = likely?.profile ?? (await pickProfile(await this.#profiles.list(), cancel));
    if (profile === undefined) return undefined;
    await this.set(file, { profile, database: undefined });
    return { profile, database: profile.database };
  }

  #all(): Readonly<Record<string, Remembered>> {
    return this.#state.get<Readonly<Record<string, Remembered>>>(KEY, {});
  }
}

/** Asks for one of the connections; with none saved, offers to add one. `keep`: what Enter picks, where something would run on what it picks. */
export async function pickProfile(profiles: readonly ConnectionProfile[], keep?: string): Promise<ConnectionProfile | undefined> {
  const add: PickItem & { profile?: ConnectionProfile } = { icon: 'add', label: vscode.l10n.t('Add Connection…') };
  const items = profiles.map((profile) => ({ label: profile.name, description: `${profile.user}@${profile.host}`, profile }));
  const options = { title: vscode.l10n.t('Run on connection'), placeHolder: vscode.l10n.t('Select a connection') };
  const all = [...items, add];
  const picked = await (keep === undefined || profiles.length === 0 ? pick(all, options) : pickChange(all, { ...options, keep }));
  if (picked === add) await vscode.commands.executeCommand('mysqlPilot.addConnection');
  return picked?.profile;
}
