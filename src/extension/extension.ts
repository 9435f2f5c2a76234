import path from 'node:path';
import * as vscode from 'vscode';
import { DatabaseCache } from '../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { PilotError } from '../engine/errors.ts';
import { lazy } from '../engine/lazy.ts';
import { registerActivityCommands } from './activity/activityCommands.ts';
import { ActivityView } from './activity/activityView.ts';
import { AgentStatus } from './activity/agentStatus.ts';
import { AgentReceipts } from './activity/agentReceipts.ts';
import { CallActivity } from './activity/callActivity.ts';
import { disposeIfLoaded } from './base/disposable.ts';
import { registerAccessCommand } from './connections/accessCommand.ts';
import { CommandTools } from './connections/commandTools.ts';
import { registerConnectionCommands } from './connections/commands.ts';
import { ProfileStore } from './connections/profileStore.ts';
import { SecretVault } from './connections/secretVault.ts';
import { registerImport } from './import/importCommand.ts';
import { registerAgentCommands } from './mcp/agentCommands.ts';
import { registerCopyConfiguration } from './mcp/copyConfiguration.ts';
import { CredentialAgentFeed } from './mcp/credentialAgent.ts';
import { registerDefinitionProvider } from './mcp/definitionProvider.ts';
import { exportsOf } from './mcp/exportSettings.ts';
import { recordingOf } from './mcp/recording.ts';
import { askOtherWindows } from './mcp/otherWindows.ts';
import { SavedQueries } from './mcp/savedQueries.ts';
import { WindowBroker, rendezvousFileOf } from './mcp/windowBroker.ts';
import { registerMigration } from './migration/registerMigration.ts';
import { registerSqlEditor } from './sqlEditor/register.ts';
import { AttachedTexts } from './files/attachedTexts.ts';
import { withFileLock } from './files/fileLock.ts';
import { ReadOnlyDocuments } from './files/readOnlyDocuments.ts';
import { registerGoToObject } from './tree/goToObject.ts';
import { ConnectionDrag, registerMoves } from './tree/moveConnections.ts';
import { SchemaTree } from './tree/schemaTree.ts';
import { CONNECTIONS_VIEW } from './ui/viewIds.ts';
import { Approvals } from './writes/approvals.ts';
import { ApprovedWrites } from './writes/approvedWrites.ts';
import { UnfinishedWork } from './writes/unfinishedWork.ts';
import type { UndoableWrite } from './writes/undoWrites.ts';
import { createLog } from './ui/log.ts';
import { OwnArguments } from './connections/ownArguments.ts';
import { UserReviews } from './writes/userReviews.ts';
import { ForeignServerWatch } from './mcp/foreignServerWatch.ts';

/** Wires the parts together. Reads no secret and connects to no database: both happen when somebody asks for data. */
export function activate(context: vscode.ExtensionContext): void {
  const log = createLog('MySQL Pilot');
  const profiles = new ProfileStore(context.globalStorageUri, log);
  const rendezvousFile = rendezvousFileOf(context);
  const secrets = new SecretVault(
    context.secrets,
    (id, wanted) => askOtherWindows({ ownFile: rendezvousFile, log }, id, wanted),
    (id, work) => withFileLock(path.join(context.globalStorageUri.fsPath, 'secretLocks', `${id}.lock`), work),
  );
  const profileOf = async (id: string): Promise<ConnectionProfile> => {
    const profile = await profiles.get(id);
    if (profile !== undefined) return profile;
    throw new PilotError('connection.unknown', 'The connection was removed.', { nextStep: 'Choose another connection.' });
  };
  const databases = new DatabaseCache({
    forPeople: true,
    current: ({ id }) => profileOf(id),
    getSecret: async (id) => secrets.require(await profileOf(id)),
    getSshSecrets: async (id) => secrets.requireSsh(await profileOf(id)),
    warn: (message, error) => {
      log.warn(message, error);
    },
  });
  const own = new OwnArguments();
  const reviews = new UserReviews(context.extensionUri, log);
  const tree = new SchemaTree(profiles, databases, own);
  const tools = new CommandTools(profiles, log, own);
  const approved = new ApprovedWrites(context.workspaceState, context.globalStorageUri.fsPath);
  approved.tellLost().catch((error: unknown) => {
    log.warn("The outcome of an approved write wasn't reported.", error);
  });
  const unfinished = new UnfinishedWork(context.workspaceState);
  unfinished.tellLost();
  const approvals = new Approvals(
    {
      ...{ extension: context.extensionUri, profiles, own: reviews, approved, log },
      undo: (write) => undoWrite(write),
    },
    tools,
  );
  const activity = new CallActivity();
  const receipts = new AgentReceipts();
  const undoWrites = lazy(async () => {
    const { UndoWrites } = await import('./writes/undoWrites.ts');
    return new UndoWrites({
      ...{ databases, reviews, unfinished, profile: profileOf, stillAsConfirmed: tools.stillAsConfirmed },
      recording: () => recordingOf(context),
      warn: log.warn.bind(log),
      undone: (id) => {
        approvals.undone(id);
        activity.undone(id);
      },
    });
  });
  const undoWrite = async (write: UndoableWrite): Promise<void> => (await undoWrites.get()).undo(write);
  const activityView = new ActivityView(activity, receipts, own, (id) => approvals.has(id));
  const badge = approvals.onDidChange((count) => {
    activityView.waiting(count);
  });
  const queries = new SavedQueries(log);
  const documents = new ReadOnlyDocuments();
  const attached = new AttachedTexts();
  const views = lazy(async () => {
    const { AgentViews } = await import('./agentViews/agentViews.ts');
    return new AgentViews({ ...{ tools, databases, documents, attached, log }, extension: context.extensionUri });
  });
  const broker = new WindowBroker(rendezvousFile, {
    ...{ profiles, secrets, queries, approvals, activity, receipts, log },
    views: views.get,
    exports: () => exportsOf(context),
    recording: () => recordingOf(context),
  });
  const agentFeed = new CredentialAgentFeed({
    ...{ context, rendezvousFile, profiles, secrets, queries, log },
    exports: () => exportsOf(context),
    recording: () => recordingOf(context),
  });
  const view = vscode.window.createTreeView(CONNECTIONS_VIEW, {
    treeDataProvider: tree,
    dragAndDropController: new ConnectionDrag(profiles),
    showCollapseAll: true,
  });

  context.subscriptions.push(
    log,
    profiles,
    { dispose: () => void databases.close() },
    tree,
    documents,
    attached,
    disposeIfLoaded(views),
    disposeIfLoaded(undoWrites),
    reviews,
    unfinished, // before those that they are about
    approved,
    approvals,
    activity,
    receipts,
    activityView,
    badge,
    queries,
    broker,
    agentFeed,
    registerAgentCommands(tools, agentFeed),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('mysqlPilot.audit')) broker.recordingChanged();
    }),
    view,
    new AgentStatus(profiles, tools),
    registerConnectionCommands({ tools, profiles, secrets, databases, tree, log, extension: context.extensionUri }),
    registerAccessCommand({ ...{ tools, profiles, databases, log }, extension: context.extensionUri }),
    registerMoves(tools, profiles),
    registerActivityCommands({
      ...{ tools, activity, view: activityView, profiles, databases, documents, log, undo: undoWrite },
      extension: context.extensionUri,
      openReview: approvals.show.bind(approvals),
      recordFolder: context.globalStorageUri.fsPath,
      stopCall: broker.stopCall.bind(broker),
    }),
    registerGoToObject({ tools, tree, view, databases }),
    registerSqlEditor(context, {
      ...{ tools, profiles, secrets, databases, tree, log, activity, reviews, unfinished, documents, attached },
      stopCall: broker.stopCall.bind(broker),
      more: (files) => registerMigration({ ...files, tools, profiles, databases, log, extension: context.extensionUri }),
    }),
    registerImport({ tools, profiles, secrets, log, readerThread: vscode.Uri.joinPath(context.extensionUri, 'dist/reader.js').fsPath }),
    registerCopyConfiguration(tools),
    tools.register('reportIssue', async () => {
      const { reportIssue } = await import('./support/reportIssue.ts');
      await reportIssue(context.extension, profiles, tools.errors);
    }),
    registerDefinitionProvider(context, rendezvousFile, queries),
    new ForeignServerWatch(log),
  );
}
