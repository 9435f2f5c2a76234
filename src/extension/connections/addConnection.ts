import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { describeTarget, type ConnectionProfile } from '../../engine/driver/profile.ts';
import { parsePastedUrl } from '../../engine/driver/url.ts';
import type { PilotError } from '../../engine/errors.ts';
import { confirmUnenforcedReadOnly } from './policyCommands.ts';
import { uniqueName, type ProfileStore } from './profileStore.ts';
import type { SecretVault } from './secretVault.ts';
import { testLogin, type Login } from './testLogin.ts';
import { plainLine } from '../../engine/foreignText.ts';
import { showError, showInformation, withProgress } from '../ui/dialogs.ts';
import { errorText } from '../messages/errorText.ts';
import { askText, pick } from '../ui/picks.ts';
import { toPrintableLine } from '../../engine/driver/printableLine.ts';

/**
 * Adds a connection from a URL. It is tested before it is saved; on a failure the user reads the cause and may correct what was entered.
 * Resolves to the saved profile, to undefined if the user gave up, or to `form` where they want to fill in a form instead.
 */
export async function addConnection(
  profiles: ProfileStore,
  secrets: SecretVault,
  log: vscode.LogOutputChannel,
  given?: string,
): Promise<ConnectionProfile | 'form' | undefined> {
  let url: string | undefined = given;
  for (;;) {
    url ??= await askUrl();
    if (url === undefined) return undefined;
    if (url.trim() === '') return 'form';
    const login = await completeLogin(url);
    if (login === undefined) return undefined;
    const failure = await test(login, log);
    if (login.ignored.length > 0) void showInformation(ignoredText(login.ignored));
    if (failure === undefined) return save(login, profiles, secrets);
    if (failure.code === 'readOnly.notEnforced' && (await confirmUnenforcedReadOnly(login.target.host))) {
      const target = { ...login.target, allowUnenforcedReadOnly: true };
      if ((await test({ ...login, target }, log)) === undefined) return save({ ...login, target }, profiles, secrets);
    }
    if (!(await wantsToCorrect(failure))) return undefined;
    url = await askUrl(url);
    if (url === undefined) return undefined;
  }
}

/** An address that comes with the command is of another extension, a task or a link: what Enter picks adds nothing. */
export async function confirmForeignUrl(url: string): Promise<boolean> {
  const { target } = parsePastedUrl(url);
  const add = { icon: 'add', label: vscode.l10n.t('Add Connection'), description: describeTarget(target) };
  const items = [{ icon: 'close', label: vscode.l10n.t("Don't Add") }, add];
  const title = vscode.l10n.t('Another extension, a task, or a link wants to add a connection');
  return (await pick(items, { title, placeHolder: describeTarget(target), ignoreFocusOut: true })) === add;
}

async function askUrl(previous = ''): Promise<string | undefined> {
  return askText({
    title: vscode.l10n.t('MySQL Pilot: add connection'),
    prompt: vscode.l10n.t('Paste a connection URL, or leave this empty to fill in a form.'),
    placeHolder: 'mysql://user:password@host:3306/database',
    value: previous,
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim() === '') return undefined;
      try {
        const { ignored } = parsePastedUrl(text);
        if (ignored.length === 0) return undefined;
        return { message: ignoredText(ignored), severity: vscode.InputBoxValidationSeverity.Info };
      } catch (error) {
        return errorText(error);
      }
    },
  });
}

function ignoredText(ignored: readonly string[]): string {
  return plainLine(vscode.l10n.t('These URL parameters are ignored: {0}.', ignored.join(', ')));
}

async function completeLogin(url: string): Promise<(Login & { readonly ignored: readonly string[] }) | undefined> {
  const { target, password, ignored } = parsePastedUrl(url);
  const user = target.user === '' ? await askUser(target.host) : target.user;
  if (user === undefined || user === '') return undefined;
  const known = password ?? (await askPassword(user));
  return known === undefined ? undefined : { target: { ...target, user }, password: known, ignored };
}

async function askUser(host: string): Promise<string | undefined> {
  const title = vscode.l10n.t('MySQL Pilot: add connection');
  return askText({ title, prompt: vscode.l10n.t('User name on {0}', host), ignoreFocusOut: true });
}

async function askPassword(user: string): Promise<string | undefined> {
  const title = vscode.l10n.t('MySQL Pilot: add connection');
  return askText({ title, prompt: vscode.l10n.t('Password for {0}', user), password: true, ignoreFocusOut: true });
}

/** Resolves to the reason why the connection failed. */
async function test(login: Login, log: vscode.LogOutputChannel): Promise<PilotError | undefined> {
  return withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Testing the connection to {0}…', login.target.host) },
    async () => (await testLogin(login, log)).failure,
  );
}

async function wantsToCorrect(failure: PilotError): Promise<boolean> {
  const correct = vscode.l10n.t('Edit URL…');
  return (await showError(vscode.l10n.t("The connection wasn't saved. {0}", errorText(failure)), correct)) === correct;
}

async function save({ target, password }: Login, profiles: ProfileStore, secrets: SecretVault): Promise<ConnectionProfile> {
  const taken = new Set((await profiles.list()).map(({ name }) => name.toLowerCase()));
  const name = uniqueName(toPrintableLine(target.database ?? target.host, 'MySQL'), taken);
  const profile: ConnectionProfile = { ...target, id: randomUUID(), name, createdAt: Date.now() };
  // The secret first: a profile without one would ask for it at once, a secret without a profile is harmless.
  await secrets.store(profile.id, password);
  try {
    await profiles.add(profile);
  } catch (error) {
    await secrets.remove(profile.id);
    throw error;
  }
  return profile;
}
