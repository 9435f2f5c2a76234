import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { readSetting } from '../settings/settings.ts';
import { type OwnArguments } from '../connections/ownArguments.ts';
import type { FileStatements } from './fileStatements.ts';
import { isLarge } from './largeDocuments.ts';
import { RUNNABLE_DOCUMENTS } from './runnableDocuments.ts';

const MAX_LENSES = 1000;

/** The statement below a lens, as it was when the lens was drawn. */
export interface LensStatement {
  readonly uri: vscode.Uri;
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** True where the document still says there what stood below the lens: text that was typed since moves statements and changes them. */
export function isUnchanged({ version, start, end, text }: LensStatement, document: vscode.TextDocument): boolean {
  return document.version === version && document.getText().slice(start, end) === text;
}

/** *Run* above each statement of an SQL file. */
export class StatementLenses extends Disposable implements vscode.CodeLensProvider {
  readonly #own: OwnArguments;
  readonly #statements: FileStatements;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(own: OwnArguments, statements: FileStatements) {
    super();
    this.#own = own;
    this.#statements = statements;
    this.register(vscode.languages.registerCodeLensProvider(RUNNABLE_DOCUMENTS, this));
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('mysqlPilot.codeLens')) this.#changed.fire();
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const wanted = await readSetting('codeLens');
    if (!wanted || isLarge(document)) return [];
    return (await this.#statements.of(document)).slice(0, MAX_LENSES).flatMap(({ start, end, text }) => {
      const below = this.#own.own({ uri: document.uri, version: document.version, start, end, text } satisfies LensStatement);
      const range = new vscode.Range(document.positionAt(start), document.positionAt(start));
      const lens = (title: string, command: string): vscode.CodeLens => new vscode.CodeLens(range, { title, command, arguments: [below] });
      return [
        lens(`$(play) ${vscode.l10n.t('Run')}`, 'mysqlPilot.runStatement'),
        lens(vscode.l10n.t('Explain'), 'mysqlPilot.explainStatement'),
      ];
    });
  }
}
