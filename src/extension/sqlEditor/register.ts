import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { CallActivity } from '../activity/callActivity.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { SecretVault } from '../connections/secretVault.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { AttachedTexts } from '../files/attachedTexts.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { registerResultCommands } from '../results/resultCommands.ts';
import { ResultTabs } from '../results/resultTabs.ts';
import { ResultsView } from '../results/resultsView.ts';
import type { SchemaTree } from '../tree/schemaTree.ts';
import { registerTreeCommands } from '../tree/treeCommands.ts';
import { FileSessions } from './fileSessions.ts';
import { EditorConnections } from './editorConnections.ts';
import { FileStatements } from './fileStatements.ts';
import { History } from './history.ts';
import { registerObjectCommands } from './objectCommands.ts';
import { MovedFiles } from './movedFiles.ts';
import { OpenTransactions } from './openTransactions.ts';
import { PlaceStatus } from './placeStatus.ts';
import { registerSqlCommands } from './sqlCommands.ts';
import { SchemaHelp } from './schemaHelp.ts';
import { StatementHighlight } from './statementHighlight.ts';
import { StatementLenses } from './statementLenses.ts';
import { StatementProblems } from './statementProblems.ts';
import { StatementRunner } from './statementRunner.ts';
import { registerStop } from './stopStatements.ts';
import { TouchedDocuments } from './touchedDocuments.ts';
import type { UnfinishedWork } from '../writes/unfinishedWork.ts';
import type { UserReviews } from '../writes/userReviews.ts';

/** What else works on SQL files needs. */
export interface SqlFileParts {
  readonly places: EditorConnections;
  readonly fileSessions: FileSessions;
  readonly statements: FileStatements;
}

/** What a person runs: SQL files, the results of their statements, and what the tree's objects offer. */
export function registerSqlEditor(
  context: vscode.ExtensionContext,
  shared: {
    readonly tools: CommandTools;
    readonly profiles: ProfileStore;
    readonly databases: DatabaseCache;
    readonly tree: SchemaTree;
    readonly secrets: SecretVault;
    readonly activity: CallActivity;
    readonly stopCall: (peer: number, call: number) => void;
    readonly log: vscode.LogOutputChannel;
    readonly reviews: UserReviews;
    readonly unfinished: UnfinishedWork;
    readonly documents: ReadOnlyDocuments;
    readonly attached: AttachedTexts;
    /** Registers what other rooms offer for SQL files. */
    readonly more: (parts: SqlFileParts) => vscode.Disposable;
  },
): vscode.Disposable {
  const { tools, profiles, databases, tree, secrets, log, reviews, unfinished, documents, attached } = shared;
  const tabs = new ResultTabs();
  const view = new ResultsView(context.extensionUri, tabs, log);
  const places = new EditorConnections(context.workspaceState, profiles);
  const shown = vscode.window.tabGroups.all.flatMap(({ tabs: open }) =>
    open.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])),
  );
  void places.forgetUntitled(shown);
  const transactions = new OpenTransactions(context.workspaceState);
  transactions.tellLost();
  const fileSessions = new FileSessions(databases, profiles, transactions);
  const history = new History(context.workspaceState);
  const problems = new StatementProblems();
  const statements = new FileStatements(places, databases, fileSessions);
  const lenses = new StatementLenses(tools.own, statements);
  const runner = new StatementRunner({
    ...{ databases, fileSessions, tabs, view, history, reviews, problems, unfinished },
    stillAsConfirmed: tools.stillAsConfirmed,
  });
  const touched = new TouchedDocuments();
  const moved = new MovedFiles(async (from, to) => {
    await runner.idle(from); // a run goes on in the session that it began in
    fileSessions.move(from, to);
    tabs.move(from, to);
    await places.move(from, to);
  });
  return vscode.Disposable.from(
    ...[tabs, view, places, fileSessions, problems, touched, moved],
    lenses,
    new StatementHighlight(statements),
    new SchemaHelp({ places, databases, statements, log, canConnect: ({ profile }) => secrets.holds(profile.id) }),
    new PlaceStatus({ places, fileSessions, profiles, tabs }),
    registerResultCommands({ ...{ tools, tabs, view, databases, documents, log, reviews, unfinished }, extension: context.extensionUri }),
    registerSqlCommands({
      ...{ tools, profiles, databases, places, fileSessions, statements, runner, touched, moved },
      ...{ tabs, history, documents, problems, log, extension: context.extensionUri },
    }),
    shared.more({ places, fileSessions, statements }),
    registerStop({ ...shared, tabs }),
    registerTreeCommands({ tools, tree, databases, documents, places, attached }),
    registerObjectCommands({
      ...{ tools, places, tabs, view, databases, documents, log, reviews, unfinished },
      extension: context.extensionUri,
    }),
  );
}
