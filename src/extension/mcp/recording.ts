import * as vscode from 'vscode';
import type { Recording } from '../../broker/contracts.ts';

/** Where the record of agents' calls lies, and how much it holds. The setting cannot come from a workspace. */
export function recordingOf({ globalStorageUri }: vscode.ExtensionContext): Recording {
  const statements = vscode.workspace.getConfiguration('mysqlPilot').get<string>('audit.statements', 'normalised');
  return { folder: globalStorageUri.fsPath, fullStatements: statements === 'full' };
}
