import * as vscode from 'vscode';
import type { UserSession } from '../../engine/query/userSession/userSession.ts';
import type { ProgramEffect } from '../../engine/guard/sessionEffects.ts';
import type { SessionLoss } from '../../engine/query/userSession/sessionLoss.ts';
import { fileName } from '../files/fileName.ts';
import { ask, confirm, type DetailLine } from '../ui/dialogs.ts';
import { contentNames, lossLines } from './sessionTexts.ts';

export interface SessionPlace {
  readonly file: vscode.Uri;
  readonly userSession: UserSession;
  readonly connection: string;
}

export type TransactionEnd = 'COMMIT' | 'ROLLBACK';

/** What a dialog shows of the statements that wait for it; the editor shows all of them. */
const SHOWN_LINES = 12;

/** Names what was lost, and what would run. True where the person wants to go on without it. */
export async function askAboutLoss(
  { file, connection, userSession }: SessionPlace,
  loss: SessionLoss,
  statements: readonly string[] = [],
): Promise<boolean> {
  const { t } = vscode.l10n;
  const isSession = loss.what === 'session';
  const goOn = isSession ? t('Run in New Session') : t('Run Without Transaction');
  const where = withDatabase(connection, userSession.database);
  const question = isSession
    ? t('The session of {0} on {1} has ended. Nothing has run since.', fileName(file), where)
    : t('The transaction of {0} on {1} has ended. Nothing has run since.', fileName(file), where);
  return confirm(question, { safe: t("Don't Run"), action: goOn, detail: [...lossLines(loss), ...linesOf(statements)] });
}

/** Asked before a statement that ends the open transaction unasked, or may: one of its own may be made as it runs. */
export async function askToCommit(
  { file, connection, userSession }: SessionPlace,
  sql: string,
  effect: Exclude<ProgramEffect, 'keeps'>,
): Promise<boolean> {
  const { t } = vscode.l10n;
  const run = effect === 'commits' ? t('Commit and Run') : t('Run Anyway');
  const where = withDatabase(connection, userSession.database);
  const texts = {
    commits: [
      t('This statement commits the open transaction of {0} on {1}.', fileName(file), where),
      t("You can't roll back the transaction afterward."),
    ],
    ends: [
      t('This statement commits or rolls back the open transaction of {0} on {1}.', fileName(file), where),
      t('The changes of the transaction are then either committed or discarded.'),
    ],
    mayEnd: [
      t('This statement may commit or roll back the open transaction of {0} on {1}.', fileName(file), where),
      t("MySQL Pilot can't read everything that this statement runs. The statement may commit or roll back the transaction."),
    ],
  } as const;
  const [question, outcome] = texts[effect];
  const detail = [outcome, '', { statement: sql }];
  return confirm(question, { safe: t("Don't Run"), action: run, detail });
}

/** Asked when something is about to end a transaction: undefined keeps it open. */
export async function askToEnd({ file, connection }: SessionPlace): Promise<TransactionEnd | undefined> {
  const { t } = vscode.l10n;
  const [commit, rollBack] = [t('Commit'), t('Roll Back')];
  const question = t('{0} has an open transaction on {1}.', fileName(file), connection);
  const detail = [t("The transaction's changes aren't committed yet, and it holds locks until it ends.")];
  const answer = await ask({ question, detail, safe: t('Keep Open'), actions: [commit, rollBack] });
  return answer === commit ? 'COMMIT' : answer === rollBack ? 'ROLLBACK' : undefined;
}

/** Asked when the editor of a session without a transaction was closed. True where it goes. */
export async function askToClose({ file, connection, userSession }: SessionPlace): Promise<boolean> {
  const { t } = vscode.l10n;
  const close = t('Close Session');
  const question = t('The session of {0} on {1} is still open.', fileName(file), connection);
  const held = userSession.contents.filter((content) => content !== 'counts'); // which nobody keeps a session for
  const detail = [t('Closing the session discards: {0}.', contentNames(held))];
  return confirm(question, { safe: t('Keep Open'), action: close, detail });
}

function withDatabase(connection: string, database: string | undefined): string {
  return database === undefined ? connection : `${connection} · ${database}`;
}

/** Whole statements, as many as a dialog has room for. */
function linesOf(statements: readonly string[]): DetailLine[] {
  if (statements.length === 0) return [];
  const lines = statements.reduce((sum, sql) => sum + sql.split('\n').length, 0);
  return lines <= SHOWN_LINES
    ? ['', ...statements.map((statement) => ({ statement }))]
    : ['', vscode.l10n.t('Statements to run: {0}.', statements.length)];
}
