import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';

const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;

/**
 * The documents that a person has been in with the mouse or by keys, as they are now. A command that runs statements can be called by anybody, a `tasks.json` or a `launch.json` among
 * them, and VS Code does not tell who calls: what such a caller has opened, nobody has been in. Nor has anybody read what an agent or another program has written since into a file that is open.
 */
export class TouchedDocuments extends Disposable {
  readonly #touched = new WeakSet<vscode.TextDocument>();
  #times = 0;

  constructor() {
    super();
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
        if (kind !== Keyboard && kind !== Mouse) return;
        this.#touched.add(textEditor.document);
        this.#times++;
      }),
    );
    this.register(
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.contentChanges.length === 0) return;
        if (isAtCursor(event)) this.#times++;
        else this.#touched.delete(event.document);
      }),
    );
  }

  /** How often the person was in any document. Another number than before means that they type on. */
  get times(): number {
    return this.#times;
  }

  has(document: vscode.TextDocument): boolean {
    return this.#touched.has(document);
  }
}

/** True for what a person types, pastes or deletes: it is selected, or begins or ends at the cursor in one line, and is not saved yet. What another extension inserts at the cursor looks the same. What moves the cursor as well makes the document a touched one again by that. */
function isAtCursor({ document, contentChanges }: vscode.TextDocumentChangeEvent): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== document || !document.isDirty) return false;
  return contentChanges.every(({ range }) =>
    editor.selections.some(
      (selection) =>
        selection.contains(range) || (range.isSingleLine && (selection.active.isEqual(range.start) || selection.active.isEqual(range.end))),
    ),
  );
}
