import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import type { FileStatements } from './fileStatements.ts';
import { isLarge } from './largeDocuments.ts';
import { isRunnable } from './runnableDocuments.ts';

const RULER: vscode.DecorationRenderOptions = {
  overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
  overviewRulerLane: vscode.OverviewRulerLane.Left,
  rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
};

/** Shows which statement *Run Statement* means: the one at the cursor. */
export class StatementHighlight extends Disposable {
  readonly #statements: FileStatements;
  readonly #shaded = this.register(
    vscode.window.createTextEditorDecorationType({ ...RULER, backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground') }),
  );
  /** Themes of high contrast have no shades. */
  readonly #outlined = this.register(
    vscode.window.createTextEditorDecorationType({
      ...RULER,
      outline: '1px dotted',
      outlineColor: new vscode.ThemeColor('contrastActiveBorder'),
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
    const { version } = document;
    // A selection shows by itself what runs.
    const found =
      selection.isEmpty && !isLarge(document) ? await this.#statements.at(document, document.offsetAt(selection.active)) : undefined;
    if (document.isClosed || document.version !== version || !editor.selection.isEqual(selection)) return; // a later event shows it
    const range = found === undefined ? undefined : new vscode.Range(document.positionAt(found.start), document.positionAt(found.end));
    const ranges = range === undefined ? [] : [range];
    const { kind } = vscode.window.activeColorTheme;
    const isContrast = kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
    editor.setDecorations(this.#shaded, isContrast ? [] : ranges);
    editor.setDecorations(this.#outlined, isContrast ? ranges : []);
  }
}
