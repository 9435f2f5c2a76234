import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ConnectionProfile, ConnectionTarget } from '../../engine/driver/profile.ts';
import { parseConnectionUrl } from '../../engine/driver/url.ts';
import { toPilotError, type PilotError } from '../../engine/errors.ts';
import { openDatabase } from '../../engine/openDatabase.ts';
import { confirmOneFence } from './policyCommands.ts';
import { uniqueName, type ProfileStore } from './profileStore.ts';
import type { SecretVault } from './secretVault.ts';

interface Login {
  readonly target: ConnectionTarget;
  readonly password: string;
}

/**
 * Adds a connection: from a URL, or by steps where none is pasted. It is tested before it is saved; on a failure the user
 * reads the cause and may correct what was entered. Resolves to the saved profile, or undefined if the user gave up.
 */
export async function addConnection(
  profiles: ProfileStore,
  secrets: SecretVault,
  log: vscode.LogOutputChannel,
  given?: string,
): Promise<ConnectionProfile | undefined> {
  let url: string | undefined = given;
  for (;;) {
    url ??= await askUrl();
    if (url === undefined) return undefined;
    const login = url.trim() === '' ? await askSteps() : await completeLogin(url);
    if (login === undefined) return undefined;
    const failure = await test(login, log);
    if (failure === undefined) return save(login, profiles, secrets);
    if (failure.code === 'fence.missing' && (await confirmOneFence(login.target.host))) {
      const target = { ...login.target, acceptsOneFence: true };
      if ((await test({ ...login, target }, log)) === undefined) return save({ ...login, target }, profiles, secrets);
    }
    if (!(await wantsToCorrect(failure))) return undefined;
    url = await askUrl(url);
    if (url === undefined) return undefined;
  }
}

async function askUrl(previous = ''): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('MySQL Pilot: add connection'),
    prompt: vscode.l10n.t('Paste a connection URL, or leave it empty to answer step by step.'),
    placeHolder: 'mysql://user:password@host:3306/database',
    value: previous,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return undefined;
      try {
        parseConnectionUrl(text);
        return undefined;
      } catch (error) {
        const { message, nextStep } = toPilotError(error);
        return `${message} ${nextStep}`;
      }
    },
  });
}

async function completeLogin(url: string): Promise<Login | undefined> {
  const { target, password } = parseConnectionUrl(url);
  const known = password ?? (await askPassword(target.user));
  return known === undefined ? undefined : { target, password: known };
}

async function askSteps(): Promise<Login | undefined> {
  const host = await ask(vscode.l10n.t('Host'), 'localhost', (text) => (text.trim() === '' ? vscode.l10n.t('Name a host.') : undefined));
  if (host === undefined) return undefined;
  const port = await ask(vscode.l10n.t('Port'), '3306', (text) =>
    /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535 ? undefined : vscode.l10n.t('A number from 1 to 65535.'),
  );
  if (port === undefined) return undefined;
  const user = await ask(vscode.l10n.t('User'), 'root');
  if (user === undefined) return undefined;
  const password = await askPassword(user);
  if (password === undefined) return undefined;
  const database = await ask(vscode.l10n.t('Default database (may be empty)'), '');
  if (database === undefined) return undefined;
  const target: ConnectionTarget = {
    host: host.trim(),
    port: Number(port),
    user,
    tls: 'preferred',
    ...(database === '' ? {} : { database }),
  };
  return { target, password };
}

async function ask(what: string, value: string, validateInput?: (text: string) => string | undefined): Promise<string | undefined> {
  const title = vscode.l10n.t('MySQL Pilot: add connection');
  return vscode.window.showInputBox({
    title,
    prompt: what,
    value,
    ignoreFocusOut: true,
    ...(validateInput === undefined ? {} : { validateInput }),
  });
}

async function askPassword(user: string): Promise<string | undefined> {
  const title = vscode.l10n.t('MySQL Pilot: add connection');
  return vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Password of {0}', user), password: true, ignoreFocusOut: true });
}

/** Connects once; resolves to the reason why that failed. */
async function test({ target, password }: Login, log: vscode.LogOutputChannel): Promise<PilotError | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Testing the connection to {0} …', target.host) },
    async () => {
      const database = await openDatabase(target, {
        password: () => Promise.resolve(password),
        warn: (message, error) => {
          log.warn(message, error);
        },
      });
      try {
        const { server, warnings } = await database.check();
        log.info(`Connected to ${server} at ${target.host}.`);
        for (const warning of warnings) log.warn(`${target.host}: ${warning}.`);
        return undefined;
      } catch (error) {
        const failure = toPilotError(error);
        log.warn(`Test of a new connection failed (${failure.code}): ${failure.message}`);
        return failure;
      } finally {
        await database.close();
      }
    },
  );
}

async function wantsToCorrect({ message, nextStep }: PilotError): Promise<boolean> {
  const correct = vscode.l10n.t('Correct…');
  return (
    (await vscode.window.showErrorMessage(vscode.l10n.t('The connection was not saved. {0} {1}', message, nextStep), correct)) === correct
  );
}

async function save({ target, password }: Login, profiles: ProfileStore, secrets: SecretVault): Promise<ConnectionProfile> {
  const taken = new Set((await profiles.list()).map(({ name }) => name.toLowerCase()));
  const name = uniqueName(target.database ?? target.host, taken);
  const profile: ConnectionProfile = { ...target, id: randomUUID(), name, createdAt: Date.now() };
  // The secret first: a profile without one would ask for it at once, a secret without a profile is harmless.
  await secrets.store(profile.id, password);
  try {
    await profiles.save(profile);
  } catch (error) {
    await secrets.remove(profile.id);
    throw error;
  }
  return profile;
}
