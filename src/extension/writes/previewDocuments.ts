import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { plainLine } from '../../engine/foreignText.ts';

const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;

const PREVIEW_SCHEME = 'mysql-pilot-preview';

/** Read-only documents with what a write would do. Their text is only in memory. */
export class PreviewDocuments extends Disposable implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider {
  readonly #texts = new Map<string, string>();
  /** In which a person has been with the mouse or by keys. */
  readonly #touched = new Set<string>();
  readonly #closed = this.register(new vscode.EventEmitter<vscode.Uri>());

  /** Fires when the user has closed the last tab of a document. */
  readonly onDidClose = this.#closed.event;

  constructor() {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this));
    this.register(vscode.languages.registerCodeLensProvider({ scheme: PREVIEW_SCHEME }, this));
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor: { document } }) => {
        if ((kind === Keyboard || kind === Mouse) && this.#texts.has(document.uri.toString())) this.#touched.add(document.uri.toString());
      }),
    );
    this.register(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) {
          if (input instanceof vscode.TabInputText && input.uri.scheme === PREVIEW_SCHEME && !isOpen(input.uri))
            this.#closed.fire(input.uri);
        }
      }),
    );
  }

  /** Shows a text under a name that people can read on the tab. */
  async open(name: string, id: string, text: string): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({ scheme: PREVIEW_SCHEME, path: `/${plainLine(name, 200).replaceAll(/[\\/]/g, ' ')}.sql`, query: id });
    this.#texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
    return uri;
  }

  isTouched(uri: vscode.Uri): boolean {
    return this.#touched.has(uri.toString());
  }

  /** Puts the keyboard into a document that waits. */
  async focus(uri: vscode.Uri): Promise<void> {
    if (this.#texts.has(uri.toString())) await vscode.window.showTextDocument(uri, { preview: false });
  }

  async close(uri: vscode.Uri): Promise<void> {
    this.#texts.delete(uri.toString());
    this.#touched.delete(uri.toString());
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
    await vscode.window.tabGroups.close(tabs);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t('-- This preview is no longer valid.');
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#texts.has(uri.toString())) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    return [
      new vscode.CodeLens(top, { title: `$(play) ${vscode.l10n.t('Review Write…')}`, command: 'mysqlPilot.decideWrite', arguments: [uri] }),
      new vscode.CodeLens(top, { title: `$(close) ${vscode.l10n.t('Reject')}`, command: 'mysqlPilot.rejectWrite', arguments: [uri] }),
    ];
  }
}

function isOpen(uri: vscode.Uri): boolean {
  return vscode.window.tabGroups.all.some((group) =>
    group.tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
}
