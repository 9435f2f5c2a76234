import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { Cell } from '../../engine/driver/values.ts';
import { isPilotError, PilotError } from '../../engine/errors.ts';
import type { SessionMoment } from '../../engine/query/userSession/sessionMoment.ts';
import { cutLine } from '../../engine/text.ts';
import {
  editability,
  needsZone,
  runCellEdit,
  tableOf,
  updateStatement,
  withoutPadding,
  type CellEdit,
  type Editability,
} from '../../engine/writes/rowEdit.ts';
import { reviewedEdit } from '../../engine/writes/reviewedEdit.ts';
import { isTemporary } from '../../engine/query/userSession/hiddenTables.ts';
import { FormPanel } from '../forms/formPanel.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import { stillRuns, type ResultTabs, type RowsTab } from './resultTabs.ts';
import { indexAt } from '../../engine/query/results/rowOrder.ts';
import { showStatus, showWarning, withProgress } from '../ui/dialogs.ts';
import { errorText } from '../messages/errorText.ts';
import { createInput } from '../ui/picks.ts';
import { type CommandTools } from '../connections/commandTools.ts';
import { confirmStatements } from '../writes/confirmStatements.ts';
import type { OwnChange } from '../writes/ownReview.ts';
import type { UnfinishedWork } from '../writes/unfinishedWork.ts';
import type { UserReviews } from '../writes/userReviews.ts';

export interface EditParts {
  readonly extension: vscode.Uri;
  readonly tabs: ResultTabs;
  readonly databases: DatabaseCache;
  readonly log: vscode.LogOutputChannel;
  readonly reviews: UserReviews;
  readonly unfinished: UnfinishedWork;
  readonly stillAsConfirmed: CommandTools['stillAsConfirmed'];
  /** As it is saved now. */
  readonly profile: ConnectionProfile;
}

/** A line of input holds no more in comfort. */
const LINE = 1000;

/** Asks for another value of a cell, shows the statement, and runs it if the person says so. */
export async function editCell(parts: EditParts, tab: RowsTab, row: number, column: number): Promise<void> {
  const edit = await prepare(parts, tab, row, column);
  const before = edit.row[column] ?? null;
  const title = vscode.l10n.t('{0} in row {1} of {2}', tab.result.columns[column]?.name ?? '', row + 1, edit.table.name);
  if (before !== null && (before.length > LINE || before.includes('\n'))) {
    askInForm(parts, tab, edit, title);
    return;
  }
  const value = await askLine(title, before);
  if (value === undefined || value === before) return;
  await change(parts, tab, { ...edit, value });
}

/** An edit, and the row as the grid has it. */
interface ShownEdit extends CellEdit {
  readonly shown: readonly Cell[];
}

async function prepare({ databases, profile }: EditParts, tab: RowsTab, row: number, place: number): Promise<ShownEdit> {
  const { columns } = tab.result;
  const column = columns[place];
  const cells = tab.result.rows[indexAt(tab, row)];
  const table = tableOf(column);
  if (profile.readOnly === true)
    throw refused(
      vscode.l10n.t('The connection is read-only for everyone.'),
      vscode.l10n.t('To change data, turn off "Read-only for everyone" with "Edit Connection…".'),
    );
  if (column === undefined || cells === undefined || table === undefined)
    throw refused(
      vscode.l10n.t("This column is computed and doesn't belong to a table."),
      vscode.l10n.t('Write an UPDATE statement instead.'),
    );
  if (!tab.utc && tab.moment === undefined) throw stillRuns();
  if (!tab.utc && needsZone(column, tab.moment?.timeZone))
    throw refused(
      vscode.l10n.t("The time zone of this session isn't known, so a TIMESTAMP value can't be edited."),
      vscode.l10n.t('Set time_zone in the session, then run the statement again.'),
    );
  const described = await (await databases.get(profile)).schema.describe(table.database, table.name);
  if (described === undefined) throw refused(vscode.l10n.t('{0} no longer exists.', table.name), vscode.l10n.t('Run the statement again.'));
  const found = editability(columns, column, described);
  if (found.key === undefined) throw notEditable(table.name, column.source?.column ?? column.name, found);
  const { key } = found;
  // The edit runs in a session of its own: the transaction would neither undo it nor let it pass its locks.
  if (tab.moment?.userSession.inTransaction === true)
    throw refused(
      vscode.l10n.t('The session that returned these rows has an open transaction, but a cell edit is committed immediately.'),
      vscode.l10n.t('First commit or roll back the transaction, or write an UPDATE statement instead.'),
    );
  // And it has none of their tables.
  if (tab.moment !== undefined && mayBeTemporary(tab.moment) && (await isTemporary(tab.moment, table, 'unseen')))
    throw refused(
      vscode.l10n.t('{0} is a temporary table of the session.', table.name),
      vscode.l10n.t('Write an UPDATE statement instead.'),
    );
  const held = tab.moment?.padsChars === true ? withoutPadding(cells, columns) : cells;
  return { table, columns, row: held, shown: cells, key, column: place, value: held[place] ?? null };
}

/** Whatever has run may have made one, a trigger too: where that can be asked without a trace, it is. */
function mayBeTemporary({ mayHideTables, steps, userSession }: SessionMoment): boolean {
  return mayHideTables || (steps > 0 && userSession.answer.isQuiet);
}

/** Says why a cell cannot be edited, and what helps. */
function notEditable(
  table: string,
  column: string,
  { refusal, needed = [] }: Extract<Editability, { readonly key?: undefined }>,
): PilotError {
  const { t } = vscode.l10n;
  switch (refusal) {
    case 'view':
      return refused(
        t("{0} is a view. Views have no keys, so a row can't be identified.", table),
        t('Edit the rows in the underlying tables, or write an UPDATE statement.'),
      );
    case 'generated':
      return refused(t('{0} is a generated column.', column), t('Edit the columns that this column is computed from.'));
    case 'noKey':
      return refused(
        t("{0} has no primary key and no unique key without NULLs, so a row can't be identified.", table),
        t('Add a key to the table, or write an UPDATE statement.'),
      );
    case 'roundedKey':
      return refused(
        t("The key of {0} is a FLOAT, which is shown rounded, so the row can't be identified.", table),
        t('Write an UPDATE statement instead.'),
      );
    case 'keyNotSelected':
      return refused(t("The result doesn't include the key of {0}.", table), t('Add {0} to the SELECT list.', needed.join(', ')));
    default:
      return refused(t("This account can't read the definition of {0}.", table), t('Write an UPDATE statement instead.'));
  }
}

function refused(message: string, nextStep: string): PilotError {
  return new PilotError('input.invalid', message, { nextStep });
}

/** Resolves to undefined where the person gave up. */
function askLine(title: string, before: Cell): Promise<Cell | undefined> {
  const prompt =
    before === null
      ? vscode.l10n.t('The value is NULL. Press Enter to replace it with the text in this box.')
      : vscode.l10n.t('Press Enter to review the statement.');
  const box = createInput(title, prompt, before ?? '');
  const setNull: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('circle-slash'), tooltip: vscode.l10n.t('Set NULL') };
  box.buttons = [setNull];
  box.ignoreFocusOut = true;
  return new Promise((resolve) => {
    const end = (value: Cell | undefined): void => {
      resolve(value);
      box.dispose();
    };
    box.onDidAccept(() => {
      end(box.value);
    });
    box.onDidTriggerButton(() => {
      end(null);
    });
    box.onDidHide(() => {
      end(undefined);
    });
    box.show();
  });
}

function askInForm(parts: EditParts, tab: RowsTab, edit: ShownEdit, title: string): void {
  if (edit.value?.includes('\r') === true)
    throw refused(
      vscode.l10n.t("The value contains carriage returns, which the form can't keep."),
      vscode.l10n.t('Write an UPDATE statement instead.'),
    );
  new FormPanel(
    parts.extension,
    {
      title,
      form: {
        heading: title,
        sections: [{ title: edit.table.name, fields: [{ id: 'value', kind: 'area', rows: 20, label: vscode.l10n.t('Value') }] }],
        actions: [
          { id: 'save', label: vscode.l10n.t('Review Update…') },
          { id: 'cancel', label: vscode.l10n.t('Cancel'), secondary: true },
        ],
        browse: '',
      },
      values: { value: edit.value ?? '' },
      restores: true,
      act: async (action, values, panel) => {
        if (action !== 'save' || (await change(parts, tab, { ...edit, value: String(values['value'] ?? '') }))) panel.dispose();
      },
    },
    parts.log,
  );
}

const SHOWN_VALUE = 60;

function shown(value: Cell): string {
  return value === null ? 'NULL' : `"${cutLine(value, SHOWN_VALUE)}"`;
}

/** False where the person did not want it. */
async function change(parts: EditParts, tab: RowsTab, edit: ShownEdit): Promise<boolean> {
  const { tabs, databases, profile, reviews, unfinished, stillAsConfirmed } = parts;
  const run = vscode.l10n.t('Update Row');
  const where = nameWithEnvironment(profile);
  const question = vscode.l10n.t('Update this row in {0} on {1}?', edit.table.name, where);
  const { database } = edit.table;
  const statements = [{ sql: updateStatement(edit), warnings: [] }];
  const verified = vscode.l10n.t(
    'Before the update, the row is locked and compared with the one shown. If it has changed, nothing is updated.',
  );
  const review = (): Promise<OwnChange> => Promise.resolve({ profile, database, statements: [reviewedEdit(edit)], verified, warnings: [] });
  if (!(await confirmStatements(reviews, { profile, database, question, run, statements, review }))) return false;
  await stillAsConfirmed(profile);
  const userSession = (await databases.get(profile)).sessions.open(edit.table.database);
  const work = unfinished.begin({ kind: 'edit', table: edit.table.name, connection: profile.name });
  let stored: Cell;
  try {
    const title = vscode.l10n.t('Updating the row in {0}…', edit.table.name); // another session may hold its lock for a while
    const row = await withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      runCellEdit(userSession, edit, { timeZone: tab.utc ? '+00:00' : tab.moment?.timeZone, charset: tab.moment?.charset }),
    );
    tabs.replaceRow(tab.id, edit.shown, row);
    stored = row[edit.column] ?? null;
  } catch (error) {
    const message = isPilotError(error, 'write.unknown')
      ? vscode.l10n.t('The row may or may not have been changed: {0}', errorText(error))
      : vscode.l10n.t('Nothing was changed: {0}', errorText(error));
    throw new PilotError('statement.failed', message, { nextStep: '', cause: error });
  } finally {
    work.end();
    userSession.close();
  }
  // Rounded, cut, or changed by a trigger.
  if (stored === edit.value) showStatus('check', vscode.l10n.t('The row in {0} was updated.', edit.table.name), 5000);
  else
    void showWarning(vscode.l10n.t('The server stored {0} instead of the value that you entered ({1}).', shown(stored), shown(edit.value)));
  return true;
}
