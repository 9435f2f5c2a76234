import * as vscode from 'vscode';
import { rightsKey, serverKey, type ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError, toPilotError } from '../../engine/errors.ts';
import type { TreeNode } from '../tree/nodes.ts';
import type { ProfileStore } from './profileStore.ts';
import { showError } from '../ui/dialogs.ts';
import { duringGesture } from '../ui/gestures.ts';
import { errorText } from '../messages/errorText.ts';
import { pick } from '../ui/picks.ts';
import { type OwnArguments } from './ownArguments.ts';

/** As many as a report tells of. */
const KEPT_ERRORS = 10;

/** What all commands about connections share: failures are told, and the palette asks which connection is meant. */
export class CommandTools {
  readonly #profiles: ProfileStore;
  readonly #log: vscode.LogOutputChannel;
  readonly #errors: string[] = [];
  readonly own: OwnArguments;

  constructor(profiles: ProfileStore, log: vscode.LogOutputChannel, own: OwnArguments) {
    this.own = own;
    this.#profiles = profiles;
    this.#log = log;
  }

  /** Codes of the last errors, the newest last. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /**
   * Registers `mysqlPilot.<id>`. Anybody can call a command: other extensions, `tasks.json`, links. So `run` gets as many arguments as it declares, and only objects that we
   * gave to VS Code ourselves, except what `accepts` says of the first one; a call with anything else does nothing and is told.
   */
  register(
    id: string,
    run: (...given: readonly unknown[]) => Promise<unknown>,
    accepts: (argument: unknown) => boolean = () => false,
  ): vscode.Disposable {
    return vscode.commands.registerCommand(`mysqlPilot.${id}`, async (...given: readonly unknown[]) => {
      try {
        const taken = given.slice(0, run.length);
        const [first] = taken;
        if (first !== undefined && first !== null && !this.own.isOwn(first) && !accepts(first)) throw foreignArguments();
        const passed = taken.map((argument) => (argument === first || this.own.isOwn(argument) ? argument : undefined));
        return await duringGesture(() => run(...passed));
      } catch (error) {
        this.#errors.push(toPilotError(error).code);
        if (this.#errors.length > KEPT_ERRORS) this.#errors.shift();
        this.#log.error(`${id} failed`, error);
        void showError(errorText(error));
        return undefined;
      }
    });
  }

  /** The node that a command of the tree is called with, which is of one of these kinds. Throws where there is none. */
  node<K extends TreeNode['kind']>(argument: unknown, ...kinds: readonly K[]): Extract<TreeNode, { kind: K }> {
    const node = this.shown(argument as TreeNode | undefined);
    if (kinds.some((kind) => kind === node.kind)) return node as Extract<TreeNode, { kind: K }>;
    throw foreignArguments();
  }

  /** What a view shows in the row that a command is called with. VS Code hands on nothing where it was drawing the view anew at the click: a click may not do nothing unsaid. */
  shown<T>(argument: T | null | undefined): T {
    if (argument !== undefined && argument !== null) return argument;
    throw new PilotError(
      'input.invalid',
      vscode.l10n.t('Nothing was done, because the view was being updated or no object was selected.'),
      {
        nextStep: vscode.l10n.t("Try again from the object's context menu."),
      },
    );
  }

  /** A connection as it is saved now: nodes and results hold what it was when they were made, and may not go by limits of then. Throws `connection.unknown`. */
  async current({ id, name }: ConnectionProfile): Promise<ConnectionProfile> {
    const profile = await this.#profiles.get(id);
    if (profile !== undefined) return profile;
    throw new PilotError('connection.unknown', vscode.l10n.t('The connection "{0}" was removed.', name), {
      nextStep: vscode.l10n.t('Select another connection.'),
    });
  }

  /** The same for what was read there: throws where the connection leads to another server, or another account, since. */
  async sameServer(read: ConnectionProfile): Promise<ConnectionProfile> {
    const profile = await this.current(read);
    if (serverKey(profile) === serverKey(read)) return profile;
    throw new PilotError(
      'connection.unknown',
      vscode.l10n.t('"{0}" no longer connects to the server that these rows came from.', profile.name),
      {
        nextStep: vscode.l10n.t('Run the statement again.'),
      },
    );
  }

  /** Throws where the rights on a connection are not those that a person was asked with: they may have been narrowed while the question stood. */
  readonly stillAsConfirmed = async (asked: ConnectionProfile): Promise<void> => {
    if (rightsKey(await this.current(asked)) === rightsKey(asked)) return;
    throw new PilotError(
      'connection.unknown',
      vscode.l10n.t('The connection "{0}" was changed. The remaining statements weren\'t run.', asked.name),
      {
        nextStep: vscode.l10n.t('Check the connection, then run the statement again.'),
      },
    );
  };

  /**
   * Saves what a person has chosen. Throws where the rights on the connection are no longer those that the list showed them: what another window has narrowed meanwhile would be
   * widened again without anybody's knowing.
   */
  async saveChoice(asked: ConnectionProfile, change: Partial<ConnectionProfile>): Promise<void> {
    await this.#profiles.update(asked.id, (now) => {
      if (rightsKey(now) === rightsKey(asked)) return change;
      throw new PilotError(
        'connection.unknown',
        vscode.l10n.t('The connection "{0}" was changed elsewhere. Nothing was saved.', asked.name),
        {
          nextStep: vscode.l10n.t('Run the command again to see the current settings.'),
        },
      );
    });
  }

  /** The connection of the tree's node, as it is saved now; without a node the user chooses. */
  async choose(argument: unknown, title: string): Promise<ConnectionProfile | undefined> {
    const node = argument as Partial<TreeNode> | undefined;
    if (node?.kind === 'connection' && node.profile !== undefined) return this.current(node.profile);
    const items = (await this.#profiles.list()).map((profile) => ({
      label: profile.name,
      description: `${profile.user}@${profile.host}`,
      profile,
    }));
    return (await pick(items, { title, placeHolder: vscode.l10n.t('Select a connection') }))?.profile;
  }
}

function foreignArguments(): PilotError {
  return new PilotError('input.invalid', vscode.l10n.t('A MySQL Pilot command was called with invalid arguments. Nothing was done.'), {
    nextStep: vscode.l10n.t('Use the MySQL Pilot views and menus, or the Command Palette.'),
  });
}
