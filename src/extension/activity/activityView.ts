import * as vscode from 'vscode';
import { cut, cutLine } from '../../engine/text.ts';
import { plainLine } from '../../engine/foreignText.ts';
import { Disposable } from '../base/disposable.ts';
import type { ActivityCall, CallActivity } from './callActivity.ts';
import { detailsOf, outcomeOf } from './callOutcome.ts';
import type { AgentReceipt, AgentReceipts } from './agentReceipts.ts';
import { belowReceipt, receiptItem, RECEIPTS, type ReceiptNode } from './receiptItems.ts';
import { Markup, type NodeLook, treeItem } from '../ui/surfaces.ts';
import { type OwnArguments } from '../connections/ownArguments.ts';

type ActivityNode = ActivityCall | ReceiptNode;

/** As package.json has it. */
const ACTIVITY_VIEW_ID = 'mysqlPilot.activity';

const SHOWN_SQL = 100;

/** Which calls the view can be narrowed to. */
export const KINDS = ['all', 'writes', 'failed', 'running'] as const;

export type Kind = (typeof KINDS)[number];

export interface ActivityFilter {
  readonly connection: string | undefined;
  readonly kind: Kind;
}

/** *Agent Activity*: what agents do at this window, as it happens, and what they have seen. */
export class ActivityView extends Disposable implements vscode.TreeDataProvider<ActivityNode> {
  readonly #activity: CallActivity;
  readonly #receipts: AgentReceipts;
  readonly #own: OwnArguments;
  readonly #hasReview: (id: string) => boolean;
  readonly #view: vscode.TreeView<ActivityNode>;
  #filter: ActivityFilter = { connection: undefined, kind: 'all' };

  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.#changed.event;

  /** `hasReview`: whether the review of a write can be opened again. */
  constructor(activity: CallActivity, receipts: AgentReceipts, own: OwnArguments, hasReview: (id: string) => boolean) {
    super();
    this.#hasReview = hasReview;
    this.#own = own;
    this.#activity = activity;
    this.#receipts = receipts;
    this.#view = this.register(vscode.window.createTreeView(ACTIVITY_VIEW_ID, { treeDataProvider: this }));
    const changed = (): void => {
      this.#describe();
      this.#changed.fire();
    };
    this.register(activity.onDidChange(changed));
    this.register(receipts.onDidChange(changed));
  }

  get filter(): ActivityFilter {
    return this.#filter;
  }

  /** So many writes wait for a decision. */
  waiting(count: number): void {
    this.#view.badge = count === 0 ? undefined : { value: count, tooltip: vscode.l10n.t('Requests waiting for your decision') };
  }

  show(filter: ActivityFilter): void {
    this.#filter = filter;
    this.#describe();
    this.#activity.refresh();
  }

  getChildren(node?: ActivityNode): ActivityNode[] {
    if (node !== undefined) return isCall(node) ? [] : node.kind === 'receipts' ? this.#shownReceipts() : belowReceipt(node);
    const { connection, kind } = this.#filter;
    const calls = this.#activity.calls.filter(
      (one) => (connection === undefined || one.connection === connection) && (kind === 'all' || kindsOf(one).includes(kind)),
    );
    return this.#shownReceipts().length === 0 ? calls : [RECEIPTS, ...calls];
  }

  #shownReceipts(): AgentReceipt[] {
    const { connection, kind } = this.#filter;
    return kind === 'all' ? this.#receipts.all.filter(({ receipt }) => connection === undefined || receipt.connection === connection) : [];
  }

  getTreeItem(node: ActivityNode): vscode.TreeItem {
    if (!isCall(node)) return receiptItem(node.kind === 'receipt' ? this.#own.own(node) : node);
    const call = this.#own.own(node);
    const { key, tool, sql = '', milliseconds, connection } = call;
    const parts = [connection, outcomeOf(call), cutLine(sql, SHOWN_SQL)].filter((part) => part !== undefined && part !== '');
    const item = treeItem(tool.replace(/^mysql_/, ''), vscode.TreeItemCollapsibleState.None, {
      ...iconOf(call),
      description: parts.join(' · '),
      contextValue: [
        milliseconds === undefined ? 'running' : 'ended',
        ...(sql === '' ? [] : ['sql']),
        ...(canRunAgain(call) ? ['again'] : []),
        ...(canBeUndone(call) ? ['undo'] : []),
        ...(call.write !== undefined && this.#hasReview(call.write.id) ? ['review'] : []),
      ].join(' '),
      tooltip: tooltipOf(call),
      accessible: [tool, ...parts].join(', '),
    });
    item.id = key;
    if (sql !== '') item.command = { command: 'mysqlPilot.openCall', title: vscode.l10n.t('Open SQL'), arguments: [call] };
    return item;
  }

  #describe(): void {
    const { connection, kind } = this.#filter;
    const parts = [connection, kind === 'all' ? undefined : kindName(kind)].filter((part) => part !== undefined);
    this.#view.description = plainLine(parts.join(' · '));
  }
}

function isCall(node: ActivityNode): node is ActivityCall {
  return !('kind' in node);
}

/** Only what reads, and has ended, is run again from here. */
export function canRunAgain({ tool, sql, milliseconds, connection }: ActivityCall): boolean {
  return tool === 'mysql_query' && sql !== undefined && milliseconds !== undefined && connection !== undefined;
}

export function canBeUndone({ write, undone }: ActivityCall): boolean {
  return write?.outcome === 'committed' && write.undo !== undefined && !undone;
}

export function kindName(kind: Kind): string {
  switch (kind) {
    case 'all':
      return vscode.l10n.t('All calls');
    case 'writes':
      return vscode.l10n.t('Writes');
    case 'failed':
      return vscode.l10n.t('Failed or refused');
    case 'running':
      return vscode.l10n.t('Running');
  }
}

function kindsOf({ tool, error, milliseconds }: ActivityCall): Kind[] {
  return [
    ...(tool === 'mysql_execute' ? (['writes'] as const) : []),
    ...(error === undefined ? [] : (['failed'] as const)),
    ...(milliseconds === undefined ? (['running'] as const) : []),
  ];
}

/** Nothing went wrong: it was not to run. */
const NOT_RUN = new Set(['statement.refused', 'statement.canceled', 'approval.denied', 'approval.expired']);

function iconOf({ tool, milliseconds, error, undone }: ActivityCall): Pick<NodeLook, 'icon' | 'iconColor'> {
  if (undone) return { icon: 'discard' };
  if (milliseconds === undefined) return { icon: 'loading~spin' };
  if (error !== undefined && NOT_RUN.has(error)) return { icon: 'circle-slash' };
  if (error !== undefined) return { icon: 'error', iconColor: 'list.errorForeground' };
  return tool === 'mysql_execute' ? { icon: 'edit', iconColor: 'list.warningForeground' } : { icon: 'pass' };
}

/** SQL stands in a code block: it is shown and never rendered. */
function tooltipOf(call: ActivityCall): Markup {
  const { tool, sql, client, startedAt, error } = call;
  const tooltip = new Markup().text(
    `${tool} · ${startedAt.toLocaleTimeString()}${client === undefined ? '' : ` · ${client}`}${error === undefined ? '' : ` · ${error}`}`,
  );
  for (const line of detailsOf(call)) tooltip.text(line);
  if (sql !== undefined) tooltip.code(cut(sql, 2000), 'sql');
  return tooltip;
}
