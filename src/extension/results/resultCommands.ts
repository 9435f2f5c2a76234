import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { RowsActions, type RowsTarget } from './rowsActions.ts';
import type { ResultTabs, RowsTab } from './resultTabs.ts';
import type { ResultsView } from './resultsView.ts';
import type { UnfinishedWork } from '../writes/unfinishedWork.ts';
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
  readonly unfinished: UnfinishedWork;
}

export function registerResultCommands(parts: ResultCommandParts): vscode.Disposable {
  const { tools, tabs, view, databases, documents, extension, log, reviews, unfinished } = parts;
  const actions = new RowsActions({ tools, databases, documents });
  const target = (): RowsTarget => ({ tab: activeRows(tabs), ranges: view.selection });
  const register = (id: string, run: () => Promise<unknown>): vscode.Disposable => tools.register(`results.${id}`, run);
  return vscode.Disposable.from(
    register('copy', () => actions.copy(target())),
    register('copyAs', () => actions.copyAs(target())),
    register('selectAll', () => {
      view.selectAll();
      return Promise.resolve();
    }),
    register('stop', () => {
      tabs.stop();
      return Promise.resolve();
    }),
    register('view', () => actions.view(target())),
    register('edit', async () => {
      const [range] = view.selection;
      if (range === undefined) return;
      const { editCell } = await import('./editCell.ts');
      const tab = activeRows(tabs);
      const profile = await tools.sameServer(tab.place.profile);
      const { stillAsConfirmed } = tools;
      await editCell(
        { extension, tabs, databases, log, profile, reviews, unfinished, stillAsConfirmed },
        tab,
        range.fromRow,
        range.fromColumn,
      );
    }),
    register('export', () => actions.export(target())),
  );
}

function activeRows(tabs: ResultTabs): RowsTab {
  const tab = tabs.active;
  if (tab?.kind === 'rows') return tab;
  throw new PilotError('input.invalid', vscode.l10n.t('There are no rows to show.'), {
    nextStep: vscode.l10n.t('First run a statement that returns rows.'),
  });
}
