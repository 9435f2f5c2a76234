import * as vscode from 'vscode';
import { writeWholeFile } from './wholeFile.ts';

/** Saves a file that the person has chosen, whole or not at all where it is on a disk. */
export async function saveWhole(target: vscode.Uri, data: Uint8Array): Promise<void> {
  if (target.scheme === 'file') await writeWholeFile(target.fsPath, (file) => file.writeFile(data));
  else await vscode.workspace.fs.writeFile(target, data);
}
