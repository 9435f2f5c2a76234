import path from 'node:path';
import * as vscode from 'vscode';
import type { ExportSettings } from '../../broker/exportContract.ts';
import { readSetting } from '../settings/settings.ts';

/** Whether an agent may write exports, and where. */
export async function exportsOf(context: vscode.ExtensionContext): Promise<ExportSettings> {
  return { folder: await folderOf(context), access: await readSetting('exports.agents') };
}

/** The folder of the user's setting, else one in the first folder of a trusted workspace, else one in the extension's own storage. */
async function folderOf({ globalStorageUri }: vscode.ExtensionContext): Promise<string> {
  const chosen = await readSetting('exports.folder');
  if (chosen !== '') return path.normalize(chosen);
  const local = vscode.workspace.isTrusted ? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file') : undefined;
  return local === undefined ? path.join(globalStorageUri.fsPath, 'exports') : path.join(local.uri.fsPath, '.mysql-pilot', 'exports');
}
