import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { ENVIRONMENTS, type ConnectionProfile, type Environment } from '../../engine/driver/profile.ts';
import { isSystemDatabase } from '../../engine/schema/systemDatabases.ts';
import { readOnlyAccountSql } from '../../engine/policy/readOnlyAccount.ts';
import { keyOfName, type QualifiedName } from '../../engine/sql/identifiers.ts';
import { problemLine } from '../messages/problemLine.ts';
import { environmentName } from './environments.ts';
import { type SchemaTree } from '../tree/schemaTree.ts';
import { CONNECTIONS_VIEW } from '../ui/viewIds.ts';
import type { CommandTools } from './commandTools.ts';
import type { ProfileStore } from './profileStore.ts';
import { confirm, showInformation, showWarning, withProgress } from '../ui/dialogs.ts';
import { pick, pickChange } from '../ui/picks.ts';

/** The name that is proposed for an account of agents. */
const AGENT_ACCOUNT = 'agent';

/** Commands that say what agents may do on a connection, and how the server itself can hold them to it. */
export function registerPolicyCommands(
  tools: CommandTools,
  profiles: ProfileStore,
  databases: DatabaseCache,
  tree: SchemaTree,
): vscode.Disposable {
  return vscode.Disposable.from(
    tools.register('setEnvironment', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Set environment'));
      if (profile === undefined) return;
      const picked = await pickEnvironment(profile);
      if (picked !== undefined) await tools.saveChoice(profile, { environment: picked.environment });
    }),

    tools.register('allowFunctions', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Allow stored functions'));
      if (profile === undefined) return;
      const allowedFunctions = await pickFunctions(profile, databases);
      if (allowedFunctions !== undefined) await tools.saveChoice(profile, { allowedFunctions });
    }),

    tools.register('readOnlyAccount', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('SQL for a read-only account'));
      if (profile === undefined) return;
      const chosen = await pickDatabases(profile, databases);
      if (chosen === undefined) return;
      const content = readOnlyAccountSql(AGENT_ACCOUNT, chosen);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sql', content }));
    }),

    tools.register('setScratchDatabase', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Set scratch database'));
      if (profile === undefined) return;
      const picked = await pickScratch(profile, databases);
      if (picked !== undefined) await tools.saveChoice(profile, { scratchDatabase: picked.database });
    }),

    tools.register('allowUnenforcedReadOnly', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Allow connection without server-enforced read-only'));
      if (profile === undefined || !(await confirmUnenforcedReadOnly(profile.name))) return;
      await tools.saveChoice(profile, { allowUnenforcedReadOnly: true });
      tree.refresh();
    }),

    tools.register('requireEnforcedReadOnly', async (argument) => {
      const profile = await tools.choose(argument, vscode.l10n.t('Require server-enforced read-only'));
      if (profile === undefined) return;
      await profiles.update(profile.id, { allowUnenforcedReadOnly: undefined });
      tree.refresh();
    }),
  );
}

/** Asks whether a server that does not enforce READ ONLY may be used all the same. */
export async function confirmUnenforcedReadOnly(name: string): Promise<boolean> {
  const use = vscode.l10n.t('Allow');
  const detail = vscode.l10n.t(
    'The server accepts writes in a read-only session, perhaps because of a proxy. MySQL Pilot still checks every statement and sends only reads, but that check is then the only protection. Use a read-only account.',
  );
  const question = vscode.l10n.t('Allow "{0}" without server-enforced read-only?', name);
  return confirm(question, { safe: vscode.l10n.t("Don't Allow"), action: use, detail: [detail] });
}

async function pickEnvironment({ name, environment }: ConnectionProfile): Promise<{ environment: Environment | undefined } | undefined> {
  const details: Readonly<Record<Environment, string>> = {
    development: vscode.l10n.t('An environment with data that you can afford to lose.'),
    staging: vscode.l10n.t('A shared environment that other people depend on.'),
    production: vscode.l10n.t('Live data. Limits agents to two concurrent statements and blocks very large joins.'),
  };
  const items: { label: string; detail: string; environment: Environment | undefined }[] = [
    ...ENVIRONMENTS.map((one) => ({ label: environmentName(one), detail: details[one], environment: one })),
    { label: vscode.l10n.t('Not set'), detail: '', environment: undefined },
  ];
  return pickChange(
    items.map((item) => ({ ...item, description: item.environment === environment ? vscode.l10n.t('current') : '' })),
    {
      title: vscode.l10n.t('Environment of "{0}"', name),
      placeHolder: vscode.l10n.t('What is this connection used for?'),
      keep: vscode.l10n.t('Keep Current Setting'),
    },
  );
}

function nameOf({ database, name }: QualifiedName): string {
  return `${database}.${name}`;
}

/** Only functions whose bodies read can be chosen; the others are shown with the reason. */
async function pickFunctions(
  profile: ConnectionProfile,
  databases: DatabaseCache,
): Promise<ConnectionProfile['allowedFunctions'] | undefined> {
  const location = { viewId: CONNECTIONS_VIEW };
  const found = await withProgress({ location }, async () => (await databases.get(profile)).schema.functions());
  if (found.length === 0) {
    void showInformation(vscode.l10n.t('This account can\'t see any stored functions on "{0}".', profile.name));
    return undefined;
  }
  const allowed = new Set(profile.allowedFunctions?.map(keyOfName));
  const items = found.map((one) => ({
    ...(one.problem === undefined ? {} : { icon: 'circle-slash', detail: problemLine({ path: [nameOf(one)], problem: one.problem }) }),
    label: nameOf(one),
    description: one.problem === undefined ? '' : vscode.l10n.t("can't be allowed"),
    picked: one.problem === undefined && allowed.has(keyOfName(one)),
    one,
  }));
  const picked = await pick(
    items.sort((a, b) => Number(a.description !== '') - Number(b.description !== '')),
    {
      canPickMany: true,
      matchOnDescription: true,
      title: vscode.l10n.t('Stored functions that agents can call on "{0}"', profile.name),
      placeHolder: vscode.l10n.t("You can allow only functions that don't change data. They're checked again before each call."),
    },
  );
  const refused = picked?.find(({ one }) => one.problem !== undefined)?.one;
  if (refused?.problem !== undefined)
    void showWarning(
      vscode.l10n.t("This function can't be allowed. {0}", problemLine({ path: [nameOf(refused)], problem: refused.problem })),
    );
  return picked?.filter(({ one }) => one.problem === undefined).map(({ one: { database, name } }) => ({ database, name }));
}

/** Only databases that a statement of the user would not mean: the default one is not proposed. */
async function pickScratch(profile: ConnectionProfile, databases: DatabaseCache): Promise<{ database: string | undefined } | undefined> {
  const names = (await (await databases.get(profile)).schema.databases()).filter(
    (name) => name !== profile.database && !isSystemDatabase(name),
  );
  const items: { label: string; description: string; database: string | undefined }[] = names.map((name) => ({
    label: name,
    description: name === profile.scratchDatabase ? vscode.l10n.t('current') : '',
    database: name,
  }));
  const none = {
    label: vscode.l10n.t('None'),
    description: vscode.l10n.t('index advice and migration reviews are only estimates'),
    database: undefined,
  };
  return pickChange([...items, none], {
    keep: vscode.l10n.t('Keep Current Setting'),
    title: vscode.l10n.t('Scratch database of "{0}"', profile.name),
    placeHolder: vscode.l10n.t('Index advice and migration reviews create copies of tables in this database, and then drop them.'),
  });
}

async function pickDatabases(profile: ConnectionProfile, databases: DatabaseCache): Promise<string[] | undefined> {
  const names = await (await databases.get(profile)).schema.databases();
  const items = names.map((label) => ({ label, picked: label === profile.database }));
  const picked = await pick(items, {
    canPickMany: true,
    title: vscode.l10n.t('SQL for a read-only account'),
    placeHolder: vscode.l10n.t('Which databases should agents see?'),
  });
  return picked === undefined || picked.length === 0 ? undefined : picked.map(({ label }) => label);
}
