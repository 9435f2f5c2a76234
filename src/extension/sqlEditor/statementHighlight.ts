import * as vscode from 'vscode';
import { Disposable } from '../disposable.ts';
import type { FileStatements } from './fileStatements.ts';
import { isRunnable } from './runnableDocuments.ts';
import { MAX_CHARACTERS } from './statementLenses.ts';

/** Shows which statement *Run Statement* means: a bar beside the one at the cursor. */
export class StatementHighlight extends Disposable {
  readonly #statements: FileStatements;
  readonly #style = this.register(
    vscode.window.createTextEditorDecorationType({
      backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );

  constructor(statements: FileStatements) {
    super();
    this.#statements = statements;
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        void this.#show(textEditor);
      }),
    );
    this.register(
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined) void this.#show(editor);
      }),
    );
    const { activeTextEditor } = vscode.window;
    if (activeTextEditor !== undefined) void this.#show(activeTextEditor);
  }

  async #show(editor: vscode.TextEditor): Promise<void> {
    const { document, selection } = editor;
    if (!isRunnable(document)) return;
    const text = document.getText();
    const isLarge = text.length > MAX_CHARACTERS;
    // A selection shows by itself what runs.
    const found = selection.isEmpty && !isLarge ? await this.#statements.at(document, document.offsetAt(selection.active)) : undefined;
    if (document.isClosed || document.getText() !== text || !editor.selection.isEqual(selection)) return; // a later event shows it
    const range = found === undefined ? undefined : new vscode.Range(document.positionAt(found.start), document.positionAt(found.end));
    editor.setDecorations(this.#style, range === undefined ? [] : [range]);
  }
}
