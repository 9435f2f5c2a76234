import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';

const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;

/**
 * The documents that a person has been in with the mouse or by keys. A command that runs statements can be called by anybody, a `tasks.json` or a `launch.json` among them, and
 * VS Code does not tell who calls: what such a caller has opened, nobody has been in.
 */
export class TouchedDocuments extends Disposable {
  readonly #touched = new WeakSet<vscode.TextDocument>();

  constructor() {
    super();
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
        if (kind === Keyboard || kind === Mouse) this.#touched.add(textEditor.document);
      }),
    );
  }

  has(document: vscode.TextDocument): boolean {
    return this.#touched.has(document);
  }
}
