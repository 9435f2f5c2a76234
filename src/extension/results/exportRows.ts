import path from 'node:path';
import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ExportFormat } from '../../engine/query/exports/rowWriter.ts';
import type { Exported } from '../../engine/query/exports/exportRead.ts';
import type { FileOptions } from '../../engine/query/exports/fileSink.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import { readSetting } from '../settings/settings.ts';
import { problemLine } from '../messages/problemLine.ts';
import { stillRuns, type RowsTab } from './resultTabs.ts';
import { count, duration } from './status.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import { confirm, showInformation, showWarning, withProgress } from '../ui/dialogs.ts';
import { writeWholeFile } from '../files/wholeFile.ts';

const FILTERS: Readonly<Record<string, string[]>> = { CSV: ['csv'], 'JSON Lines': ['jsonl'], 'SQL INSERT': ['sql'], Parquet: ['parquet'] };
/** A day: the person stops it where it takes too long. */
const TIMEOUT_MS = 24 * 3600_000;

/** Writes all rows of a result to a file that the person chooses. Nothing is left of an export that fails or is stopped. */
export async function exportRows(tab: RowsTab, tools: CommandTools, databases: DatabaseCache): Promise<void> {
  const { title, result, place } = tab;
  const isWhole = result.cutBy === undefined && result.cutCells === 0;
  if (!isWhole) await tools.sameServer(place.profile);
  const mayChange = await mayRunAgain(tab, databases);
  if (mayChange === undefined) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${title.replaceAll(/[^\p{L}\p{N}_-]+/gu, '_')}.csv`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export all rows'),
    filters: FILTERS,
    ...(folder?.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
  });
  if (target === undefined) return;
  const format = formatOf(target.fsPath);
  if (format === 'sql') await tools.sameServer(place.profile); // whose tables have to be known
  const escapeFormulas = await readSetting('exports.escapeFormulas');
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
    const progress = (rows: number): void => {
      report(count(rows));
    };
    return writeWholeFile(target.fsPath, (file) =>
      write(tab, databases, { format, table: title, file, progress, escapeFormulas }, { signal: stop.signal, mayChange }),
    );
  });
  const openIt = vscode.l10n.t('Open');
  const said = [vscode.l10n.t('{0} exported in {1}.', count(exported.rows), duration(exported.elapsedMs)), ...exported.notes].join(' ');
  const show = exported.notes.length === 0 ? showInformation : showWarning;
  const answer = await show(said, ...(format === 'parquet' ? [] : [openIt]));
  if (answer === openIt) await vscode.commands.executeCommand('vscode.open', target);
}

/**
 * Whether a statement that has to run again for all rows may change something by that, which the person is asked about; undefined where they do not want it. Throws where the statement
 * itself changes something: nobody means to do that twice for a file.
 */
async function mayRunAgain({ sql, place, result, utc, moment }: RowsTab, databases: DatabaseCache): Promise<boolean | undefined> {
  if (utc) return false; // one of ours, which only reads
  if (moment === undefined) throw stillRuns();
  const effect = await (await databases.get(place.profile)).sessions.exportEffect({ sql, result, moment });
  if (effect === undefined) return false;
  const { t } = vscode.l10n;
  if (effect.of === 'statement')
    throw new PilotError(
      'input.invalid',
      effect.problem.value === undefined
        ? t("The statement may make changes, so it isn't run again to get the rows that aren't in memory.")
        : t("The statement may make changes ({0}), so it isn't run again to get the rows that aren't in memory.", effect.problem.value),
      { nextStep: t('Copy the visible rows, or write a SELECT for them.') },
    );
  const database = moment.userSession.database;
  const where = [nameWithEnvironment(place.profile), ...(database === undefined ? [] : [database])].join(' · ');
  const wanted = await confirm(t('Run the statement again on {0} to export all rows?', where), {
    safe: t("Don't Export"),
    action: t('Run Again and Export'),
    detail: [
      t("Some rows aren't in memory, and running the statement again may make changes:"),
      problemLine(effect),
      '',
      { statement: sql },
    ],
  });
  return wanted ? true : undefined;
}

/** From the person's session, or from memory; what one of our sessions has read, one of ours reads again. */
async function write(
  { sql, place, result, moment }: RowsTab,
  databases: DatabaseCache,
  options: FileOptions,
  { signal, mayChange }: { readonly signal: AbortSignal; readonly mayChange: boolean },
): Promise<Exported> {
  const database = await databases.get(place.profile);
  if (moment !== undefined) return database.sessions.exportShown({ sql, result, moment }, options, { signal, mayChange });
  const shown = result.cutCells === 0 ? result.rows : undefined;
  return database.reads.export(sql, {
    ...options,
    database: place.database,
    timeoutMs: TIMEOUT_MS,
    signal,
    rowsOfAnySize: true,
    shown,
    timeZone: '+00:00',
  });
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
