import * as vscode from 'vscode';
import { describeTarget } from '../../engine/driver/profile.ts';
import { describeError, toPilotError } from '../../engine/errors.ts';
import type { ColumnDescription, TableSummary } from '../../engine/schema/catalog.ts';
import { nodeId, type TreeNode } from './nodes.ts';

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

/** How a node looks. Everything that is drawn as an icon or a colour is said in words for screen readers, too. */
export function toTreeItem(node: TreeNode): vscode.TreeItem {
  const item = draw(node);
  item.id = nodeId(node);
  return item;
}

function draw(node: TreeNode): vscode.TreeItem {
  switch (node.kind) {
    case 'connection': {
      const target = describeTarget(node.profile);
      return make(node.profile.name, Collapsed, {
        icon: 'server',
        description: target,
        tooltip: vscode.l10n.t('{0}\n{1}\nAgents may only read.', node.profile.name, target),
        contextValue: 'connection',
        accessible: vscode.l10n.t('connection {0}, {1}', node.profile.name, target),
      });
    }
    case 'database':
      return make(node.database, Collapsed, {
        icon: 'database',
        contextValue: 'database',
        accessible: vscode.l10n.t('database {0}', node.database),
      });
    case 'table':
      return drawTable(node.table);
    case 'column':
      return drawColumn(node.column);
    case 'loading':
      return make(vscode.l10n.t('Loading…'), None, { icon: 'loading~spin' });
    case 'empty':
      return make(node.text, None, { icon: 'info' });
    case 'error':
      return drawError(node.error, node);
  }
}

function drawTable({ name, kind, rowEstimate, comment }: TableSummary): vscode.TreeItem {
  const rows = rowEstimate === undefined ? '' : vscode.l10n.t('~{0} rows', rowEstimate.toLocaleString());
  const what = kind === 'view' ? vscode.l10n.t('view') : vscode.l10n.t('table');
  return make(name, Collapsed, {
    icon: kind === 'view' ? 'eye' : 'table',
    description: kind === 'view' ? what : rows,
    tooltip: comment === '' ? name : `${name}\n${comment}`,
    contextValue: kind,
    accessible: [what, name, rows, comment].filter((part) => part !== '').join(', '),
  });
}

function drawColumn({ name, type, nullable, key, extra, comment }: ColumnDescription): vscode.TreeItem {
  const icons = { primary: 'key', unique: 'symbol-constant', index: 'list-ordered' } as const;
  const keys = { primary: vscode.l10n.t('primary key'), unique: vscode.l10n.t('unique key'), index: vscode.l10n.t('indexed') };
  const nullability = nullable ? vscode.l10n.t('nullable') : vscode.l10n.t('not null');
  const parts = [type, key === undefined ? '' : keys[key], nullability].filter((part) => part !== '');
  return make(name, None, {
    icon: key === undefined ? 'symbol-field' : icons[key],
    description: parts.join(', '),
    tooltip: [`${name} ${type}`, extra, comment].filter((part) => part !== '').join('\n'),
    contextValue: 'column',
    accessible: [vscode.l10n.t('column {0}', name), ...parts, comment].filter((part) => part !== '').join(', '),
  });
}

function drawError(error: unknown, node: TreeNode & { kind: 'error' }): vscode.TreeItem {
  const { message, code } = toPilotError(error);
  const item = make(message, None, {
    icon: 'error',
    iconColor: 'list.errorForeground',
    tooltip: describeError(error),
    accessible: vscode.l10n.t('error: {0}', message),
  });
  const canEnter = code === 'login.refused' || code === 'secret.missing';
  const connection: TreeNode = { kind: 'connection', profile: node.profile };
  item.command = canEnter
    ? { command: 'mysqlPilot.enterPassword', title: vscode.l10n.t('Enter password'), arguments: [connection] }
    : { command: 'mysqlPilot.refresh', title: vscode.l10n.t('Try again'), arguments: [] };
  item.description = canEnter ? vscode.l10n.t('click to enter the password') : vscode.l10n.t('click to try again');
  return item;
}

interface Look {
  readonly icon: string;
  readonly iconColor?: string;
  readonly description?: string;
  readonly tooltip?: string;
  readonly contextValue?: string;
  readonly accessible?: string;
}

function make(label: string, state: vscode.TreeItemCollapsibleState, look: Look): vscode.TreeItem {
  const item = new vscode.TreeItem(label, state);
  item.iconPath = new vscode.ThemeIcon(look.icon, look.iconColor === undefined ? undefined : new vscode.ThemeColor(look.iconColor));
  if (look.description !== undefined) item.description = look.description;
  if (look.tooltip !== undefined) item.tooltip = look.tooltip;
  if (look.contextValue !== undefined) item.contextValue = look.contextValue;
  if (look.accessible !== undefined) item.accessibilityInformation = { label: look.accessible };
  return item;
}
