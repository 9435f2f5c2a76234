import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { ACCESS_MODES, WRITE_CLASSES, type AccessMode, type WriteAccess, type WriteClass } from '../../engine/sql/statementClasses.ts';
import { accessTo } from '../../engine/policy/access.ts';
import { FormsByConnection } from '../forms/formsByConnection.ts';
import type { ProfileStore } from './profileStore.ts';
import type { ProtectionParts } from './protection/openProtection.ts';
import { pickVisibility } from './visibilityPick.ts';
import { KEPT, pick, pickChange, pickOrKeep, type PickItem } from '../ui/picks.ts';
import { confirm } from '../ui/dialogs.ts';

type Access = Pick<ConnectionProfile, 'writes' | 'unattendedProduction' | 'dryRunOnProduction'>;

const NOTHING: Access = { writes: undefined, unattendedProduction: undefined, dryRunOnProduction: undefined };

/** *Agent Permissions…*: the one place where that is widened; no agent reaches it. */
export function registerAccessCommand(parts: ProtectionParts & { readonly profiles: ProfileStore }): vscode.Disposable {
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

function registerSetAccess(parts: ProtectionParts & { readonly profiles: ProfileStore }): vscode.Disposable {
  const { tools, profiles } = parts;
  const forms = new FormsByConnection();
  return tools.register('setAccess', async (argument) => {
    const profile = await tools.choose(argument, vscode.l10n.t('Agent permissions'));
    if (profile === undefined) return;
    const agents = await pickVisibility(profile);
    if (agents === undefined) return;
    if (agents === 'rules') {
      await forms.show(profile.id, async () => (await import('./protection/openProtection.ts')).openProtection(parts, profile));
      return;
    }
    if (agents !== 'data') {
      // Whoever shows rows again is asked again what agents may change.
      const less = { agents, ...NOTHING };
      await (agents === 'none' ? profiles.update(profile.id, less) : tools.saveChoice(profile, less));
      return;
    }
    const access = await pickAccess(profile);
    if (access !== undefined) await tools.saveChoice(profile, { agents: undefined, ...(access === KEPT ? {} : access) });
  });
}

function className(one: WriteClass): string {
  switch (one) {
    case 'insert':
      return vscode.l10n.t('Insert rows');
    case 'update':
      return vscode.l10n.t('Update rows');
    case 'delete':
      return vscode.l10n.t('Delete rows');
    case 'ddl':
      return vscode.l10n.t('Create, alter, and drop objects');
    case 'call':
      return vscode.l10n.t('Call procedures');
    case 'administration':
      return vscode.l10n.t('Administer the server');
  }
}

/** The same in the middle of a sentence. One of them has commas, so a semicolon parts them. */
export function classNames(classes: readonly WriteClass[]): string {
  return classes.map(classAction).join('; ');
}

function classAction(one: WriteClass): string {
  switch (one) {
    case 'insert':
      return vscode.l10n.t('insert rows');
    case 'update':
      return vscode.l10n.t('update rows');
    case 'delete':
      return vscode.l10n.t('delete rows');
    case 'ddl':
      return vscode.l10n.t('create, alter, and drop objects');
    case 'call':
      return vscode.l10n.t('call procedures');
    case 'administration':
      return vscode.l10n.t('administer the server');
  }
}

function modeName(mode: AccessMode): string {
  switch (mode) {
    case 'readOnly':
      return vscode.l10n.t('never');
    case 'ask':
      return vscode.l10n.t('with my approval');
    case 'allow':
      return vscode.l10n.t('without asking');
  }
}

type Choice =
  | { readonly access: Access }
  | { readonly one: WriteClass }
  | { readonly done: true }
  | { readonly toggle: 'unattendedProduction' | 'dryRunOnProduction' };

/** Presets first, then each class by itself until the user is done. */
async function pickAccess(profile: ConnectionProfile): Promise<Access | typeof KEPT | undefined> {
  const all = (mode: AccessMode, classes: readonly WriteClass[] = WRITE_CLASSES): WriteAccess =>
    Object.fromEntries(classes.map((one) => [one, mode]));
  const title = vscode.l10n.t('What agents can change on "{0}"', profile.name);
  const rest = { unattendedProduction: undefined, dryRunOnProduction: profile.dryRunOnProduction };
  const presets: (PickItem & { readonly access?: Access })[] = [
    {
      icon: 'lock',
      label: vscode.l10n.t('Nothing'),
      detail: vscode.l10n.t('Agents can only read.'),
      access: NOTHING,
    },
    {
      icon: 'question',
      label: vscode.l10n.t('Rows, with my approval'),
      detail: vscode.l10n.t('INSERT, UPDATE, and DELETE. You see the affected rows and decide each time.'),
      access: { writes: all('ask', ['insert', 'update', 'delete']), ...rest },
    },
    {
      icon: 'question',
      label: vscode.l10n.t('Everything, with my approval'),
      detail: vscode.l10n.t("Includes CREATE, ALTER, DROP, CALL, and administration statements, which can't be rolled back."),
      access: { writes: all('ask'), ...rest },
    },
    { icon: 'list-selection', label: vscode.l10n.t('Choose for Each Statement Type…') },
  ];
  const picked = await pickOrKeep(presets, {
    title,
    keep: vscode.l10n.t('Keep Current Setting'),
    placeHolder: vscode.l10n.t("Agents can't change this setting."),
  });
  if (picked === undefined || picked === KEPT) return picked;
  return picked.access ?? pickByClass(profile, title);
}

async function pickByClass(profile: ConnectionProfile, title: string): Promise<Access | undefined> {
  let access: Access = {
    writes: profile.writes,
    unattendedProduction: profile.unattendedProduction,
    dryRunOnProduction: profile.dryRunOnProduction,
  };
  const production = profile.environment === 'production';
  for (;;) {
    const rules = { ...access, environment: profile.environment };
    const items: (PickItem & Partial<{ choice: Choice }>)[] = [
      ...WRITE_CLASSES.map((one) => {
        const said = access.writes?.[one] ?? 'readOnly';
        const held = said !== accessTo(rules, one);
        const description = held ? vscode.l10n.t('{0}; always asks on production', modeName(said)) : modeName(said);
        return { label: className(one), description, choice: { one } };
      }),
      ...(production
        ? [
            {
              icon: 'flame',
              label: vscode.l10n.t('"Without asking" also applies to production'),
              description: access.unattendedProduction === true ? vscode.l10n.t('yes') : vscode.l10n.t('no'),
              choice: { toggle: 'unattendedProduction' } as const,
            },
            {
              icon: 'beaker',
              label: vscode.l10n.t('Allow dry runs on production (run the write, then roll it back)'),
              description: access.dryRunOnProduction === true ? vscode.l10n.t('yes') : vscode.l10n.t('no'),
              choice: { toggle: 'dryRunOnProduction' } as const,
            },
          ]
        : []),
      { icon: 'check', label: vscode.l10n.t('Save'), choice: { done: true } },
    ];
    const choice = (await pick(items, { title, placeHolder: vscode.l10n.t('Change permissions, then select Save') }))?.choice;
    if (choice === undefined) return undefined;
    if ('done' in choice) return access;
    if ('toggle' in choice) {
      const on = access[choice.toggle] !== true;
      if (on && choice.toggle === 'unattendedProduction' && !(await confirmUnattended(profile.name))) continue;
      access = { ...access, [choice.toggle]: on ? true : undefined };
    } else if ('one' in choice) {
      const modes = ACCESS_MODES.map((mode) => ({ label: modeName(mode), mode }));
      const mode = (await pick(modes, { title: `${title}: ${className(choice.one)}` }))?.mode;
      if (mode !== undefined) access = { ...access, writes: { ...access.writes, [choice.one]: mode === 'readOnly' ? undefined : mode } };
    }
  }
}

async function confirmUnattended(name: string): Promise<boolean> {
  const yes = vscode.l10n.t('Allow');
  const question = vscode.l10n.t('Allow agents to change production data on "{0}" without asking?', name);
  const detail = vscode.l10n.t(
    'Agents may follow instructions hidden in data or web pages, or make mistakes. You may not be able to undo committed changes.',
  );
  return confirm(question, { safe: vscode.l10n.t('Keep Asking'), action: yes, detail: [detail] });
}
