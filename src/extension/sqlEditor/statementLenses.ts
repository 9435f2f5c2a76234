import * as vscode from 'vscode';
import { splitScript } from '../../engine/sql/script.ts';
import { Disposable } from '../disposable.ts';
import { SQL_LANGUAGES } from './editorPlaces.ts';
import { readSetting } from '../settings/settings.ts';

/** Beyond it a file is data and not something that people run statement by statement. */
const MAX_CHARACTERS = 500_000;
const MAX_LENSES = 1000;

/** *Run* above each statement of an SQL file. */
export class StatementLenses extends Disposable implements vscode.CodeLensProvider {
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor() {
    super();
    this.register(
      vscode.languages.registerCodeLensProvider(
        SQL_LANGUAGES.flatMap((language) => ['file', 'untitled', 'vscode-remote', 'vscode-vfs'].map((scheme) => ({ language, scheme }))),
        this,
      ),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('mysqlPilot.codeLens')) this.#changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const wanted = await readSetting('codeLens');
    const script = wanted ? document.getText() : '';
    if (script.length > MAX_CHARACTERS) return [];
    return splitScript(script)
      .slice(0, MAX_LENSES)
      .flatMap(({ start, end }) => {
        const range = new vscode.Range(document.positionAt(start), document.positionAt(start));
        const lens = (title: string, command: string): vscode.CodeLens =>
          new vscode.CodeLens(range, { title, command, arguments: [document.uri, start, end] });
        return [
          lens(vscode.l10n.t('$(play) Run'), 'mysqlPilot.runStatement'),
          lens(vscode.l10n.t('Explain'), 'mysqlPilot.explainStatement'),
        ];
      });
  }
}
