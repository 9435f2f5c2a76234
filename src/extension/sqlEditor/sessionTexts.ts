import * as vscode from 'vscode';
import type { SessionContent } from '../../engine/guard/sessionEffects.ts';
import type { SessionLoss } from '../../engine/query/userSession/sessionLoss.ts';

export function contentNames(contents: readonly SessionContent[]): string {
  const { t } = vscode.l10n;
  const names: Readonly<Record<SessionContent, string>> = {
    transaction: t('an open transaction'),
    temporaryTables: t('temporary tables'),
    locks: t('locks'),
    tableLocks: t('table locks'),
    preparedTransaction: t('the prepared transaction, which stays on the server (XA RECOVER lists it)'),
    userVariables: t('user variables'),
    settings: t('session settings'),
    preparedStatements: t('prepared statements'),
    handlers: t('open handlers'),
    database: t('the selected database'),
    routines: t('session settings changed by procedures and prepared statements'),
    counts: t('the values of LAST_INSERT_ID() and ROW_COUNT()'),
  };
  return contents.map((content) => names[content]).join(', ');
}

/** What was lost and why, as lines of a question or as a message. */
export function lossLines({ what, contents, unfinished, reason }: SessionLoss): string[] {
  const { t } = vscode.l10n;
  const rolledBack = contents.includes('transaction') && what === 'session';
  return [
    ...(what === 'session' ? [t('Lost with the session: {0}.', contentNames(contents))] : []),
    ...(rolledBack ? [t('The server rolled back the transaction.')] : []),
    ...(unfinished ? [t('A statement was running when the session ended. Check whether its changes were made.')] : []),
    ...(reason === undefined ? [] : [t('Reason: {0}', reason)]),
  ];
}
