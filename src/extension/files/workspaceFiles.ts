import * as vscode from 'vscode';

/** A file of the workspace is not what it should be, or too large: its reader leaves it alone. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * The text of a file that somebody else has put into the workspace. It may be a link to a device that never ends or a pipe that nobody writes to: only a file is read, and
 * only if it is small enough. Rejects with `UnreadableFile`, or with what the file system says.
 */
export async function readWorkspaceText(file: vscode.Uri, maxBytes: number): Promise<string> {
  const { type, size } = await vscode.workspace.fs.stat(file);
  if ((type & vscode.FileType.File) === 0) throw new UnreadableFile('It is no file.');
  if (size > maxBytes) throw new UnreadableFile(`The file is larger than ${String(maxBytes / 1024)} KiB.`);
  if (size === 0) return ''; // what the kernel makes up while it is read has no size, either
  return textOf(await vscode.workspace.fs.readFile(file));
}

/** As VS Code reads its own files: by the mark at the beginning, else UTF-8. */
function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes); // which leaves the mark out
}
