import type * as vscode from 'vscode';
import type { Recording } from '../../broker/contracts.ts';
import { readSetting } from '../settings/settings.ts';

/** Where the record of agents' calls lies, and how much it holds. The settings cannot come from a workspace. */
export async function recordingOf({ globalStorageUri }: vscode.ExtensionContext): Promise<Recording> {
  return {
    folder: globalStorageUri.fsPath,
    fullStatements: (await readSetting('audit.statements')) === 'full',
    statementTags: await readSetting('audit.statementTags'),
  };
}
