import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { describeError } from '../../engine/errors.ts';
import type { SchemaTree } from '../tree/schemaTree.ts';
import type { TreeNode } from '../tree/nodes.ts';
import { addConnection } from './addConnection.ts';
import type { ProfileStore } from './profileStore.ts';
import type { SecretVault } from './secretVault.ts';

export interface CommandDependencies {
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly databases: DatabaseCache;
  readonly tree: SchemaTree;
  readonly log: vscode.LogOutputChannel;
}

/** Registers the commands about connections. From the palette they ask which connection is meant; from the tree they get its node. */
export function registerConnectionCommands({ profiles, secrets, databases, tree, log }: CommandDependencies): vscode.Disposable {
  const register = (id: string, run: (argument?: unknown) => Promise<unknown>): vscode.Disposable =>
    vscode.commands.registerCommand(`mysqlPilot.${id}`, async (argument?: unknown) => {
      try {
        return await run(argument);
      } catch (error) {
        log.error(`${id} failed`, error instanceof Error ? error.message : String(error));
        void vscode.window.showErrorMessage(describeError(error));
        return undefined;
      }
    });

  const choose = async (argument: unknown, title: string): Promise<ConnectionProfile | undefined> => {
    const node = argument as Partial<TreeNode> | undefined;
    if (node?.kind === 'connection' && node.profile !== undefined) return node.profile;
    const items = (await profiles.list()).map((profile) => ({
      label: profile.name,
      description: `${profile.user}@${profile.host}`,
      profile,
    }));
    return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Choose a connection') }))?.profile;
  };

  return vscode.Disposable.from(
    register('addConnection', async (url) => (await addConnection(profiles, secrets, log, typeof url === 'string' ? url : undefined))?.id),

    register('removeConnection', async (argument) => {
      const profile = await choose(argument, vscode.l10n.t('Remove connection'));
      if (profile === undefined) return;
      const remove = vscode.l10n.t('Remove');
      const detail = vscode.l10n.t('The connection and its stored password are deleted here. Nothing changes on the server.');
      if (
        (await vscode.window.showWarningMessage(vscode.l10n.t('Remove "{0}"?', profile.name), { modal: true, detail }, remove)) !== remove
      )
        return;
      await profiles.remove(profile.id);
      await secrets.remove(profile.id);
      databases.forget(profile.id);
    }),

    register('renameConnection', async (argument) => {
      const profile = await choose(argument, vscode.l10n.t('Rename connection'));
      if (profile === undefined) return;
      const others = (await profiles.list()).filter(({ id }) => id !== profile.id).map(({ name }) => name.toLowerCase());
      const name = await vscode.window.showInputBox({
        title: vscode.l10n.t('Rename "{0}"', profile.name),
        value: profile.name,
        validateInput: (text) => {
          if (text.trim() === '') return vscode.l10n.t('The name cannot be empty.');
          if (text.trim().length > 200) return vscode.l10n.t('The name is too long.');
          return others.includes(text.trim().toLowerCase()) ? vscode.l10n.t('Another connection has this name.') : undefined;
        },
      });
      if (name !== undefined) await profiles.save({ ...profile, name: name.trim() });
    }),

    register('enterPassword', async (argument) => {
      const profile = await choose(argument, vscode.l10n.t('Enter password'));
      if (profile === undefined) return;
      await secrets.ask(profile);
      databases.forget(profile.id);
      tree.refresh();
    }),

    register('refresh', (argument) => {
      tree.refresh(argument as TreeNode | undefined);
      return Promise.resolve();
    }),

    register('showLog', () => {
      log.show();
      return Promise.resolve();
    }),
  );
}
