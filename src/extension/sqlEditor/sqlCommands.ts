import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import { PilotError } from '../../engine/errors.ts';
import { splitScript, statementAt, type ScriptStatement } from '../../engine/sql/script.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { ReadOnlyDocuments } from '../readOnlyDocuments.ts';
import type { ResultTabs, RunPlace } from '../results/resultTabs.ts';
import type { Consoles } from './consoles.ts';
import { pickProfile, SQL_LANGUAGES, type EditorPlaces } from './editorPlaces.ts';
import type { History } from './history.ts';
import type { RunStatement, StatementRunner } from './statementRunner.ts';
import { pick } from '../ui/picks.ts';
import { showStatus } from '../ui/messages.ts';
import { isRunnable } from './runnableDocuments.ts';
import type { StatementProblems } from './statementProblems.ts';
import { isUnchanged, type LensStatement } from './statementLenses.ts';

/** What the commands of SQL files need. */
export interface SqlCommandParts {
  readonly tools: CommandTools;
  readonly profiles: ProfileStore;
  readonly databases: DatabaseCache;
  readonly places: EditorPlaces;
  readonly consoles: Consoles;
  readonly runner: StatementRunner;
  readonly tabs: ResultTabs;
  readonly history: History;
  readonly problems: StatementProblems;
  readonly documents: ReadOnlyDocuments;
  readonly extension: vscode.Uri;
}

const SHOWN_MS = 5000;

/** The commands of SQL files. */
export function registerSqlCommands(parts: SqlCommandParts): vscode.Disposable {
  const { tools, profiles, places, consoles, runner, tabs, history, documents } = parts;
  const run = async (document: vscode.TextDocument, statements: readonly ScriptStatement[]): Promise<void> => {
    requireTrust();
    if (statements.length === 0)
      throw new PilotError('input.invalid', vscode.l10n.t('There is no statement here.'), {
        nextStep: vscode.l10n.t('Put the cursor into a statement, or select one.'),
      });
    const place = await placeOfRun(
      document.uri,
      statements.map(({ text }) => text),
      parts,
    );
    if (place === undefined) return;
    await runner.run(
      document.uri,
      place,
      statements.map((one) => toRun(document, one)),
    );
    await rememberDatabase(document.uri, place, parts);
  };
  /** Menus of editors give the URI of theirs, which is the active one. */
  const register = (id: string, work: (argument: unknown) => Promise<void>): vscode.Disposable =>
    tools.register(id, work, (argument) => argument instanceof vscode.Uri);
  return vscode.Disposable.from(
    register('runStatement', async (argument) => {
      const { document, statements } = await chosen(argument);
      await run(document, statements);
    }),
    tools.register('runFile', async () => {
      const { document } = activeEditor();
      await run(document, splitScript(document.getText()));
    }),
    register('explainStatement', async (argument) => {
      requireTrust();
      const { document, statements } = await chosen(argument);
      const [statement] = statements;
      const place = statement === undefined ? undefined : await places.require(document.uri);
      if (statement === undefined || place === undefined) return;
      const { openPlan } = await import('../plan/planPanel.ts');
      const database = await parts.databases.get(place.profile);
      await openPlan(parts.extension, documents, { sql: statement.text, database, inDatabase: place.database });
    }),
    tools.register('checkFile', async () => {
      requireTrust();
      const { document } = activeEditor();
      const place = await places.require(document.uri);
      if (place === undefined) return;
      const { checkFile } = await import('./checkFile.ts');
      const problems = await checkFile(
        document,
        await parts.databases.get(place.profile),
        consoles.peek(document.uri)?.database ?? place.database,
      );
      parts.problems.set(document.uri, problems);
      if (problems.length > 0) await vscode.commands.executeCommand('workbench.actions.view.problems');
      else showStatus('check', vscode.l10n.t('The server has nothing against these statements.'), SHOWN_MS);
    }),
    tools.register('choosePlace', async () => {
      const { document } = activeEditor();
      const profile = await pickProfile(await profiles.list());
      if (profile === undefined) return;
      consoles.close(document.uri);
      const { pickDatabase } = await import('./chooseDatabase.ts');
      await places.set(document.uri, { profile, database: await pickDatabase({ profile, database: profile.database }, parts.databases) });
    }),
    tools.register('endTransaction', async () => {
      const { document } = activeEditor();
      const place = await places.get(document.uri);
      const commands = [
        { icon: 'check', label: vscode.l10n.t('Commit'), sql: 'COMMIT' },
        { icon: 'discard', label: vscode.l10n.t('Roll Back'), sql: 'ROLLBACK' },
      ];
      const picked = await pick(commands, { title: vscode.l10n.t('The open transaction') });
      if (picked !== undefined && place !== undefined) await runner.run(document.uri, place, [{ sql: picked.sql, line: 1 }]);
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
    vscode.workspace.onDidCloseTextDocument(({ uri, languageId }) => {
      parts.problems.clear(uri);
      if (SQL_LANGUAGES.includes(languageId)) consoles.close(uri);
    }),
  );
}

/** The statements that are meant: the one below a lens, else those of the selection, else the one at the cursor. */
async function chosen(argument: unknown): Promise<{ document: vscode.TextDocument; statements: ScriptStatement[] }> {
  if (argument !== undefined && !(argument instanceof vscode.Uri)) {
    const lens = argument as LensStatement;
    const document = await vscode.workspace.openTextDocument(lens.uri);
    requireRunnable(document);
    if (isUnchanged(lens, document)) return { document, statements: [{ text: lens.text, start: lens.start, end: lens.end }] };
    throw new PilotError('input.invalid', vscode.l10n.t('The file was changed since this button was shown. Nothing was run.'), {
      nextStep: vscode.l10n.t('Click it again.'),
    });
  }
  const { document, selection } = activeEditor();
  const script = document.getText();
  if (selection.isEmpty) {
    const statement = statementAt(splitScript(script), document.offsetAt(selection.active), script);
    return { document, statements: statement === undefined ? [] : [statement] };
  }
  const from = document.offsetAt(selection.start);
  const selected = splitScript(document.getText(selection));
  return { document, statements: selected.map(({ text, start: at, end: to }) => ({ text, start: at + from, end: to + from })) };
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
  throw new PilotError('input.invalid', vscode.l10n.t('No SQL file is open in front.'), {
    nextStep: vscode.l10n.t('Open one, then run the command again.'),
  });
}

/** Previews and other texts that are shown to be read hold statements of agents and databases. */
function requireRunnable(document: vscode.TextDocument): void {
  if (isRunnable(document)) return;
  throw new PilotError('input.invalid', vscode.l10n.t('Statements of this document are shown to be read, and do not run.'), {
    nextStep: vscode.l10n.t('Copy a statement to an SQL file to run it there.'),
  });
}

/** A workspace that is not trusted could bring a file that does harm when it is run by mistake. */
function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new PilotError('input.invalid', vscode.l10n.t('Statements of files run in trusted workspaces only.'), {
    nextStep: vscode.l10n.t('Trust the workspace, or run them elsewhere.'),
  });
}

/** Where the statements run: the database is asked for, too, where they change something and nobody has chosen one. Undefined where the person gave up. */
async function placeOfRun(
  file: vscode.Uri,
  statements: readonly string[],
  { places, databases, consoles }: SqlCommandParts,
): Promise<RunPlace | undefined> {
  const place = await places.require(file);
  if (place === undefined || places.hasDatabase(file) || consoles.peek(file)?.inTransaction === true) return place;
  const { needsDatabase, pickDatabase } = await import('./chooseDatabase.ts');
  if (!(await needsDatabase(statements, place, databases))) return place;
  const database = await pickDatabase(place, databases);
  if (database === undefined) return undefined;
  const chosen = { profile: place.profile, database };
  await places.set(file, chosen);
  return chosen;
}

/** What USE has changed holds for the next run, too. */
async function rememberDatabase(file: vscode.Uri, place: RunPlace, { consoles, places }: SqlCommandParts): Promise<void> {
  const database = consoles.peek(file)?.database;
  if (database !== undefined && database !== place.database) await places.set(file, { ...place, database });
}
