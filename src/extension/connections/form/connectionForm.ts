import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Secret } from '../../../broker/contracts.ts';
import type { DatabaseCache } from '../../../engine/connection/databaseCache.ts';
import type { ConnectionProfile, SshSecret } from '../../../engine/driver/profile.ts';
import type { FormValues } from '../../../webview/form/messages.ts';
import { FormPanel } from '../../forms/formPanel.ts';
import { confirmUnenforcedReadOnly } from '../policyCommands.ts';
import { uniqueName, type ProfileStore } from '../profileStore.ts';
import { sshSecretsOf, type SecretVault } from '../secretVault.ts';
import { testLogin, type Login } from '../testLogin.ts';
import { connectionForm, problemText } from './connectionFields.ts';
import { fieldsMeant, storesSsh, typedSecrets, type Typed } from './formSecrets.ts';
import { fromValues, mergeChanges, toValues, type Described } from './formValues.ts';
import { errorText } from '../../messages/errorText.ts';
import { confirm } from '../../ui/dialogs.ts';

export interface ConnectionFormParts {
  readonly extension: vscode.Uri;
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly databases: DatabaseCache;
  readonly log: vscode.LogOutputChannel;
}

export interface FormSubject {
  /** The connection that is changed; undefined for a new one. */
  readonly id: string | undefined;
  readonly before: Partial<ConnectionProfile>;
  /** What is stored: kept where nothing is typed. */
  readonly secret: Secret | undefined;
}

/** Opens the form of a connection: a new one, or one to change. Nothing is saved before *Save*. */
export function openConnectionForm(parts: ConnectionFormParts, { id, before, secret }: FormSubject): FormPanel {
  const { extension, profiles, secrets, databases, log } = parts;
  let accepted = before;
  /** What the form was filled with: what differs from it was changed by the person. */
  const accountedFor = fromValues(toValues(before), before, new Set()).described ?? before;
  const place = before.ssh?.jumps?.length ?? 0;
  const storedSsh = secret?.ssh?.[place];
  const title = id === undefined ? vscode.l10n.t('New Connection') : vscode.l10n.t('Connection "{0}"', before.name ?? '');

  const read = async (
    values: FormValues,
    panel: FormPanel,
  ): Promise<(Login & { readonly name: string; readonly typed: Typed }) | undefined> => {
    const others = (await profiles.list()).filter((one) => one.id !== id).map(({ name }) => name.toLowerCase());
    const named = values['name'] === '' && id === undefined ? { ...values, name: freeName(values, new Set(others)) } : values;
    const { described, problems } = fromValues(named, accepted, new Set(others));
    panel.problems(Object.fromEntries(Object.entries(problems ?? {}).map(([field, problem]) => [field, problemText(problem)])));
    if (described === undefined) {
      panel.status('error', vscode.l10n.t('Some fields are missing or invalid.'));
      return undefined;
    }
    const { name, ...target } = described;
    const typed = typedSecrets(values);
    const last: SshSecret = target.ssh?.secret === undefined ? {} : { ...storedSsh, ...typed.ssh };
    return {
      name,
      target,
      typed,
      password: typed.password ?? secret?.password ?? '',
      ssh: sshSecretsOf(target.ssh?.jumps?.length ?? 0, last),
    };
  };

  const test = async (values: FormValues, panel: FormPanel): Promise<void> => {
    const login = await read(values, panel);
    if (login === undefined) return;
    panel.status('busy', vscode.l10n.t('Testing the connection to {0}…', login.target.host), { ofValues: true });
    const tested = await testLogin(login, log);
    const { failure } = tested;
    if (failure?.code === 'readOnly.notEnforced' && (await confirmUnenforcedReadOnly(login.name))) {
      accepted = { ...accepted, allowUnenforcedReadOnly: true };
      return test(values, panel);
    }
    if (failure !== undefined) {
      panel.status('error', errorText(failure), { ofValues: true });
      return;
    }
    const connected = vscode.l10n.t('Connected to {0}.', tested.server);
    panel.status(tested.warnings.length > 0 ? 'warning' : 'ok', [connected, ...tested.warnings].join('\n'), { ofValues: true });
  };

  /** True where nothing stands against saving: no conflict, or the person wants their own values. */
  const settleConflicts = async (of: string, wanted: Described, meant: ReadonlySet<string>): Promise<boolean> => {
    const now = await profiles.get(of);
    const conflicts = now === undefined ? [] : mergeChanges(accountedFor, wanted, now, meant).conflicts;
    if (conflicts.length === 0) return true;
    const question = vscode.l10n.t('"{0}" was changed elsewhere while this form was open. Overwrite those changes?', before.name ?? '');
    const detail = vscode.l10n.t('These fields were also changed elsewhere: {0}.', conflicts.join(', '));
    return confirm(question, { safe: vscode.l10n.t('Keep Editing'), action: vscode.l10n.t('Overwrite'), detail: [detail] });
  };

  const save = async (values: FormValues, panel: FormPanel): Promise<void> => {
    const login = await read(values, panel);
    if (login === undefined) return;
    const { name, target, typed, ssh = [] } = login;
    const wanted = { ...target, name } as Described;
    if (id !== undefined) await profiles.update(id, () => undefined); // throws where it is gone: then no secret is stored, either
    const meant = fieldsMeant(typed);
    const overwrite = id === undefined || (await settleConflicts(id, wanted, meant));
    if (!overwrite) return;
    const created = id === undefined ? { ...wanted, id: randomUUID(), createdAt: Date.now() } : undefined;
    const profile = created ?? { ...wanted, id: id ?? '' };
    // The secrets first: a profile without them would ask at once, secrets without a profile are harmless.
    if (profile.keepPassword !== undefined) {
      await secrets.removePassword(profile.id);
      if (typed.password !== undefined) secrets.keep(profile, typed.password);
    } else if (typed.password !== undefined || id === undefined) await secrets.store(profile.id, login.password);
    if (id === undefined || storesSsh(typed, before, target))
      await secrets.storeSsh(profile.id, target.ssh?.secret === undefined ? [] : ssh);
    if (created !== undefined) await profiles.add(created);
    else await profiles.update(profile.id, (now) => replaced(now, mergeChanges(accountedFor, wanted, now, meant).profile));
    databases.forget(profile.id);
    panel.dispose();
  };

  const panel = new FormPanel(
    extension,
    {
      title,
      form: connectionForm({ heading: title, hasPassword: secret?.password !== undefined, hasSshSecret: storedSsh !== undefined }),
      values: toValues(before),
      restores: true,
      act: async (action, values, shown) => {
        if (action === 'test') await test(values, shown);
        else if (action === 'save') await save(values, shown);
        else shown.dispose();
      },
    },
    log,
  );
  return panel;
}

/** All fields of a connection as a change: those that are left out go. */
function replaced(now: ConnectionProfile, wanted: Described): Partial<ConnectionProfile> {
  return { ...Object.fromEntries(Object.keys(now).map((field) => [field, undefined])), ...wanted, createdAt: now.createdAt };
}

function freeName(values: FormValues, taken: ReadonlySet<string>): string {
  const wanted = textOf(values, 'database') || (values['way'] === 'socket' ? 'localhost' : textOf(values, 'host'));
  return wanted === '' ? '' : uniqueName(wanted, taken);
}

function textOf(values: FormValues, field: string): string {
  return String(values[field] ?? '').trim();
}
