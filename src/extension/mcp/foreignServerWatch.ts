import * as vscode from 'vscode';
import { SERVER_NAME } from '../../identity.ts';
import { Disposable } from '../base/disposable.ts';
import { showWarning } from '../ui/dialogs.ts';
import { readWorkspaceText, UnreadableFile } from '../files/workspaceFiles.ts';

/** Files are read a while after the start: nothing waits for this. */
const FIRST_LOOK_MS = 2000;
/** What VS Code and other clients read servers from, in the folders of a workspace. */
const FILES = [
  ...['.vscode/mcp.json', '.mcp.json', '.cursor/mcp.json', '.vscode/settings.json'],
  ...['.devcontainer/devcontainer.json', '.devcontainer.json'],
];
/** Larger ones are no configuration that a person has written. VS Code reads them all the same. */
const MAX_BYTES = 256 * 1024;

/**
 * Says when a workspace brings a server that is called as ours. VS Code lets one server of a label run, so its tools would stand where agents and people expect those of
 * MySQL Pilot, and read what is meant for a database.
 */
export class ForeignServerWatch extends Disposable {
  readonly #log: vscode.LogOutputChannel;
  /** By the file: the name that it was told for, undefined for what could not be read. */
  readonly #told = new Map<string, string | undefined>();

  constructor(log: vscode.LogOutputChannel) {
    super();
    this.#log = log;
    const look = (): void => {
      this.#look().catch((error: unknown) => {
        log.warn("The MCP server configurations of this workspace couldn't be read.", error);
      });
    };
    const timer = setTimeout(look, FIRST_LOOK_MS);
    this.register({
      dispose: () => {
        clearTimeout(timer);
      },
    });
    const watcher = this.register(vscode.workspace.createFileSystemWatcher(`**/{${FILES.join(',')}}`));
    this.register(watcher.onDidCreate(look));
    this.register(watcher.onDidChange(look));
    this.register(watcher.onDidDelete(look)); // one that comes back is another one
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(look));
  }

  async #look(): Promise<void> {
    const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
    const files = [
      ...workspaceFolders.flatMap(({ uri }) => FILES.map((file) => vscode.Uri.joinPath(uri, file))),
      ...(workspaceFile === undefined || workspaceFile.scheme === 'untitled' ? [] : [workspaceFile]),
    ];
    for (const file of files) {
      const names = await namesIn(file);
      if (this.disposed) return;
      const [name] = names ?? [];
      if (names !== undefined && name === undefined) this.#told.delete(file.toString());
      else if (!this.#told.has(file.toString()) || this.#told.get(file.toString()) !== name) this.#tell(file, name);
    }
  }

  /** Without a name: what the file says cannot be read. */
  #tell(file: vscode.Uri, name: string | undefined): void {
    this.#told.set(file.toString(), name);
    if (name === undefined) {
      this.#tellUnreadable(file);
      return;
    }
    const shown = vscode.workspace.asRelativePath(file);
    this.#log.warn(`${shown} has an MCP server called ${name}, which can take the place of ${SERVER_NAME}.`);
    const open = vscode.l10n.t('Open File');
    const message = vscode.l10n.t(
      '"{0}" in this workspace defines an MCP server called "{1}". Agents may use it instead of MySQL Pilot. Remove or rename it unless you trust it.',
      shown,
      name,
    );
    void showWarning(message, open).then(async (choice) => {
      if (choice === open) await vscode.window.showTextDocument(file);
    });
  }
  #tellUnreadable(file: vscode.Uri): void {
    const shown = vscode.workspace.asRelativePath(file);
    this.#log.warn(`${shown} is too large, too deep or no file: whether it has an MCP server called ${SERVER_NAME} cannot be told.`);
    const message = vscode.l10n.t(
      'MySQL Pilot can\'t check whether "{0}" defines an MCP server that agents would use instead of MySQL Pilot. Don\'t let agents use databases in this workspace unless you trust the workspace.',
      shown,
    );
    void showWarning(message);
  }
}

/** Empty for a file that is not there, as most are not; undefined for one that nobody can tell of. */
async function namesIn(file: vscode.Uri): Promise<readonly string[] | undefined> {
  const { serversCalledLikeOurs } = await import('./foreignServers.ts');
  try {
    return serversCalledLikeOurs(await readWorkspaceText(file, MAX_BYTES));
  } catch (error) {
    return error instanceof UnreadableFile ? undefined : [];
  }
}
