import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { PilotError } from '../../engine/errors.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { UNDO_FOLDER } from '../../engine/writes/undoFolder.ts';
import type { EditorConnections } from '../sqlEditor/editorConnections.ts';

/** Undefined where it can't be read. */
export async function scriptDigest(file: string): Promise<string | undefined> {
  const content = await readFile(file).catch(() => undefined);
  return content === undefined ? undefined : createHash('sha256').update(content).digest('hex');
}

/**
 * Opens the script in an editor that runs on the connection of the write: running it is a write like any other. Opens no file from elsewhere, and none that another program has
 * changed since the write: a person runs the whole of it unread.
 */
export async function openUndoScript(
  file: string,
  profile: ConnectionProfile,
  {
    records,
    connections,
    digest,
  }: { readonly records: string; readonly connections: EditorConnections; readonly digest: string | undefined },
): Promise<void> {
  if (path.dirname(path.resolve(file)) !== path.join(path.resolve(records), UNDO_FOLDER))
    throw new PilotError('file.failed', 'The undo script is not in the folder of undo scripts.', {
      nextStep: 'Open it from the folder that the answer to the agent names.',
    });
  if (digest === undefined || (await scriptDigest(file)) !== digest)
    throw new PilotError('file.failed', 'The undo script was modified or removed after the write.', {
      nextStep: 'Read all of it before you run any of it.',
    });
  const uri = vscode.Uri.file(file);
  await connections.set(uri, { profile, database: profile.database });
  await vscode.window.showTextDocument(uri, { preview: false });
}
