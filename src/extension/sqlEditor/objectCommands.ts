import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import type { ResultTabs, ExecutionTarget } from '../results/resultTabs.ts';
import type { ResultsView } from '../results/resultsView.ts';
import { count, duration } from '../results/status.ts';
import type { TreeNode } from '../tree/nodes.ts';
import type { UnfinishedWork } from '../writes/unfinishedWork.ts';
import type { EditorConnections } from './editorConnections.ts';
import { integer, sql } from '../../engine/sql/ownSql.ts';
import { errorText } from '../messages/errorText.ts';
import { readSetting } from '../settings/settings.ts';
import type { UserReviews } from '../writes/userReviews.ts';

export interface ObjectCommandParts {
  readonly tools: CommandTools;
  readonly places: EditorConnections;
  readonly tabs: ResultTabs;
  readonly view: ResultsView;
  readonly databases: DatabaseCache;
  readonly documents: ReadOnlyDocuments;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly reviews: UserReviews;
  readonly unfinished: UnfinishedWork;
}

const PREVIEW_ROWS = 200;
const PREVIEW_TIMEOUT_MS = 60_000;
const PREVIEW_CHARACTERS = 20_000_000;

export function registerObjectCommands(parts: ObjectCommandParts): vscode.Disposable {
  const { tools, places, tabs, view, databases } = parts;
  return vscode.Disposable.from(
    tools.register('newQuery', async (argument) => {
      const node = argument as TreeNode | undefined;
      const table =
        node?.kind === 'table' ? sql`SELECT *\nFROM ${quoteIdentifier(node.table.name)}\nLIMIT ${integer(PREVIEW_ROWS)};\n` : '';
      const document = await vscode.workspace.openTextDocument({ language: 'sql', content: table });
      const place = placeOf(node);
      if (place !== undefined) await places.set(document.uri, place);
      await vscode.window.showTextDocument(document);
    }),
    tools.register('importCsv', async (argument) => {
      const node = tools.node(argument, 'table');
      const { importCsv } = await import('../csvImport/importCsv.ts');
      await importCsv({ ...parts, stillAsConfirmed: tools.stillAsConfirmed }, { ...node, profile: await tools.current(node.profile) });
    }),
    tools.register('showDiagram', async (argument) => {
      const node = tools.node(argument, 'database', 'table');
      const { openDiagram } = await import('../diagram/diagramPanel.ts');
      await openDiagram(parts, { ...node, table: node.kind === 'table' ? node.table.name : undefined });
    }),
    tools.register('previewRows', async (argument) => {
      const node = tools.node(argument, 'table');
      const profile = await tools.current(node.profile);
      const place: ExecutionTarget = { profile, database: node.database };
      const name = sql`${quoteIdentifier(node.database)}.${quoteIdentifier(node.table.name)}`;
      const statement = sql`SELECT * FROM ${name}`;
      const owner = `preview ${profile.id} ${name}`;
      const output = tabs.begin(owner, node.table.name);
      await view.show();
      const stop = new AbortController();
      output.running({
        ...{ sql: statement, place },
        stop: () => {
          stop.abort();
        },
      });
      try {
        const database = await databases.get(profile);
        const limits = { maxRows: Math.min(PREVIEW_ROWS, await readSetting('results.maxRows')), maxCharacters: PREVIEW_CHARACTERS };
        const [result] = await database.reads.query(statement, {
          database: node.database,
          limits,
          timeoutMs: PREVIEW_TIMEOUT_MS,
          signal: stop.signal,
        });
        if (result === undefined) return;
        output.rows({ title: node.table.name, place, sql: statement, reads: true, utc: true, result });
        output.say({ kind: 'ok', text: `${count(result.rows.length)} · ${duration(result.elapsedMs)}`, sql: statement });
      } catch (error) {
        output.say({ kind: 'error', text: errorText(error), sql: statement }, true);
      } finally {
        output.end();
      }
    }),
  );
}

function placeOf(node: TreeNode | undefined): ExecutionTarget | undefined {
  switch (node?.kind) {
    case 'connection':
      return { profile: node.profile, database: undefined };
    case 'database':
    case 'table':
      return { profile: node.profile, database: node.database };
    default:
      return undefined;
  }
}
