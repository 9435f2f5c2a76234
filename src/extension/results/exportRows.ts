import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ExportFormat } from '../../engine/query/exportFormats.ts';
import type { RowsTab } from './resultTabs.ts';
import { count, duration } from './status.ts';
import { showInformation, withProgress } from '../ui/messages.ts';

const FILTERS: Readonly<Record<string, string[]>> = { CSV: ['csv'], 'JSON Lines': ['jsonl'], 'SQL INSERT': ['sql'], Parquet: ['parquet'] };
/** A day: the person stops it where it takes too long. */
const TIMEOUT_MS = 24 * 3600_000;

/** Runs a read again and streams all its rows into a file that the person chooses. Nothing is left of an export that fails or is stopped. */
export async function exportRows({ sql, place, reads, title }: RowsTab, databases: DatabaseCache): Promise<void> {
  if (!reads) {
    throw new PilotError('input.invalid', vscode.l10n.t('Only what reads can be run again for all its rows.'), {
      nextStep: vscode.l10n.t('Copy the rows that are shown, or write a SELECT for them.'),
    });
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${title.replaceAll(/[^\p{L}\p{N}_-]+/gu, '_')}.csv`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export all rows'),
    filters: FILTERS,
    ...(folder?.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (target === undefined) return;
  const format = formatOf(target.fsPath);
  const database = await databases.get(place.profile);
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Exporting to {0}', path.basename(target.fsPath)),
    cancellable: true,
  };
  const exported = await withProgress(options, async (report, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => {
      stop.abort();
    });
    const temporary = `${target.fsPath}.part`;
    const file = await open(temporary, 'w', 0o600);
    try {
      const result = await database.export(sql, {
        ...{ database: place.database, timeoutMs: TIMEOUT_MS, signal: stop.signal, format, table: title, file },
        progress: (rows) => {
          report(count(rows));
        },
      });
      await file.close();
      await rename(temporary, target.fsPath);
      return result;
    } catch (error) {
      await file.close();
      await rm(temporary, { force: true });
      throw error;
    }
  });
  const openIt = vscode.l10n.t('Open');
  const said = vscode.l10n.t('{0} exported in {1}.', count(exported.rows), duration(exported.elapsedMs));
  const answer = await showInformation(said, ...(format === 'parquet' ? [] : [openIt]));
  if (answer === openIt) await vscode.commands.executeCommand('vscode.open', target);
}

function formatOf(file: string): ExportFormat {
  switch (path.extname(file).toLowerCase()) {
    case '.jsonl':
    case '.ndjson':
      return 'jsonl';
    case '.sql':
      return 'sql';
    case '.parquet':
      return 'parquet';
    default:
      return 'csv';
  }
}
