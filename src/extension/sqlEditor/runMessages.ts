import * as vscode from 'vscode';
import type { UserSessionOutcome } from '../../engine/query/userSession/userSessionRun.ts';
import type { SessionLoss } from '../../engine/query/userSession/sessionLoss.ts';
import type { PilotError } from '../../engine/errors.ts';
import { cutLine } from '../../engine/text.ts';
import type { RunMessage } from '../../webview/results/messages.ts';
import type { RunOutput } from '../results/resultTabs.ts';
import { count, duration } from '../results/status.ts';
import { errorText } from '../messages/errorText.ts';
import { warningTexts } from './repeatedWarnings.ts';
import type { JudgedStatement } from './runQuestions.ts';
import type { RunStatement } from './statementRunner.ts';

/** As much of a statement as a message shows. */
export const SHOWN_SQL = 200;

/** Verbs of statements whose result is all that they are run for: one that was stopped has not done what was wanted. */
const READING = new Set(['SELECT', 'TABLE', 'VALUES', 'WITH', '(', 'DO']);

/** Servers count a database as a row that was changed, and its tables, too. */
const OF_DATABASE = /^(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA)\b/i;

/** Verbs after which the number of rows is of interest, also where it is 0. */
const CHANGES_ROWS = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'LOAD', 'WITH', 'CALL', 'EXECUTE', 'IMPORT']);

export function lossTitle({ what }: SessionLoss): string {
  return what === 'session' ? vscode.l10n.t('The session has ended.') : vscode.l10n.t('The transaction has ended.');
}

/** What is told of a statement that has ended. */
export function show(
  output: RunOutput,
  { sql, line, start, verdict }: RunStatement & JudgedStatement,
  { results, changed, warnings, warningCount, elapsedMs, newSession, stopped, endedTransaction, untold }: UserSessionOutcome,
): void {
  const say = (kind: RunMessage['kind'], text: string): void => {
    output.say({ kind, text, sql: cutLine(sql, SHOWN_SQL), ...(start === undefined ? {} : { line }) });
  };
  if (newSession) say('warning', vscode.l10n.t('The previous session had ended. This statement ran in a new one.'));
  const rows = results.reduce((sum, result) => sum + (result.total ?? result.rows.length), 0);
  const what =
    results.length > 0
      ? count(rows)
      : changed === undefined
        ? vscode.l10n.t('Done')
        : (changed.affected === 0 && !CHANGES_ROWS.has(verdict.verb)) || OF_DATABASE.test(sql)
          ? vscode.l10n.t('Done')
          : vscode.l10n.t('{0} changed', count(changed.affected));
  const more = changed === undefined || changed.info === '' ? '' : ` · ${changed.info}`;
  // SLEEP() returns without an error when it is interrupted.
  if (stopped && (verdict.effect !== 'changes' || READING.has(verdict.verb))) say('warning', vscode.l10n.t('Line {0}: canceled', line));
  else say('ok', vscode.l10n.t('Line {0}: {1}', line, `${what} · ${duration(elapsedMs)}${more}`));
  for (const { level, text } of warningTexts(warnings)) say(level === 'Note' ? 'info' : 'warning', text);
  if (warnings.length > 0 && warningCount > warnings.length)
    say('warning', vscode.l10n.t('{0} of {1} warnings are shown. To read all of them, run SHOW WARNINGS.', warnings.length, warningCount));
  if (warnings.length === 0 && warningCount > 0)
    say('warning', vscode.l10n.t('Warnings: {0}. To read them, run SHOW WARNINGS.', warningCount));
  if (untold)
    say(
      'warning',
      vscode.l10n.t(
        'This session no longer reports changes to sql_mode, time_zone, and the character set (session_track_system_variables). After a statement that may change them, MySQL Pilot queries their values.',
      ),
    );
  if (endedTransaction) say('warning', vscode.l10n.t('This statement ended the open transaction.'));
}

export function failureMessage({ sql, line, start }: RunStatement, failure: PilotError): Omit<RunMessage, 'where' | 'id'> {
  const about = { sql: cutLine(sql, SHOWN_SQL), ...(start === undefined ? {} : { line }) };
  if (failure.code === 'statement.canceled') return { kind: 'warning', text: vscode.l10n.t('Line {0}: canceled', line), ...about };
  return { kind: 'error', text: vscode.l10n.t('Line {0}: {1}', line, errorText(failure)), ...about };
}

/** Said behind a statement that has ended a run before its end: `count` statements have not run. */
export function notRunMessage({ sql }: RunStatement, count: number): Omit<RunMessage, 'where' | 'id'> {
  const { t } = vscode.l10n;
  const text = count === 1 ? t("1 more statement wasn't run.") : t("{0} more statements weren't run.", count);
  return { kind: 'warning', text, sql: cutLine(sql, SHOWN_SQL) };
}
