import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ScriptStatement } from '../../engine/sql/script.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import type { ResultTabs, ExecutionTarget } from '../results/resultTabs.ts';
import type { FileSessions } from './fileSessions.ts';
import { pickProfile, SQL_LANGUAGES, type EditorConnections } from './editorConnections.ts';
import type { FileStatements } from './fileStatements.ts';
import type { History } from './history.ts';
import type { RunStatement, StatementRunner } from './statementRunner.ts';
import { pick, pickChange } from '../ui/picks.ts';
import { showError, showStatus, showWarning } from '../ui/dialogs.ts';
import { duringGesture } from '../ui/gestures.ts';
import { errorText } from '../messages/errorText.ts';
import { fileName } from '../files/fileName.ts';
import { askAboutLoss, askToClose, askToEnd, type SessionPlace } from './sessionQuestions.ts';
import { isRunnable } from './runnableDocuments.ts';
import { Repeats } from './repeats.ts';
import type { StatementProblems } from './statementProblems.ts';
import type { MovedFiles } from './movedFiles.ts';
import type { TouchedDocuments } from './touchedDocuments.ts';
import { isUnchanged, type LensStatement } from './statementLenses.ts';

export interface SqlCommandParts {
  readonly tools: CommandTools;
  readonly profiles: ProfileStore;
  readonly databases: DatabaseCache;
  readonly places: EditorConnections;
  readonly fileSessions: FileSessions;
  readonly statements: FileStatements;
  readonly runner: StatementRunner;
  readonly touched: TouchedDocuments;
  readonly moved: MovedFiles;
  readonly tabs: ResultTabs;
  readonly history: History;
  readonly problems: StatementProblems;
  readonly documents: ReadOnlyDocuments;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

const SHOWN_MS = 5000;

export function registerSqlCommands(parts: SqlCommandParts): vscode.Disposable {
  const { tools, profiles, places, fileSessions, runner, tabs, history } = parts;
  const repeats = new Repeats();
  const run = async ({ document, choose, byCommand }: Choice): Promise<void> => {
    requireTrust();
    const isRepeated = repeats.next(document.uri.toString());
    const { times } = parts.touched;
    await requireIdle(document.uri, parts); // before anything is asked, or waits for what runs
    const { version } = document;
    const shown = await choose();
    if (shown.length === 0)
      throw new PilotError('input.invalid', vscode.l10n.t('There is no statement at the cursor.'), {
        nextStep: vscode.l10n.t('Place the cursor in a statement, or select one.'),
      });
    const place = await placeOfRun(
      document.uri,
      shown.map(({ text }) => text),
      parts,
    );
    if (place === undefined) return;
    // The session says how the text is read. Where it can't be opened, the run says why.
    const session = await fileSessions.get(document.uri, place).catch(() => undefined);
    await session?.readDialect(document.getText()).catch(() => undefined);
    await runner.run(
      document.uri,
      place,
      (document.version === version ? await choose() : shown).map((one) => toRun(document, one)),
      { unseen: byCommand && !parts.touched.has(document), isRepeated, typesOn: () => parts.touched.times !== times },
    );
    await rememberDatabase(document.uri, place, parts);
  };
  /** Menus of editors give the URI of theirs, which is the active one. */
  const register = (id: string, work: (argument: unknown) => Promise<void>): vscode.Disposable =>
    tools.register(id, work, (argument) => argument instanceof vscode.Uri);
  return vscode.Disposable.from(
    register('runStatement', async (argument) => {
      await run(chosen(argument, parts.statements));
    }),
    tools.register('runFile', async () => {
      const { document } = activeEditor();
      await run({ document, choose: () => parts.statements.of(document), byCommand: true });
    }),
    register('explainStatement', async (argument) => {
      requireTrust();
      const { document, choose } = chosen(argument, parts.statements);
      const [statement] = await choose();
      const place = statement === undefined ? undefined : await places.require(document.uri);
      if (statement === undefined || place === undefined) return;
      const { openPlan } = await import('../plan/planPanel.ts');
      const database = await parts.databases.get(place.profile);
      await openPlan(parts, { sql: statement.text, database, inDatabase: place.database });
    }),
    tools.register('checkFile', async () => {
      requireTrust();
      const { document } = activeEditor();
      const place = await places.require(document.uri);
      if (place === undefined) return;
      const { checkFile } = await import('./checkFile.ts');
      const problems = await checkFile(
        document,
        await parts.statements.of(document),
        await parts.databases.get(place.profile),
        fileSessions.databaseOf(document.uri, place),
      );
      parts.problems.set(document.uri, problems);
      if (problems.length > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
      else showStatus('check', vscode.l10n.t('No problems found.'), SHOWN_MS);
    }),
    tools.register('choosePlace', async () => {
      const { document } = activeEditor();
      await requireIdle(document.uri, parts);
      const profile = await pickProfile(await profiles.list());
      if (profile === undefined) return;
      const { pickDatabase } = await import('./chooseDatabase.ts');
      const keep = vscode.l10n.t('Keep Current Setting');
      const database = await pickDatabase({ profile, database: profile.database }, parts.databases, keep);
      if (database === undefined) return;
      runner.requireIdle(document.uri);
      const place = { profile, database };
      if (!(await fileSessions.useDatabase(document.uri, place))) {
        if (!(await endForOther(document.uri, fileSessions))) return;
        fileSessions.close(document.uri);
      }
      await places.set(document.uri, place);
    }),
    tools.register('endTransaction', async () => {
      const active = vscode.window.activeTextEditor?.document.uri;
      const session = await pickSession(active, fileSessions);
      if (session === undefined) return;
      if (session.userSession.loss !== undefined) {
        if (await askAboutLoss(session, session.userSession.loss)) session.userSession.acceptLoss();
        return;
      }
      const commands = [
        { icon: 'check', label: vscode.l10n.t('Commit'), sql: 'COMMIT' as const },
        { icon: 'discard', label: vscode.l10n.t('Roll Back'), sql: 'ROLLBACK' as const },
      ];
      const picked = await pickChange(commands, {
        keep: vscode.l10n.t('Keep Open'),
        title: vscode.l10n.t('Open transaction of {0} on {1}', fileName(session.file), session.connection),
      });
      if (picked === undefined) return;
      runner.requireIdle(session.file); // what is still to run was written for the transaction
      await fileSessions.end(session.file, picked.sql);
      if (!isOpen(session.file)) fileSessions.close(session.file);
    }),
    tools.register('showHistory', async () => {
      const sql = await history.pick();
      if (sql !== undefined)
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sql', content: `${sql};\n` }));
    }),
    tools.register('stopStatement', () => {
      tabs.stop(vscode.window.activeTextEditor?.document.uri.toString());
      return Promise.resolve();
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      parts.problems.clear(document.uri);
      if (!SQL_LANGUAGES.includes(document.languageId)) return;
      duringGesture(() => leaveEditor(document, parts)).catch((error: unknown) => {
        void showError(errorText(error));
      });
    }),
    fileSessions.onDidLoseTransaction(({ file, connection }) => {
      void showWarning(
        vscode.l10n.t(
          'The open transaction of {0} on {1} was rolled back by the server: its session has ended.',
          fileName(file),
          connection,
        ),
      );
    }),
  );
}

/** Throws while statements of a file run, also under the name that it had when they began. */
async function requireIdle(file: vscode.Uri, { runner, moved }: SqlCommandParts): Promise<void> {
  await runner.settled(file);
  runner.requireIdle(file);
  const move = moved.moveTo(file);
  if (move === undefined) return;
  runner.requireIdle(move.from);
  await move.done;
}

/** A changed language closes a document and opens it again. */
const REOPEN_MS = 100;

function isOpen(file: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some(({ uri }) => uri.toString() === file.toString());
}

/** A closed editor's session goes with it, unless something is open in it: that is for the person to end. */
async function leaveEditor(document: vscode.TextDocument, { fileSessions, moved, places, runner }: SqlCommandParts): Promise<void> {
  let file = document.uri;
  await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
  const isGone = document.isUntitled && !isOpen(file);
  await moved.settle(document);
  await runner.idle(file); // what runs is not stopped because nobody looks, and the statements behind it were written for this session
  if (isGone) {
    await places.forget(file);
    file = fileSessions.retire(file);
  }
  await fileSessions.peek(file)?.idle();
  const session = fileSessions.placeOf(file);
  if (session === undefined || isOpen(file)) return;
  if (session.userSession.inTransaction) {
    const how = await askToEnd(session);
    if (how === undefined) return;
    await fileSessions.end(file, how);
  } else if (session.userSession.loss !== undefined || (fileSessions.holds(file) && !(await askToClose(session)))) return;
  if (!isOpen(file)) fileSessions.close(file);
}

/** True where the file may go to another connection: nothing is open on the one that it has. */
async function endForOther(file: vscode.Uri, fileSessions: FileSessions): Promise<boolean> {
  const session = fileSessions.placeOf(file);
  if (session === undefined) return true;
  if (!session.userSession.inTransaction) return !fileSessions.holds(file) || askToClose(session);
  const how = await askToEnd(session);
  if (how === undefined) return false;
  await fileSessions.end(file, how);
  return true;
}

/** That of the active file, if it was lost, or is the only one with an open transaction; else the person picks, also among those whose editors are closed or behind. */
async function pickSession(active: vscode.Uri | undefined, fileSessions: FileSessions): Promise<SessionPlace | undefined> {
  const own = active === undefined ? undefined : fileSessions.placeOf(active);
  if (own?.userSession.loss !== undefined) return own;
  const open = [...fileSessions.inTransaction].sort((a, b) => Number(b === own) - Number(a === own));
  if (open.length < 2) return open[0];
  const items = open.map((session) => ({ label: fileName(session.file), description: session.connection, session }));
  return (await pick(items, { title: vscode.l10n.t('Select an open transaction') }))?.session;
}

interface Choice {
  readonly document: vscode.TextDocument;
  /** Its statements by the dialect that is known when it is called: of the place that was chosen, wherever the cursor is by then. */
  readonly choose: () => Promise<readonly ScriptStatement[]>;
  /** By a key, a menu or the palette, or by whoever calls the command; and not by a click on the statement. */
  readonly byCommand: boolean;
}

/** The statements that are meant: the one below a lens, else those of the selection, else the one at the cursor. */
function chosen(argument: unknown, statements: FileStatements): Choice {
  if (argument !== undefined && !(argument instanceof vscode.Uri)) {
    const lens = argument as LensStatement;
    // Where it was clicked it is seen; a file that was closed meanwhile may be another one by now, and its editor may be listed for a moment longer.
    const isShown = ({ uri, isClosed }: vscode.TextDocument): boolean => !isClosed && uri.toString() === lens.uri.toString();
    const document = vscode.window.visibleTextEditors.find((editor) => isShown(editor.document))?.document;
    if (document !== undefined) requireRunnable(document);
    const one = { text: lens.text, start: lens.start, end: lens.end, through: lens.end };
    if (document !== undefined && isUnchanged(lens, document)) return { document, choose: () => Promise.resolve([one]), byCommand: false };
    throw new PilotError('input.invalid', vscode.l10n.t('The file was changed after this button was shown. Nothing was run.'), {
      nextStep: vscode.l10n.t('Click the button again.'),
    });
  }
  const { document, selection } = activeEditor();
  const offset = document.offsetAt(selection.start);
  if (!selection.isEmpty)
    return { document, choose: () => statements.ofPart(document, offset, document.offsetAt(selection.end)), byCommand: true };
  const atCursor = async (): Promise<ScriptStatement[]> => {
    const one = await statements.at(document, offset);
    return one === undefined ? [] : [one];
  };
  return { document, choose: atCursor, byCommand: true };
}

function toRun(document: vscode.TextDocument, { text, start }: ScriptStatement): RunStatement {
  return { sql: text, line: document.positionAt(start).line + 1, start };
}

function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined) {
    requireRunnable(editor.document);
    return editor;
  }
  throw new PilotError('input.invalid', vscode.l10n.t('No SQL file is active.'), {
    nextStep: vscode.l10n.t('Open an SQL file, then run the command again.'),
  });
}

/** Previews and other texts that are shown to be read hold statements of agents and databases. */
function requireRunnable(document: vscode.TextDocument): void {
  if (isRunnable(document)) return;
  throw new PilotError('input.invalid', vscode.l10n.t("You can't run statements from this document."), {
    nextStep: vscode.l10n.t('Copy a statement to an SQL file to run it there.'),
  });
}

/** A workspace that is not trusted could bring a file that does harm when it is run by mistake. */
function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new PilotError('input.invalid', vscode.l10n.t('SQL files run only in trusted workspaces.'), {
    nextStep: vscode.l10n.t('Trust the workspace, or open the file in a trusted one.'),
  });
}

/** Where the statements run: the database is asked for, too, where they change something and nobody has chosen one. Undefined where the person gave up. */
async function placeOfRun(
  file: vscode.Uri,
  statements: readonly string[],
  { places, databases, fileSessions }: SqlCommandParts,
): Promise<ExecutionTarget | undefined> {
  const place = await places.require(file);
  const userSession = fileSessions.peek(file);
  const isDropped = userSession !== undefined && userSession.database === undefined && userSession.loss === undefined;
  const isChosen = (places.hasDatabase(file) && !isDropped) || userSession?.inTransaction === true || userSession?.loss !== undefined; // a lost session had one
  if (place === undefined || isChosen) return place;
  const { needsDatabase, pickDatabase } = await import('./chooseDatabase.ts');
  if (!(await needsDatabase(statements, place, databases))) return place;
  const database = await pickDatabase(place, databases, vscode.l10n.t("Don't Run"));
  if (database === undefined) return undefined;
  const chosen = { profile: place.profile, database };
  await places.set(file, chosen);
  if (isDropped) await userSession.useDatabase(database); // also where it is one of the same name
  return chosen;
}

/** What USE has changed holds for the next run, too. */
async function rememberDatabase(file: vscode.Uri, place: ExecutionTarget, { fileSessions, places }: SqlCommandParts): Promise<void> {
  const database = fileSessions.peek(file)?.database;
  if (database !== undefined && database !== place.database) await places.set(file, { ...place, database });
}
