import * as vscode from 'vscode';
import type { PilotError } from '../../engine/errors.ts';
import { Disposable } from '../base/disposable.ts';
import { errorText } from '../messages/errorText.ts';
import { problem } from '../ui/surfaces.ts';

export interface PlacedStatement {
  readonly sql: string;
  /** UTF-16 offset in the file. */
  readonly start: number;
}

/** What servers have against statements of SQL files, at their places: found by a check, or by a run that failed. */
export class StatementProblems extends Disposable {
  readonly #found = this.register(vscode.languages.createDiagnosticCollection('mysqlPilot'));

  constructor() {
    super();
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.clear(document.uri); // they were of another text
      }),
    );
  }

  set(file: vscode.Uri, problems: readonly vscode.Diagnostic[]): void {
    this.#found.set(file, problems);
  }

  clear(file: vscode.Uri): void {
    this.#found.delete(file);
  }

  /** Marks where a statement has failed; a file that was changed meanwhile is left alone. */
  async mark(file: vscode.Uri, { sql, start }: PlacedStatement, failure: PilotError): Promise<void> {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
    if (failure.errno === undefined || document?.getText().slice(start, start + sql.length) !== sql) return;
    const { locate } = await import('../../engine/diagnostics/checkStatements.ts');
    const place = locate(sql, failure.message);
    const range = new vscode.Range(document.positionAt(start + place.start), document.positionAt(start + place.end));
    this.set(file, [problem(range, errorText(failure), failure.errno)]);
  }
}
