import path from 'node:path';
import * as vscode from 'vscode';
import { PilotError } from '../../engine/errors.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { UNDO_FOLDER } from '../../engine/writes/undoFolder.ts';
import type { EditorConnections } from '../sqlEditor/editorConnections.ts';

/** Opens the script in an editor that runs on the connection of the write: running it is a write like any other. Opens no file from elsewhere. */
export async function openUndoScript(
  file: string,
  profile: ConnectionProfile,
  { records, connections }: { readonly records: string; readonly connections: EditorConnections },
): Promise<void> {
  if (path.dirname(path.resolve(file)) !== path.join(path.resolve(records), UNDO_FOLDER))
    throw new PilotError('file.failed', 'The undo script is not in the folder of undo scripts.', {
      nextStep: 'Open it from the folder that the answer to the agent names.',
    });
  const uri = vscode.Uri.file(file);
  await connections.set(uri, { profile, database: profile.database });
  await vscode.window.showTextDocument(uri, { preview: false });
}
