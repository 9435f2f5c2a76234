import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { readableCell } from './cellText.ts';
import { tablesOf } from '../../engine/query/results/generatedColumns.ts';
import { copyChanges, copyText, type CopyFormat } from './copyFormats.ts';
import { exportRows } from './exportRows.ts';
import type { ResultTabs, RowsTab } from './resultTabs.ts';
import { rowAt } from './rowOrder.ts';
import type { ResultsView } from './resultsView.ts';
import { selectedCells } from './selection.ts';
import { showInformation } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';
import type { UserReviews } from '../writes/userReviews.ts';

export interface ResultCommandParts {
  readonly tools: CommandTools;
  readonly tabs: ResultTabs;
  readonly view: ResultsView;
  readonly databases: DatabaseCache;
  readonly documents: ReadOnlyDocuments;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly reviews: UserReviews;
}

export function registerResultCommands(parts: ResultCommandParts): vscode.Disposable {
  const { tools, tabs, view, databases, documents, extension, log, reviews } = parts;
  const copy = async (format: CopyFormat): Promise<void> => {
    const tab = activeRows(tabs);
    const cells = selectedCells(tab, view.selection);
    const generated =
      format === 'insert'
        ? await (await databases.get(await tools.sameServer(tab.place.profile))).schema.generatedColumns(tablesOf(cells.columns))
        : undefined;
    await vscode.env.clipboard.writeText(copyText(cells, format, generated));
    const { renamed, leftOut } = copyChanges(cells, format, generated);
    const notes = [
      ...(renamed.length === 0 ? [] : [vscode.l10n.t('Columns with the same name were renamed: {0}.', renamed.join(', '))]),
      ...(leftOut.length === 0 ? [] : [vscode.l10n.t('Generated columns were omitted: {0}.', leftOut.join(', '))]),
    ];
    if (notes.length > 0) void showInformation(notes.join(' '));
  };
  const register = (id: string, run: () => Promise<unknown>): vscode.Disposable => tools.register(`results.${id}`, run);
  return vscode.Disposable.from(
    register('copy', () => copy('tsv')),
    register('copyAs', async () => {
      const format = await pickFormat();
      if (format !== undefined) await copy(format);
    }),
    register('selectAll', () => {
      view.selectAll();
      return Promise.resolve();
    }),
    register('stop', () => {
      tabs.stop();
      return Promise.resolve();
    }),
    register('view', async () => {
      const tab = activeRows(tabs);
      const [range] = view.selection;
      const { fromRow: row, fromColumn: column } = range ?? { fromRow: 0, fromColumn: 0 };
      const cell = rowAt(tab, row)?.[column] ?? null;
      const name = tab.result.columns[column]?.name ?? '';
      await documents.show({ name: `${name}, ${vscode.l10n.t('row {0}', row + 1)}`, ...readableCell(cell) });
    }),
    register('edit', async () => {
      const [range] = view.selection;
      if (range === undefined) return;
      const { editCell } = await import('./editCell.ts');
      const tab = activeRows(tabs);
      const profile = await tools.sameServer(tab.place.profile);
      const { stillAsConfirmed } = tools;
      await editCell({ extension, tabs, databases, log, profile, reviews, stillAsConfirmed }, tab, range.fromRow, range.fromColumn);
    }),
    register('export', () => exportRows(activeRows(tabs), tools, databases)),
  );
}

function activeRows(tabs: ResultTabs): RowsTab {
  const tab = tabs.active;
  if (tab?.kind === 'rows') return tab;
  throw new PilotError('input.invalid', vscode.l10n.t('There are no rows to show.'), {
    nextStep: vscode.l10n.t('First run a statement that returns rows.'),
  });
}

async function pickFormat(): Promise<CopyFormat | undefined> {
  const items: (vscode.QuickPickItem & { format: CopyFormat })[] = [
    { label: vscode.l10n.t('Tab-Separated'), description: vscode.l10n.t('for spreadsheets'), format: 'tsv' },
    { label: 'CSV', description: vscode.l10n.t('with column names'), format: 'csv' },
    { label: 'JSON', description: vscode.l10n.t('one object per row'), format: 'json' },
    { label: 'Markdown', description: vscode.l10n.t('a table'), format: 'markdown' },
    { label: 'INSERT', description: vscode.l10n.t('a statement'), format: 'insert' },
    { label: 'IN (…)', description: vscode.l10n.t('each value once'), format: 'inList' },
  ];
  return (await pick(items, { title: vscode.l10n.t('Copy the selected cells as') }))?.format;
}
