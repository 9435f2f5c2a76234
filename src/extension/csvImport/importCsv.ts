import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import { plainLine } from '../../engine/foreignText.ts';
import { importRows, MAX_REFUSED, type ImportOutcome, type ImportRow } from '../../engine/writes/rowImport.ts';
import type { FormValues } from '../../webview/form/messages.ts';
import { FormPanel } from '../forms/formPanel.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import type { TreeNode } from '../tree/nodes.ts';
import { fileState, unchangedRows } from './fileState.ts';
import { guessDelimiter, MAX_COLUMNS, readHead, readRows } from './csvFile.ts';
import { checkEncoding, guessEncoding, type Encoding } from './encodings.ts';
import { reviewImport } from './importReview.ts';
import { encodingOf, formOf, isTimestamp, mappingValues, zoneName, type Source } from './importForm.ts';
import { count } from '../results/status.ts';
import { fillableColumns, LEFT_OUT, leftOutOf, namesColumns, type TableColumn } from './mapping.ts';
import { readSetting } from '../settings/settings.ts';
import { withProgress } from '../ui/dialogs.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { joined, sql } from '../../engine/sql/ownSql.ts';
import { confirmStatements } from '../writes/confirmStatements.ts';
import type { OwnChange } from '../writes/ownReview.ts';
import type { UserReviews } from '../writes/userReviews.ts';
import type { UnfinishedWork } from '../writes/unfinishedWork.ts';
import { type CommandTools } from '../connections/commandTools.ts';

export interface ImportParts {
  readonly reviews: UserReviews;
  readonly stillAsConfirmed: CommandTools['stillAsConfirmed'];
  readonly unfinished: UnfinishedWork;
  readonly extension: vscode.Uri;
  readonly databases: DatabaseCache;
  readonly documents: ReadOnlyDocuments;
  readonly log: vscode.LogOutputChannel;
}

/** Asks for a file, then how its columns go to those of the table; nothing is inserted before the person has seen both and said so. */
export async function importCsv(parts: ImportParts, node: TreeNode & { readonly kind: 'table' }): Promise<void> {
  const { profile, database, table } = node;
  if (profile.readOnly === true)
    throw new PilotError('input.invalid', vscode.l10n.t('The connection is read-only for everyone.'), {
      nextStep: vscode.l10n.t('To change data, turn off "Read-only for everyone" with "Edit Connection…".'),
    });
  const columns = await fillable(parts.databases, node);
  const title = vscode.l10n.t('Import into {0}', table.name);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: plainLine(title),
      filters: { CSV: ['csv', 'tsv', 'txt'], [vscode.l10n.t('All files')]: ['*'] },
    })) ?? [];
  if (chosen === undefined) return;
  const file = chosen.fsPath;
  const guessed = await guessEncoding(file);
  const read = async (delimiter: string, encoding: Encoding): Promise<Source> => {
    const state = await fileState(file); // before it is read: a change behind that is seen
    const head = await readHead(file, delimiter, encoding);
    if (!head.some((row) => row.length > MAX_COLUMNS)) return { file, state, columns, uncertain: guessed.uncertain, head };
    throw new PilotError('input.invalid', vscode.l10n.t('The file has more than {0} columns, the maximum for a table.', MAX_COLUMNS), {
      nextStep: vscode.l10n.t('Check the delimiter, or import a file with fewer columns.'),
    });
  };
  const delimiter = await guessDelimiter(file, guessed.encoding);
  let source = await read(delimiter, guessed.encoding);
  const first: FormValues = {
    ...{ delimiter, encoding: guessed.encoding, header: true, empty: 'null', mode: 'all', timeZone: '' },
    escapedFormulas: await readSetting('exports.escapeFormulas'), // which is what wrote the file, if it is one of ours
  };
  new FormPanel(
    parts.extension,
    {
      title,
      form: formOf(title, database, table.name, source),
      values: { ...first, ...mappingValues(source, true) },
      act: async (action, values, panel) => {
        if (action === 'cancel') {
          panel.dispose();
          return;
        }
        const { head: shown, state } = source;
        source = await read(String(values['delimiter']), encodingOf(values));
        const hasOtherColumns = !isDeepStrictEqual(source.head[0], shown[0]); // than those that were mapped
        if (action === 'again' || !isDeepStrictEqual([source.head, source.state], [shown, state])) {
          const mapping = action === 'again' || hasOtherColumns ? mappingValues(source, values['header'] === true) : {};
          panel.show(formOf(title, database, table.name, source), { ...values, ...mapping });
          if (action !== 'again')
            panel.status('warning', vscode.l10n.t('The file differs from what was shown. Check the rows and columns, then import it.'));
          return;
        }
        const outcome = await run(parts, node, source, values, panel);
        if (outcome !== undefined) await tell(parts.documents, outcome, table.name, panel);
      },
    },
    parts.log,
  );
}

async function fillable(
  databases: DatabaseCache,
  { profile, database, table }: TreeNode & { readonly kind: 'table' },
): Promise<readonly TableColumn[]> {
  const definition = (await (await databases.get(profile)).schema.describe(database, table.name))?.definition;
  if (definition === undefined)
    throw new PilotError('input.invalid', vscode.l10n.t("You can't insert rows into {0}.", table.name), {
      nextStep: vscode.l10n.t('Select a table.'),
    });
  return fillableColumns(definition);
}

async function run(
  { databases, reviews, stillAsConfirmed, unfinished }: ImportParts,
  { profile, database, table }: TreeNode & { readonly kind: 'table' },
  { file, state, columns, head }: Source,
  values: FormValues,
  panel: FormPanel,
): Promise<ImportOutcome | undefined> {
  const { t } = vscode.l10n;
  const filled = columns.flatMap((column, i) => {
    const place = values[`to ${String(i)}`];
    return typeof place === 'string' && place !== LEFT_OUT ? [{ ...column, place: Number(place) }] : [];
  });
  const timed = filled.some(isTimestamp);
  const timeZone = String(values['timeZone'] ?? '').trim();
  if (timed && timeZone === '') {
    panel.status('error', t('Enter the time zone of the TIMESTAMP values in the file.'));
    return undefined;
  }
  if (filled.length === 0) {
    panel.status('error', t('Map at least one column.'));
    return undefined;
  }
  await checkEncoding(file, encodingOf(values)); // all of it, before a row is inserted
  const where = nameWithEnvironment(profile);
  const go = t('Import');
  const names = joined(filled.map(({ name }) => quoteIdentifier(name)));
  const insert = sql`INSERT INTO ${quoteIdentifier(database)}.${quoteIdentifier(table.name)} (${names}) VALUES …`;
  const asked = { profile, database, question: t('Insert these rows into {0} on {1}?', table.name, where), run: go };
  const [first = []] = head;
  const leftOut = leftOutOf(first, values['header'] === true, new Set(filled.map(({ place }) => place)));
  const leavesOut = [
    ...(values['header'] === true && !namesColumns(columns, first) ? [t("The first line isn't imported: {0}", first.join(', '))] : []),
    ...(leftOut.length === 0 ? [] : [t("File columns that aren't imported: {0}", leftOut.join(', '))]),
  ];
  const form = {
    delimiter: String(values['delimiter']),
    encoding: encodingOf(values),
    header: values['header'] === true,
    emptyIsNull: values['empty'] === 'null',
    escapedFormulas: values['escapedFormulas'] === true,
  };
  const places = filled.map(({ place }) => place);
  const changed = (): Error =>
    new PilotError('input.invalid', t('The file was changed after it was shown.'), {
      nextStep: t('Select "Read File Again", check the rows, then import the file.'),
    });
  const rows = (): AsyncGenerator<ImportRow> => unchangedRows(readRows(file, form, places, head[0]?.length ?? 0), file, state, changed);
  const atomic = values['mode'] === 'all';
  const target = { database, name: table.name };
  const statements = [{ sql: insert, warnings: [t('File: {0}', path.basename(file)), ...leavesOut] }];
  const review = (): Promise<OwnChange> =>
    reviewImport({ profile, table: target, file, columns: filled, sql: insert, atomic, leavesOut }, rows());
  if (!(await confirmStatements(reviews, { ...asked, statements, review }))) return undefined;
  await stillAsConfirmed(profile);
  const userSession = (await databases.get(profile)).sessions.open(database);
  const stop = new AbortController();
  const work = unfinished.begin({ kind: 'import', file: path.basename(file), connection: profile.name });
  try {
    return await withProgress(
      { location: vscode.ProgressLocation.Notification, title: t('Importing into {0}', table.name), cancellable: true },
      (report, token) => {
        token.onCancellationRequested(() => {
          stop.abort();
        });
        return importRows(userSession, target, filled, rows(), {
          atomic,
          timeZone: timed ? zoneName(timeZone) : undefined,
          signal: stop.signal,
          progress: (inserted, refused) => {
            report(t('Inserted: {0} · Rejected: {1}', inserted.toLocaleString(), refused));
          },
        });
      },
    );
  } finally {
    work.end();
    userSession.close();
  }
}

async function tell(
  documents: ReadOnlyDocuments,
  { inserted, refused, stopped, remarks }: ImportOutcome,
  table: string,
  panel: FormPanel,
): Promise<void> {
  const { t } = vscode.l10n;
  const [first] = refused;
  const done = t('Inserted {0} into {1}.', count(inserted), table);
  const remarked = remarks.count === 0 ? '' : ` ${t('Warnings from the server: {0}. First: {1}', remarks.count, remarks.first)}`;
  const rows = `${done}${remarked}`;
  if (first === undefined) {
    panel.status(stopped || remarks.count > 0 ? 'warning' : 'ok', stopped ? `${t('The statement was canceled.')} ${rows}` : rows);
    return;
  }
  const line = t('Line {0}: {1}', first.line, first.message);
  if (refused.length === 1) {
    panel.status(inserted === 0 ? 'error' : 'warning', `${rows} ${line}`);
    return;
  }
  const ended = refused.length >= MAX_REFUSED ? ` ${t('Import stopped: too many rejected rows.')}` : '';
  panel.status('warning', `${rows} ${t('Rows rejected: {0}.', refused.length)} ${line} …${ended}`);
  const list = refused.map((one) => t('Line {0}: {1}', one.line, one.message)).join('\n');
  await documents.show({ name: t('Rows rejected for {0}', table), ending: '.txt', text: `${list}\n` });
}
