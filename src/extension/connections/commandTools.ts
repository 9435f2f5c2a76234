import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { describeError, PilotError, toPilotError } from '../../engine/errors.ts';
import type { TreeNode } from '../tree/nodes.ts';
import type { ProfileStore } from './profileStore.ts';

/** As many as a report tells of. */
const KEPT_ERRORS = 10;

/** What all commands about connections share: failures are told, and the palette asks which connection is meant. */
export class CommandTools {
  readonly #profiles: ProfileStore;
  readonly #log: vscode.LogOutputChannel;
  readonly #errors: string[] = [];

  constructor(profiles: ProfileStore, log: vscode.LogOutputChannel) {
    this.#profiles = profiles;
    this.#log = log;
  }

  /** Codes of the last errors, the newest last. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** Registers `mysqlPilot.<id>`. */
  register(id: string, run: (...given: readonly unknown[]) => Promise<unknown>): vscode.Disposable {
    return vscode.commands.registerCommand(`mysqlPilot.${id}`, async (...given: readonly unknown[]) => {
      try {
        return await run(...given);
      } catch (error) {
        this.#errors.push(toPilotError(error).code);
        if (this.#errors.length > KEPT_ERRORS) this.#errors.shift();
        this.#log.error(`${id} failed`, error instanceof Error ? error.message : String(error));
        void vscode.window.showErrorMessage(describeError(error));
        return undefined;
      }
    });
  }

  /** A connection as it is saved now: nodes and results hold what it was when they were made, and may not go by limits of then. Throws `connection.unknown`. */
  async current({ id, name }: ConnectionProfile): Promise<ConnectionProfile> {
    const profile = await this.#profiles.get(id);
    if (profile !== undefined) return profile;
    throw new PilotError('connection.unknown', vscode.l10n.t('The connection "{0}" was removed.', name), {
      nextStep: vscode.l10n.t('Choose another connection.'),
    });
  }

  /** The connection of the tree's node, as it is saved now; without a node the user chooses. */
  async choose(argument: unknown, title: string): Promise<ConnectionProfile | undefined> {
    const node = argument as Partial<TreeNode> | undefined;
    if (node?.kind === 'connection' && node.profile !== undefined) return (await this.#profiles.get(node.profile.id)) ?? node.profile;
    const items = (await this.#profiles.list()).map((profile) => ({
      label: profile.name,
      description: `${profile.user}@${profile.host}`,
      profile,
    }));
    return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Choose a connection') }))?.profile;
  }
}
