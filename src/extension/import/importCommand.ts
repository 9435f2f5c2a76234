import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { describeTarget } from '../../engine/driver/profile.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import { uniqueName, type ProfileStore } from '../connections/profileStore.ts';
import type { SecretVault } from '../connections/secretVault.ts';
import type { ImportCandidate } from './importCandidate.ts';
import { showInformation, withProgress } from '../ui/dialogs.ts';
import { readWorkspaceText } from '../files/workspaceFiles.ts';
import { pick, type PickItem } from '../ui/picks.ts';
import { toPrintableLine } from '../../engine/driver/printableLine.ts';
import { CONNECTIONS_VIEW } from '../ui/viewIds.ts';

export interface ImportParts {
  readonly tools: CommandTools;
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly log: vscode.LogOutputChannel;
  /** The file of the thread that reads other programs' files. */
  readonly readerThread: string;
}

/** *Import Connections* shows what it has found in files of other programs, and saves what is chosen; *Export Connections* writes them without secrets. */
export function registerImport({ tools, profiles, secrets, log, readerThread }: ImportParts): vscode.Disposable {
  return vscode.Disposable.from(
    tools.register('importConnections', async () => {
      const fromFile: PickItem = { icon: 'json', label: vscode.l10n.t('MySQL Pilot File…') };
      const { found, unread } = await withProgress({ location: { viewId: CONNECTIONS_VIEW } }, async () =>
        (await import('./search.ts')).searchConnections(readerThread, log),
      );
      const items = found.map(toItem);
      const picked = await pick<PickItem & { found?: ImportCandidate }>([...items, fromFile], {
        title: vscode.l10n.t('Import connections: select the ones to save'),
        placeHolder: placeHolderFor(items.length, unread),
        canPickMany: true,
        matchOnDescription: true,
        matchOnDetail: true,
      });
      if (picked === undefined) return;
      const chosen = picked.flatMap((item) => item.found ?? []);
      await save([...chosen, ...(picked.includes(fromFile) ? await chooseFile() : [])], profiles, secrets);
    }),
    tools.register('exportConnections', async () => {
      const saved = await profiles.list();
      const items = saved.map((profile) => ({ label: profile.name, description: describeTarget(profile), picked: true, profile }));
      const picked = await pick(items, {
        title: vscode.l10n.t('Export connections, without passwords'),
        canPickMany: true,
      });
      if (picked === undefined || picked.length === 0) return;
      const target = await vscode.window.showSaveDialog({ title: vscode.l10n.t('Export connections'), filters: { JSON: ['json'] } });
      if (target === undefined) return;
      const { writeJsonFile } = await import('./jsonFile.ts');
      const { saveWhole } = await import('../files/saveWhole.ts');
      await saveWhole(target, Buffer.from(writeJsonFile(picked.map(({ profile }) => profile))));
    }),
  );
}

/** Names of the first three: whoever made the files chose how many there are. */
function listOf(files: readonly string[]): string {
  return [...files.slice(0, 3).map((file) => toPrintableLine(file, '…')), ...(files.length > 3 ? ['…'] : [])].join(', ');
}

function placeHolderFor(found: number, unread: readonly string[]): string {
  if (unread.length > 0) return vscode.l10n.t("These files can't be read (see the log): {0}", listOf(unread));
  if (found === 0) return vscode.l10n.t('No connections were found in this workspace, MySQL option files, MySQL Workbench, or SQLTools.');
  return vscode.l10n.t('Only the connections that you select are saved.');
}

function toItem(found: ImportCandidate): PickItem & { found: ImportCandidate } {
  const secret =
    found.password === undefined ? vscode.l10n.t('without a password (you are prompted for it)') : vscode.l10n.t('with its password');
  return { label: found.name, description: describeTarget(found.target), detail: `${found.source} · ${secret}`, found };
}

/** A thousand connections with all that they may have. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

async function chooseFile(): Promise<ImportCandidate[]> {
  const [file] = (await vscode.window.showOpenDialog({ title: vscode.l10n.t('Import connections'), filters: { JSON: ['json'] } })) ?? [];
  if (file === undefined) return [];
  const { readJsonFile } = await import('./jsonFile.ts');
  return readJsonFile(await readWorkspaceText(file, MAX_FILE_BYTES), path.basename(file.path));
}

async function save(chosen: readonly ImportCandidate[], profiles: ProfileStore, secrets: SecretVault): Promise<void> {
  for (const { name, target, password } of chosen) {
    const taken = new Set((await profiles.list()).map((profile) => profile.name.toLowerCase()));
    const id = randomUUID();
    if (password !== undefined) await secrets.store(id, password);
    await profiles.add({ ...target, id, name: uniqueName(toPrintableLine(name, 'MySQL'), taken), createdAt: Date.now() });
  }
  if (chosen.length > 0)
    void showInformation(
      chosen.length === 1
        ? vscode.l10n.t('1 connection was saved. Expand it to test it.')
        : vscode.l10n.t('{0} connections were saved. Expand a connection to test it.', chosen.length),
    );
}
