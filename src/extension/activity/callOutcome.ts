import * as vscode from 'vscode';
import { number } from '../writes/reviewHeadline.ts';
import { undoObstacleText } from '../writes/undoWords.ts';
import type { ActivityCall } from './callActivity.ts';

/** What became of a call, in a few words: its time, or for a write what was committed. */
export function outcomeOf({ milliseconds, error, write, undone }: ActivityCall): string {
  const { t } = vscode.l10n;
  if (milliseconds === undefined) return t('running');
  if (undone) return t('undone');
  if (error !== undefined) return failureName(error);
  if (write?.outcome !== 'committed') return t('{0} ms', milliseconds);
  const { rows = 0 } = write;
  const committed = rows === 1 ? t('1 row committed') : t('{0} rows committed', number(rows));
  return `${committed} · ${t('{0} ms', write.milliseconds)}`;
}

/** The time of the statement apart from that of the person, and why it can't be undone; a line each. */
export function detailsOf({ milliseconds, write, undone }: ActivityCall): string[] {
  const { t } = vscode.l10n;
  if (write === undefined) return [];
  const { decidedMs, notUndone } = write;
  return [
    ...(write.outcome === 'committed' ? [t('Statement: {0} ms', write.milliseconds)] : []),
    ...(decidedMs === undefined ? [] : [t('Your decision: {0} s', (decidedMs / 1000).toFixed(1))]),
    ...(milliseconds === undefined ? [] : [t('Call: {0} ms', milliseconds)]),
    ...(notUndone === undefined ? [] : [undoObstacleText(notUndone, t)]),
    ...(undone ? [t('Undone. The rows are as they were before the write.')] : []),
  ];
}

/** What people call it. */
function failureName(code: string): string {
  const { t } = vscode.l10n;
  switch (code) {
    case 'approval.denied':
      return t('rejected');
    case 'approval.expired':
      return t('expired before a decision');
    case 'statement.refused':
      return t('refused');
    case 'statement.canceled':
      return t('canceled');
    case 'statement.timeout':
      return t('timed out');
    case 'connection.lost':
    case 'session.lost':
      return t('connection lost');
    case 'host.unreachable':
      return t('server unreachable');
    case 'login.refused':
      return t('login failed');
    case 'connection.limit':
      return t('too many connections');
    case 'rate.limited':
      return t('rate limited');
    case 'object.unknown':
    case 'database.unknown':
    case 'connection.unknown':
      return t('not found');
    case 'write.changed':
      return t('rows or definitions changed');
    case 'write.unknown':
      return t('outcome unknown');
    default:
      return t('failed');
  }
}
