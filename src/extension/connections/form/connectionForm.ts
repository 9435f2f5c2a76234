import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Secret } from '../../../broker/contracts.ts';
import type { DatabaseCache } from '../../../engine/databaseCache.ts';
import type { ConnectionProfile, SshSecret } from '../../../engine/driver/profile.ts';
import type { FormValues } from '../../../webview/form/messages.ts';
import { FormPanel } from '../../forms/formPanel.ts';
import { confirmOneFence } from '../policyCommands.ts';
import { uniqueName, type ProfileStore } from '../profileStore.ts';
import { sshSecretsOf, type SecretVault } from '../secretVault.ts';
import { testLogin, type Login } from '../testLogin.ts';
import { connectionForm, problemText } from './connectionFields.ts';
import { fromValues, toValues } from './formValues.ts';

/** What forms of connections work with. */
export interface ConnectionFormParts {
  readonly extension: vscode.Uri;
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly databases: DatabaseCache;
  readonly log: vscode.LogOutputChannel;
}

/** What a form is opened with. */
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
      panel.status('error', vscode.l10n.t('Something is missing, or cannot be so.'));
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
    panel.status('busy', vscode.l10n.t('Testing the connection to {0} …', login.target.host));
    const tested = await testLogin(login, log);
    const { failure } = tested;
    if (failure?.code === 'fence.missing' && (await confirmOneFence(login.name))) {
      accepted = { ...accepted, acceptsOneFence: true };
      return test(values, panel);
    }
    if (failure !== undefined) {
      panel.status('error', `${failure.message} ${failure.nextStep}`);
      return;
    }
    const connected = vscode.l10n.t('Connected to {0}.', tested.server);
    panel.status(tested.warnings.length > 0 ? 'warning' : 'ok', [connected, ...tested.warnings].join('\n'));
  };

  const save = async (values: FormValues, panel: FormPanel): Promise<void> => {
    const login = await read(values, panel);
    if (login === undefined) return;
    const { name, target, typed, ssh = [] } = login;
    const now = id === undefined ? undefined : await profiles.get(id); // its rights may have been changed meanwhile
    const profile: ConnectionProfile = {
      ...target,
      ...rightsOf(now),
      id: id ?? randomUUID(),
      name,
      createdAt: now?.createdAt ?? Date.now(),
    };
    // The secrets first: a profile without them would ask at once, secrets without a profile are harmless.
    if (profile.keepPassword !== undefined) {
      await secrets.removePassword(profile.id);
      if (typed.password !== undefined) secrets.keep(profile, typed.password);
    } else if (typed.password !== undefined || id === undefined) await secrets.store(profile.id, login.password);
    if (target.ssh?.secret !== undefined || (secret?.ssh ?? []).length > 0)
      await secrets.storeSsh(profile.id, target.ssh?.secret === undefined ? [] : ssh);
    await profiles.save(profile);
    databases.forget(profile.id);
    panel.dispose();
  };

  const panel = new FormPanel(
    extension,
    {
      title,
      form: connectionForm({ heading: title, hasPassword: secret?.password !== undefined, hasSshSecret: storedSsh !== undefined }),
      values: toValues(before),
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

interface Typed {
  readonly password: string | undefined;
  readonly ssh: SshSecret;
}

/** An empty field is nothing typed: for an account without a password nothing is stored, and nothing is sent. */
function typedSecrets(values: FormValues): Typed {
  const typed = (field: string): string | undefined => String(values[field] ?? '') || undefined;
  const [password, passphrase] = [typed('sshPassword'), typed('sshPassphrase')];
  return {
    password: typed('password'),
    ssh: { ...(password === undefined ? {} : { password }), ...(passphrase === undefined ? {} : { passphrase }) },
  };
}

/** What other commands change while the form is open. */
function rightsOf(now: ConnectionProfile | undefined): Partial<ConnectionProfile> {
  if (now === undefined) return {};
  const { allowedFunctions, writes, unattendedProduction, dryRunOnProduction, scratchDatabase, tables, position } = now;
  return { allowedFunctions, writes, unattendedProduction, dryRunOnProduction, scratchDatabase, tables, position };
}

function freeName(values: FormValues, taken: ReadonlySet<string>): string {
  const wanted = textOf(values, 'database') || (values['way'] === 'socket' ? 'localhost' : textOf(values, 'host'));
  return wanted === '' ? '' : uniqueName(wanted, taken);
}

function textOf(values: FormValues, field: string): string {
  return String(values[field] ?? '').trim();
}
