import * as vscode from 'vscode';
import { durationText } from './duration.ts';
import type { RowsTab } from './resultTabs.ts';
import { shownRows } from '../../engine/query/results/rowOrder.ts';

/** What stands below the rows: how many there are, what is missing, how long it took. */
export function statusOf(tab: RowsTab): string {
  const { rows, cutBy, cutCells, total, elapsedMs } = tab.result;
  const isCounted = total !== undefined && total > rows.length;
  const all = count(rows.length);
  const shown = shownRows(tab);
  return [
    shown === rows.length ? all : vscode.l10n.t('{0} of {1}', shown.toLocaleString(), all),
    ...(isCounted ? [vscode.l10n.t('out of {0}. Export to get all rows.', count(total))] : []),
    ...(cutBy === 'rows' && !isCounted ? [vscode.l10n.t('truncated: there are more rows. Export to get all rows.')] : []),
    ...(cutBy === 'size' && !isCounted ? [vscode.l10n.t('truncated: the result is too large to show. Export to get all rows.')] : []),
    ...(cutCells > 0
      ? [cutCells === 1 ? vscode.l10n.t('1 large cell truncated') : vscode.l10n.t('{0} large cells truncated', cutCells)]
      : []),
    duration(elapsedMs),
  ].join(' · ');
}

export function count(rows: number): string {
  return rows === 1 ? vscode.l10n.t('1 row') : vscode.l10n.t('{0} rows', rows.toLocaleString());
}

export function duration(milliseconds: number): string {
  const { t } = vscode.l10n;
  return durationText(milliseconds, t);
}
