import path from 'node:path';
import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { formatResult } from '../../engine/query/results/formats.ts';
import type { AuditPanel } from '../audit/auditPanel.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import type { UndoableWrite } from '../writes/undoWrites.ts';
import { canBeUndone, canRunAgain, kindName, KINDS, type ActivityView } from './activityView.ts';
import type { AgentReceipt } from './agentReceipts.ts';
import { receiptMarkdown } from './receiptWords.ts';
import type { ActivityCall, CallActivity } from './callActivity.ts';
import { showError, showInformation, withProgress } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';

export interface ActivityDependencies {
  readonly tools: CommandTools;
  readonly activity: CallActivity;
  readonly view: ActivityView;
  readonly profiles: ProfileStore;
  readonly databases: DatabaseCache;
  readonly extension: vscode.Uri;
  readonly documents: ReadOnlyDocuments;
  readonly log: vscode.LogOutputChannel;
  /** Below it the servers keep their records. */
  readonly recordFolder: string;
  /** Opens the review of a write again, to look at it. */
  readonly openReview: (id: string) => void;
  readonly undo: (write: UndoableWrite) => Promise<void>;
  /** Stops a call in the server that runs it. */
  readonly stopCall: (peer: number, call: number) => void;
}

const LIMITS = { maxRows: 1000, maxCharacters: 1_000_000, maxCellCharacters: 5000 };
const TIMEOUT_MS = 30_000;

export function registerActivityCommands({
  tools,
  activity,
  view,
  profiles,
  databases,
  extension,
  documents,
  log,
  recordFolder,
  openReview,
  undo,
  stopCall,
}: ActivityDependencies): vscode.Disposable {
  const register = (id: string, run: (call: ActivityCall) => Promise<unknown>): vscode.Disposable =>
    tools.register(id, async (argument) => {
      const call = tools.shown(argument as ActivityCall | undefined);
      if ('key' in call) await run(call);
    });
  const openText = async (language: string, content: string): Promise<void> => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content }), { preview: true });
  };

  let audit: AuditPanel | undefined;
  return vscode.Disposable.from(
    { dispose: () => audit?.dispose() },
    register('openCall', async ({ sql }) => {
      if (sql !== undefined) await openText('sql', sql);
    }),
    register('copyCall', async ({ sql }) => {
      if (sql !== undefined) await vscode.env.clipboard.writeText(sql);
    }),
    tools.register('copyReceipt', async (argument) => {
      const node = tools.shown(argument as Partial<AgentReceipt> | undefined);
      if (node.receipt !== undefined) await vscode.env.clipboard.writeText(receiptMarkdown(node.receipt, vscode.l10n.t));
    }),
    register('undoWrite', async (call) => {
      const { write, connection } = call;
      const profile = (await profiles.list()).find(({ name }) => name === connection);
      if (!canBeUndone(call) || write?.undo === undefined) return;
      if (profile === undefined) tellGone(connection);
      else await undo({ id: write.id, profile: profile.id, undo: write.undo });
    }),
    register('openReview', ({ write }) => {
      if (write !== undefined) openReview(write.id);
      return Promise.resolve();
    }),
    register('stopCall', ({ peer, call }) => {
      stopCall(peer, call);
      return Promise.resolve();
    }),
    register('runCallAgain', async (call) => {
      const { sql, connection } = call;
      const profile = (await profiles.list()).find(({ name }) => name === connection);
      if (!canRunAgain(call) || sql === undefined) return;
      if (profile === undefined) {
        tellGone(connection);
        return;
      }
      const location = { viewId: 'mysqlPilot.activity' };
      const results = await withProgress({ location }, async () =>
        (await databases.get(profile)).reads.query(sql, { limits: LIMITS, timeoutMs: TIMEOUT_MS }),
      );
      await openText('markdown', results.map((result) => formatResult(result, 'markdown')).join('\n\n'));
    }),
    tools.register('filterActivity', async () => {
      const names = [...new Set(activity.calls.map(({ connection }) => connection))].filter((name) => name !== undefined);
      const items = [
        ...KINDS.map((kind) => ({ label: kindName(kind), filter: { connection: undefined, kind } })),
        ...names.map((name) => ({
          label: name,
          description: vscode.l10n.t('connection'),
          filter: { connection: name, kind: 'all' as const },
        })),
      ];
      const picked = await pick(items, { title: vscode.l10n.t('Filter agent activity') });
      if (picked !== undefined) view.show(picked.filter);
    }),
    tools.register('showRecord', async () => {
      if (audit?.isOpen === true) return audit.reveal();
      const { AuditPanel } = await import('../audit/auditPanel.ts');
      const opening = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading the audit log…') };
      audit = await withProgress(opening, () => AuditPanel.open({ extension, documents, log, folder: path.join(recordFolder, 'audit') }));
      if (audit === undefined) void showInformation(vscode.l10n.t('There are no agent calls yet.'));
    }),
    tools.register('clearActivity', () => {
      activity.clear();
      return Promise.resolve();
    }),
  );
}

/** A call names its connection as it was called then. */
function tellGone(connection = ''): void {
  void showError(vscode.l10n.t('The connection "{0}" has been removed or renamed. Nothing was run.', connection));
}
