import * as vscode from 'vscode';
import { failureName } from '../messages/failureName.ts';
import { number } from '../../review/reviewHeadline.ts';
import { undoObstacleText } from '../../review/undoWords.ts';
import type { ActivityCall } from './callActivity.ts';

/** What became of a call, in a few words: its time, or for a write or export what was committed or exported. */
export function outcomeOf({ milliseconds, error, write, undone }: ActivityCall): string {
  const { t } = vscode.l10n;
  if (milliseconds === undefined) return t('running');
  if (undone) return t('undone');
  if (error !== undefined) return failureName(error, t);
  if (write?.outcome === 'exported') {
    const { rows = 0 } = write;
    const exported = rows === 1 ? t('1 row exported') : t('{0} rows exported', number(rows));
    return `${exported} · ${t('{0} ms', write.milliseconds)}`;
  }
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
    ...(write.outcome === 'committed' || write.outcome === 'exported' ? [t('Statement: {0} ms', write.milliseconds)] : []),
    ...(decidedMs === undefined ? [] : [t('Decision time: {0} s', (decidedMs / 1000).toFixed(1))]),
    ...(milliseconds === undefined ? [] : [t('Call: {0} ms', milliseconds)]),
    ...(notUndone === undefined ? [] : [undoObstacleText(notUndone, t)]),
    ...(undone ? [t('Undone. The rows are as they were before the write.')] : []),
  ];
}
