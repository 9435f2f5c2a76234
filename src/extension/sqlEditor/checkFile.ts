import * as vscode from 'vscode';
import type { Database } from '../../engine/connection/database.ts';
import { checkStatements } from '../../engine/diagnostics/checkStatements.ts';
import type { ScriptStatement } from '../../engine/sql/script.ts';
import { withProgress } from '../ui/dialogs.ts';
import { problem } from '../ui/surfaces.ts';

/** What the server has against the statements of a file, at their places. None of them runs. */
export async function checkFile(
  document: vscode.TextDocument,
  statements: readonly ScriptStatement[],
  connection: Database,
  database: string | undefined,
): Promise<vscode.Diagnostic[]> {
  const userSession = connection.sessions.openForChecks(database); // and not the file's own: USE must change nothing there
  const stop = new AbortController();
  try {
    const problems = await withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Checking the statements…'), cancellable: true },
      (_, token) => {
        token.onCancellationRequested(() => {
          stop.abort();
        });
        return checkStatements(
          userSession,
          statements.map(({ text }) => text),
          stop.signal,
        );
      },
    );
    return problems.map(({ index, start, end, message, errno }) => {
      const offset = statements[index]?.start ?? 0;
      const range = new vscode.Range(document.positionAt(offset + start), document.positionAt(offset + end));
      return problem(range, message, errno);
    });
  } finally {
    userSession.close();
  }
}
