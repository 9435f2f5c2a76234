import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { SchemaTree } from '../tree/schemaTree.ts';
import type { TreeNode } from '../tree/nodes.ts';
import { addConnection, confirmForeignUrl } from './addConnection.ts';
import type { FormPanel } from '../forms/formPanel.ts';
import { FormsByConnection } from '../forms/formsByConnection.ts';
import type { FormSubject } from './form/connectionForm.ts';
import type { CommandTools } from './commandTools.ts';
import { registerPolicyCommands } from './policyCommands.ts';
import { uniqueName, type ProfileStore } from './profileStore.ts';
import type { SecretVault } from './secretVault.ts';
import { askText } from '../ui/picks.ts';
import { confirm } from '../ui/dialogs.ts';
import { isPrintableLine } from '../../engine/driver/printableLine.ts';
import { MAX_NAME } from './nameLimits.ts';

export interface CommandDependencies {
  readonly tools: CommandTools;
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly databases: DatabaseCache;
  readonly tree: SchemaTree;
  readonly log: vscode.LogOutputChannel;
  readonly extension: vscode.Uri;
}

/** Registers the commands about connections. From the palette they ask which connection is meant; from the tree they get its node. */
export function registerConnectionCommands(parts: CommandDependencies): vscode.Disposable {
  const { tools, profiles, secrets, databases, tree, log } = parts;
  const register = tools.register.bind(tools);
  const choose = tools.choose.bind(tools);

  return vscode.Disposable.from(
    registerPolicyCommands(tools, profiles, databases, tree),

    register(
      'addConnection',
      async (url) => {
        const given = typeof url === 'string' ? url : undefined;
        if (given !== undefined && !(await confirmForeignUrl(given))) return undefined;
        const added = await addConnection(profiles, secrets, log, given);
        if (added !== 'form') return added?.id;
        await open(parts, NEW);
        return undefined;
      },
      isShortText,
    ),

    registerForms(parts),

    register('removeConnection', async (argument) => {
      const profile = await choose(argument, vscode.l10n.t('Remove connection'));
      if (profile === undefined) return;
      const remove = vscode.l10n.t('Remove');
      const detail = vscode.l10n.t('The connection and its stored password are deleted from VS Code. Nothing changes on the server.');
      const safe = vscode.l10n.t('Keep Connection');
      if (!(await confirm(vscode.l10n.t('Remove "{0}"?', profile.name), { safe, action: remove, detail: [detail] }))) return;
      await profiles.remove(profile.id);
      await secrets.remove(profile.id);
      databases.forget(profile.id);
    }),

    register('renameConnection', async (argument) => {
      const profile = await choose(argument, vscode.l10n.t('Rename connection'));
      if (profile === undefined) return;
      const others = (await profiles.list()).filter(({ id }) => id !== profile.id).map(({ name }) => name.toLowerCase());
      const name = await askText({
        title: vscode.l10n.t('Rename "{0}"', profile.name),
        value: profile.name,
        validateInput: (text) => {
          if (text.trim() === '') return vscode.l10n.t("The name can't be empty.");
          if (!isPrintableLine(text.trim())) return vscode.l10n.t('The name must be one line of printable characters.');
          if (text.trim().length > MAX_NAME) return vscode.l10n.t("The name can't be longer than {0} characters.", MAX_NAME);
          return others.includes(text.trim().toLowerCase()) ? vscode.l10n.t('Another connection has this name.') : undefined;
        },
      });
      if (name !== undefined) await profiles.update(profile.id, { name: name.trim() });
    }),

    register('enterPassword', async (argument) => {
      const profile = await choose(argument, vscode.l10n.t('Enter password'));
      if (profile === undefined) return;
      if (!(await secrets.change(profile, () => tools.saveChoice(profile, {})))) return;
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

/** One form for each connection at a time; new ones as many as are wanted. */
function registerForms(parts: CommandDependencies): vscode.Disposable {
  const { tools, secrets } = parts;
  const forms = new FormsByConnection();
  return vscode.Disposable.from(
    tools.register('addConnectionForm', async () => {
      await open(parts, NEW);
    }),
    tools.register('editConnection', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Edit connection'));
      if (profile === undefined) return;
      await forms.show(profile.id, async () => open(parts, { id: profile.id, before: profile, secret: await secrets.adopt(profile.id) }));
    }),
    tools.register('duplicateConnection', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Duplicate connection'));
      if (profile === undefined) return;
      const { id, createdAt: _, position: __, ...before } = profile;
      const names = new Set((await parts.profiles.list()).map(({ name }) => name.toLowerCase()));
      await open(parts, {
        id: undefined,
        before: { ...before, name: uniqueName(profile.name, names) },
        secret: await secrets.adopt(id),
      });
    }),
  );
}

/** An address that another program gives. */
function isShortText(argument: unknown): boolean {
  return typeof argument === 'string' && argument.length <= 2000;
}

const NEW: FormSubject = { id: undefined, before: {}, secret: undefined };

/** Forms are loaded with the first of them. */
async function open(parts: CommandDependencies, subject: FormSubject): Promise<FormPanel> {
  const { openConnectionForm } = await import('./form/connectionForm.ts');
  return openConnectionForm(parts, subject);
}
