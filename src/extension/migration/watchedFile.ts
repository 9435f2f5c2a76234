import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { below } from '../sqlEditor/uriBelow.ts';

/** A file that may be edited, saved by others, renamed, or deleted. */
export class WatchedFile extends Disposable {
  #uri: vscode.Uri;
  #watcher: vscode.Disposable | undefined;
  readonly #changed = this.register(new vscode.EventEmitter<undefined>());
  /** Something happened to it: it need not be another one. */
  readonly onDidChange = this.#changed.event;

  constructor(uri: vscode.Uri) {
    super();
    this.#uri = uri;
    this.#watch();
    this.register({
      dispose: () => {
        this.#watcher?.dispose();
      },
    });
    const heard = ({ uri }: vscode.TextDocument): void => {
      this.#heard(uri);
    };
    this.register(vscode.workspace.onDidOpenTextDocument(heard));
    this.register(vscode.workspace.onDidCloseTextDocument(heard));
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        heard(document);
      }),
    );
    this.register(
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.#follow(oldUri, newUri);
      }),
    );
  }

  get uri(): vscode.Uri {
    return this.#uri;
  }

  /** What it holds now, also where it isn't saved; undefined where it was deleted. */
  async text(): Promise<string | undefined> {
    return (await this.#exists()) ? (await vscode.workspace.openTextDocument(this.#uri)).getText() : undefined;
  }

  async #exists(): Promise<boolean> {
    const uri = this.#uri;
    if (uri.scheme === 'untitled') return vscode.workspace.textDocuments.some((one) => one.uri.toString() === uri.toString());
    return vscode.workspace.fs.stat(uri).then(
      () => true,
      (error: unknown) => !(error instanceof vscode.FileSystemError && error.code === 'FileNotFound'),
    );
  }

  #follow(from: vscode.Uri, to: vscode.Uri): void {
    const rest = below(this.#uri, from);
    if (rest === undefined) return;
    this.#uri = to.with({ path: to.path + rest });
    this.#watch();
    this.#changed.fire(undefined);
  }

  #heard(uri: vscode.Uri): void {
    if (uri.toString() === this.#uri.toString()) this.#changed.fire(undefined);
  }

  /** Others change a file that no editor has. Its folder is watched: a name may hold signs that patterns have, too. */
  #watch(): void {
    this.#watcher?.dispose();
    this.#watcher = undefined;
    if (this.#uri.scheme === 'untitled') return;
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(this.#uri, '..'), '*'));
    const heard = (uri: vscode.Uri): void => {
      this.#heard(uri);
    };
    watcher.onDidChange(heard);
    watcher.onDidCreate(heard);
    watcher.onDidDelete(heard);
    this.#watcher = watcher;
  }
}
