import path from 'node:path';
import * as vscode from 'vscode';

/**
 * Where an agent may write exports: the folder of the user's setting, else one in the first folder of a trusted workspace, else
 * one in the extension's own storage.
 */
export function exportFolderOf({ globalStorageUri }: vscode.ExtensionContext): string {
  const chosen = vscode.workspace.getConfiguration('mysqlPilot').get<string>('exports.folder', '');
  if (path.isAbsolute(chosen)) return path.normalize(chosen);
  const local = vscode.workspace.isTrusted ? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file') : undefined;
  return local === undefined ? path.join(globalStorageUri.fsPath, 'exports') : path.join(local.uri.fsPath, '.mysql-pilot', 'exports');
}
