import * as vscode from 'vscode';
import { FormsByConnection } from '../forms/formsByConnection.ts';
import { pickChange } from '../ui/picks.ts';
import type { PermissionParts } from './permissions/openPermissions.ts';

/** Commands that say what is changed on a connection, and by whom. */
export function registerAccessCommand(parts: PermissionParts): vscode.Disposable {
  const { tools, profiles } = parts;
  return vscode.Disposable.from(
    tools.register('setReadOnly', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Read-only for everyone'));
      if (profile === undefined) return;
      const choices = [
        {
          icon: 'lock',
          label: vscode.l10n.t('Read-only for everyone'),
          detail: vscode.l10n.t('Neither you nor agents can change data on this connection.'),
          readOnly: true,
        },
        {
          icon: 'edit',
          label: vscode.l10n.t('You can change data'),
          detail: vscode.l10n.t('Agents can make only the changes that you allow with "Set Agent Permissions…".'),
          readOnly: undefined,
        },
      ];
      const choice = await pickChange(choices, {
        title: vscode.l10n.t('Who can change data on "{0}"?', profile.name),
        keep: vscode.l10n.t('Keep Current Setting'),
      });
      if (choice?.readOnly === true) await profiles.update(profile.id, { readOnly: true });
      else if (choice !== undefined) await tools.saveChoice(profile, { readOnly: undefined });
    }),
    registerSetAccess(parts),
  );
}

function registerSetAccess(parts: PermissionParts): vscode.Disposable {
  const forms = new FormsByConnection();
  return parts.tools.register('setAccess', async (argument) => {
    const profile = await parts.tools.choose(argument, vscode.l10n.t('Agent permissions'));
    if (profile === undefined) return;
    await forms.show(profile.id, async () => (await import('./permissions/openPermissions.ts')).openPermissions(parts, profile));
  });
}
