import * as vscode from 'vscode';
import { SERVER_NAME } from '../../identity.ts';
import { Disposable } from '../disposable.ts';
import { showWarning } from '../ui/messages.ts';

/** Files are read a while after the start: nothing waits for this. */
const FIRST_LOOK_MS = 2000;
/** What VS Code and other clients read servers from, in the folders of a workspace. */
const FILES = ['.vscode/mcp.json', '.mcp.json', '.cursor/mcp.json'];

/**
 * Says when a workspace brings a server that is called as ours. VS Code lets one server of a label run, so its tools would stand where agents and people expect those of
 * MySQL Pilot, and read what is meant for a database.
 */
export class ForeignServerWatch extends Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #told = new Set<string>();

  constructor(log: vscode.LogOutputChannel) {
    super();
    this.#log = log;
    const look = (): void => {
      this.#look().catch((error: unknown) => {
        log.warn('The configurations of MCP servers in this workspace could not be read.', error);
      });
    };
    const timer = setTimeout(look, FIRST_LOOK_MS);
    this.register({
      dispose: () => {
        clearTimeout(timer);
      },
    });
    const watcher = this.register(vscode.workspace.createFileSystemWatcher(`**/{.vscode/mcp.json,.mcp.json,.cursor/mcp.json}`));
    this.register(watcher.onDidCreate(look));
    this.register(watcher.onDidChange(look));
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(look));
  }

  async #look(): Promise<void> {
    const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
    const files = [
      ...workspaceFolders.flatMap(({ uri }) => FILES.map((file) => vscode.Uri.joinPath(uri, file))),
      ...(workspaceFile === undefined || workspaceFile.scheme === 'untitled' ? [] : [workspaceFile]),
    ];
    for (const file of files) {
      const text = await Promise.resolve(vscode.workspace.fs.readFile(file)).catch(() => undefined); // most are not there
      if (text === undefined || this.disposed) continue;
      const { serversCalledLikeOurs } = await import('./foreignServers.ts');
      const [name] = serversCalledLikeOurs(Buffer.from(text).toString('utf8'));
      if (name === undefined) this.#told.delete(file.toString());
      else if (!this.#told.has(file.toString())) this.#tell(file, name);
    }
  }

  #tell(file: vscode.Uri, name: string): void {
    this.#told.add(file.toString());
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
}
