import path from 'node:path';
import * as vscode from 'vscode';

/** What a line has room for. */
const SHOWN_NAME = 60;

/** The name of a file for people: two files of one name are told apart by their folders. Where it is long, its end is shown. */
export function fileName(file: vscode.Uri): string {
  const name = nameIn(file);
  return name.length <= SHOWN_NAME ? name : `…${name.slice(-SHOWN_NAME)}`;
}

function nameIn(file: vscode.Uri): string {
  if (vscode.workspace.getWorkspaceFolder(file) !== undefined) return vscode.workspace.asRelativePath(file);
  const base = path.posix.basename(file.path);
  const folder = path.posix.basename(path.posix.dirname(file.path));
  return file.scheme === 'file' && folder !== '' ? `${folder}/${base}` : base;
}
