import path from 'node:path';
import * as vscode from 'vscode';
import { readSetting } from '../settings/settings.ts';

/**
 * Where an agent may write exports: the folder of the user's setting, else one in the first folder of a trusted workspace, else
 * one in the extension's own storage.
 */
export async function exportFolderOf({ globalStorageUri }: vscode.ExtensionContext): Promise<string> {
  const chosen = await readSetting('exports.folder');
  if (chosen !== '') return path.normalize(chosen);
  const local = vscode.workspace.isTrusted ? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file') : undefined;
  return local === undefined ? path.join(globalStorageUri.fsPath, 'exports') : path.join(local.uri.fsPath, '.mysql-pilot', 'exports');
}
