import * as vscode from 'vscode';
import { Markup, treeItem } from '../ui/surfaces.ts';
import type { AgentReceipt, SeenTable } from './agentReceipts.ts';
import { agentNameOf, amountsOf, columnsOf, connectionNameOf, factsOf, protectedOf, structureOf } from './receiptWords.ts';

/** Above all receipts. */
export const RECEIPTS = { kind: 'receipts' } as const;

/** A line below a receipt that is about no table. */
interface ReceiptDetail {
  readonly kind: 'receiptDetail';
  readonly key: string;
  readonly label: string;
  readonly text: string;
  readonly icon: string;
}

export type ReceiptNode = typeof RECEIPTS | AgentReceipt | SeenTable | ReceiptDetail;

export function belowReceipt(node: Exclude<ReceiptNode, typeof RECEIPTS>): ReceiptNode[] {
  if (node.kind !== 'receipt') return [];
  const { t } = vscode.l10n;
  const { receipt, tables, key } = node;
  const detail = (label: string, texts: readonly string[], icon: string): ReceiptDetail[] =>
    texts.length === 0 ? [] : [{ ...{ kind: 'receiptDetail', key: `${key} ${icon}`, label, icon }, text: texts.join(', ') }];
  const more = receipt.moreTables === 0 ? [] : [t('and {0} more tables', receipt.moreTables.toLocaleString('en-US'))];
  return [
    ...tables,
    ...detail(t('Other tables'), more, 'ellipsis'),
    ...detail(t('Structure'), structureOf(receipt, t), 'list-tree'),
    ...detail(t('Server information'), factsOf(receipt, t), 'server'),
  ];
}

export function receiptItem(node: ReceiptNode): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { None, Collapsed } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'receipts': {
      const look = { icon: 'eye', tooltip: t('Tables and columns that agents have read since this window opened or their session began') };
      const item = treeItem(t('What agents have seen'), Collapsed, { ...look, contextValue: 'seen' });
      item.id = 'receipts';
      return item;
    }
    case 'receipt': {
      const { receipt, key } = node;
      const label = `${agentNameOf(receipt, t)} · ${connectionNameOf(receipt, t)}`;
      const amounts = amountsOf(receipt, t);
      const item = treeItem(label, Collapsed, {
        ...{ icon: 'account', description: amounts.join(' · '), contextValue: 'receipt' },
        tooltip: new Markup().text(label).text(t('Session {0}, since {1}', receipt.session, new Date(receipt.since).toLocaleString())),
        accessible: [label, ...amounts].join(', '),
      });
      item.id = key;
      return item;
    }
    case 'seenTable': {
      const { table, key } = node;
      const label = `${table.database}.${table.name}`;
      const ruled = protectedOf(table, t);
      const parts = [columnsOf(table, t), ...(ruled === undefined ? [] : [t('protected: {0}', ruled)])];
      const item = treeItem(label, None, {
        ...{ icon: ruled === undefined ? 'table' : 'shield', description: parts.join(' · ') },
        ...{ tooltip: new Markup().text(label).text(parts.join(' · ')), accessible: [label, ...parts].join(', ') },
        contextValue: 'seenTable',
      });
      item.id = key;
      return item;
    }
    case 'receiptDetail': {
      const { key, label, text, icon } = node;
      const item = treeItem(label, None, { icon, description: text, tooltip: new Markup().text(text), accessible: `${label}, ${text}` });
      item.id = key;
      return item;
    }
  }
}
