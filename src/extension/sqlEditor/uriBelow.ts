import type * as vscode from 'vscode';

/** What is left of a path below another one; empty for the same. Undefined for one that is elsewhere. */
export function below(uri: vscode.Uri, folder: vscode.Uri): string | undefined {
  if (uri.scheme !== folder.scheme || uri.authority !== folder.authority) return undefined;
  if (uri.path === folder.path) return '';
  return uri.path.startsWith(`${folder.path}/`) ? uri.path.slice(folder.path.length) : undefined;
}
