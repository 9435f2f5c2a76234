import * as vscode from 'vscode';
import type { View } from '../../broker/viewContract.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { chartOf } from '../../engine/query/results/chart.ts';
import { Disposable } from '../base/disposable.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import { openDiagram } from '../diagram/diagramPanel.ts';
import type { AttachedTexts } from '../files/attachedTexts.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { showPlan } from '../plan/planPanel.ts';
import type { RowsTab } from '../results/resultTabs.ts';
import { RowsActions, type RowsTarget } from '../results/rowsActions.ts';
import { ChartPanel } from './chartPanel.ts';
import { RowsPanel } from './rowsPanel.ts';
import { sendRows } from './sendRows.ts';
import { originOf, tabTitleOf, titleOf } from './titles.ts';

/** All rows of all of them are in memory; the oldest is closed. */
const MAX_VIEWS = 10;

export interface AgentViewsParts {
  readonly extension: vscode.Uri;
  readonly tools: CommandTools;
  readonly databases: DatabaseCache;
  readonly documents: ReadOnlyDocuments;
  readonly attached: AttachedTexts;
  readonly log: vscode.LogOutputChannel;
}

/** What agents put in front of the person, each in an editor tab. The keyboard stays where it is. */
export class AgentViews extends Disposable {
  readonly #parts: AgentViewsParts;
  readonly #actions: RowsActions;
  /** By what a later view replaces. The oldest first. */
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  constructor(parts: AgentViewsParts) {
    super();
    this.#parts = parts;
    this.#actions = new RowsActions(parts);
  }

  /** Resolves when the tab is open. A view of the same kind and title takes the place of the one before. */
  async show(view: View, profile: ConnectionProfile): Promise<void> {
    const panel = this.#open(view);
    try {
      await this.#fill(panel, view, profile);
    } catch (error) {
      panel.dispose();
      throw error;
    }
  }

  async #fill(panel: vscode.WebviewPanel, view: View, profile: ConnectionProfile): Promise<void> {
    const { extension, databases, documents, log } = this.#parts;
    const { content } = view;
    switch (content.kind) {
      case 'grid':
        this.#showRows(panel, view, content, profile);
        return;
      case 'chart': {
        const { labels, series } = chartOf(content.table) ?? { labels: [], series: [] };
        const chart = { title: titleOf(view), from: originOf(view, profile), kind: content.chart, labels, series };
        new ChartPanel({ extension, log }, panel, chart, () => {
          const rows: View = { ...view, content: { kind: 'grid', sql: content.sql, table: content.table } };
          this.#showRows(this.#open(rows), rows, rows.content as typeof content, profile);
        });
        return;
      }
      case 'plan': {
        const database = await databases.get(profile);
        const { steps, tree, findings } = content.plan;
        const subject = { sql: content.sql, database, inDatabase: view.database };
        showPlan({ extension, documents, log }, panel, subject, { steps, tree, findings });
        return;
      }
      case 'diagram':
        await openDiagram({ extension, documents, databases, log, panel }, { profile, database: content.database, tables: content.tables });
    }
  }

  #showRows(
    panel: vscode.WebviewPanel,
    view: View,
    { sql, table }: Extract<View['content'], { kind: 'grid' | 'chart' }>,
    profile: ConnectionProfile,
  ): void {
    const tab: RowsTab = {
      ...{ kind: 'rows', id: 1, owner: 'agent', title: titleOf(view), sql, reads: true, utc: true, pinned: false, version: 0 },
      place: { profile, database: view.database ?? profile.database },
      result: { ...table, cutBy: table.cutBy, blockedStatements: [], warnings: [], rest: undefined, moment: undefined },
      order: { sort: undefined, filter: '' },
      shown: undefined,
    };
    const send = (target: RowsTarget): Promise<void> => sendRows(target, this.#parts.tools, this.#parts.attached);
    new RowsPanel({ ...this.#parts, actions: this.#actions, send }, panel, tab, originOf(view, profile));
  }

  #open(view: View): vscode.WebviewPanel {
    const key = JSON.stringify([view.profile, view.content.kind, titleOf(view)]);
    const before = this.#panels.get(key);
    const column = before?.viewColumn ?? [...this.#panels.values()].at(-1)?.viewColumn ?? besideOrFirst();
    const panel = vscode.window.createWebviewPanel(
      `mysqlPilot.agent.${view.content.kind}`,
      tabTitleOf(view),
      { viewColumn: column, preserveFocus: true },
      { retainContextWhenHidden: true },
    );
    before?.dispose();
    this.#panels.set(key, panel);
    panel.onDidDispose(() => {
      if (this.#panels.get(key) === panel) this.#panels.delete(key);
    });
    const [oldest] = this.#panels.values();
    if (this.#panels.size > MAX_VIEWS) oldest?.dispose();
    return panel;
  }
}

/** What the person works on stays in sight. */
function besideOrFirst(): vscode.ViewColumn {
  return vscode.window.tabGroups.activeTabGroup.activeTab === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
}
