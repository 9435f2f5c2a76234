import * as vscode from 'vscode';
import { describeTarget } from '../../engine/driver/profile.ts';
import { cut } from '../../engine/text.ts';
import type { FromResultsView, GridTab, ResultsStrings, ToResultsView } from '../../webview/results/messages.ts';
import { environmentName } from '../connections/environments.ts';
import type { RowsTab } from './resultTabs.ts';
import { rowAt, shownRows, type OrderedRows } from '../../engine/query/results/rowOrder.ts';
import { statusOf } from './status.ts';

/** A cell has room for so much; the viewer shows all of it. */
const SHOWN_CHARACTERS = 300;
/** Of names of columns and tables, which a server may make as long as it likes: the header has room for less. */
const SHOWN_NAME = 300;
/** The most rows that are sent at once. */
const MAX_ROWS = 1000;

/** What the grid is told of a result; its rows it asks for. */
export function gridOf(tab: RowsTab): GridTab {
  const { id, title, pinned } = tab;
  const { profile, database } = tab.place;
  const where = [
    profile.name,
    ...(profile.environment === undefined ? [] : [environmentName(profile.environment)]),
    describeTarget(profile),
    ...(database === undefined ? [] : [database]),
  ];
  return {
    kind: 'grid',
    ...{ id, title: cut(title, SHOWN_NAME), pinned },
    tooltip: `${where.join(' · ')}\n${tab.sql.slice(0, 1000)}`,
    status: statusOf(tab),
    columns: tab.result.columns.map(({ name, numeric }) => ({
      name: cut(name, SHOWN_NAME),
      align: numeric === undefined ? 'start' : 'end',
    })),
    version: tab.version,
    shown: shownRows(tab),
    total: tab.result.rows.length,
    ...tab.order,
  };
}

/** The rows that a grid asks for; undefined where it asked before their order changed. */
export function rowsFor(
  tab: OrderedRows & Pick<RowsTab, 'id' | 'version'>,
  { version, start, count }: Pick<Extract<FromResultsView, { type: 'rows' }>, 'version' | 'start' | 'count'>,
): ToResultsView | undefined {
  if (tab.version !== version) return undefined;
  const end = Math.min(start + Math.min(count, MAX_ROWS), shownRows(tab));
  const rows = [];
  for (let place = start; place < end; place++)
    rows.push(
      (rowAt(tab, place) ?? []).map((cell) =>
        cell === null || cell.length <= SHOWN_CHARACTERS ? cell : `${cell.slice(0, SHOWN_CHARACTERS)}…`,
      ),
    );
  return { type: 'rows', tab: tab.id, version, start, rows };
}

export function gridStrings(): ResultsStrings {
  return {
    empty: vscode.l10n.t('Run a statement in an SQL file, or preview a table, to see rows here.'),
    filter: vscode.l10n.t('Filter rows'),
    filterHint: vscode.l10n.t('Filter: text, or column:text'),
    copyAs: vscode.l10n.t('Copy As…'),
    export: vscode.l10n.t('Export All Rows…'),
    view: vscode.l10n.t('Open Cell in Editor'),
    edit: vscode.l10n.t('Edit Cell'),
    stop: vscode.l10n.t('Cancel Running Statement'),
    running: vscode.l10n.t('Running…'),
    close: vscode.l10n.t('Close'),
    pin: vscode.l10n.t('Pin: keep this result when you run the next statement'),
    unpin: vscode.l10n.t('Unpin'),
    tabs: vscode.l10n.t('Results'),
    rowNumber: vscode.l10n.t('Row'),
    loading: vscode.l10n.t('Loading…'),
    noRows: vscode.l10n.t('No rows'),
    messages: vscode.l10n.t('Messages'),
    reveal: vscode.l10n.t('Go to Statement'),
    tools: vscode.l10n.t('Tools'),
  };
}
