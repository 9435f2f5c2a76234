import * as vscode from 'vscode';
import { describeTarget, type ConnectionProfile } from '../../engine/driver/profile.ts';
import { allowsWrites, writableClasses } from '../../engine/policy/access.ts';
import { toPilotError } from '../../engine/errors.ts';
import { errorText } from '../messages/errorText.ts';
import type { ColumnDescription, TableSummary } from '../../engine/schema/catalog.ts';
import { showsRows, showsStructure } from '../../engine/sql/agentVisibility.ts';
import { visibilityName } from '../connections/permissions/visibilityName.ts';
import { classNames } from '../connections/permissions/accessNames.ts';
import { ENVIRONMENT_COLORS, environmentName } from '../connections/environments.ts';
import type { SchemaObject, SchemaObjectKind } from '../../engine/schema/objects.ts';
import { nodeId, type GroupNode, type TreeNode } from './nodes.ts';
import { Markup, treeItem } from '../ui/surfaces.ts';

/** More are not named in a tooltip. */
const SHOWN_FUNCTIONS = 8;

const { None, Collapsed } = vscode.TreeItemCollapsibleState;

/** How a node looks. Everything that is drawn as an icon or a color is said in words for screen readers, too. */
export function toTreeItem(node: TreeNode): vscode.TreeItem {
  const item = draw(node);
  item.id = nodeId(node);
  return item;
}

function draw(node: TreeNode): vscode.TreeItem {
  switch (node.kind) {
    case 'folder':
      return treeItem(node.name, vscode.TreeItemCollapsibleState.Expanded, {
        icon: 'folder',
        description: String(node.connections.length),
        contextValue: 'folder',
        accessible: vscode.l10n.t('group {0}, connections: {1}', node.name, node.connections.length),
      });
    case 'connection':
      return drawConnection(node.profile, node.warnings ?? []);
    case 'database':
      return treeItem(node.database, Collapsed, {
        icon: node.filter === undefined ? 'database' : 'filter',
        ...(node.filter === undefined ? {} : { description: vscode.l10n.t('names containing "{0}"', node.filter) }),
        contextValue: node.filter === undefined ? 'database' : 'database filtered',
        accessible: vscode.l10n.t('database {0}', node.database),
      });
    case 'table':
      return drawTable(node.table);
    case 'column':
      return drawColumn(node.column);
    case 'group':
      return drawGroup(node);
    case 'object':
      return drawObject(node.object);
    case 'part':
      return treeItem(node.name, None, {
        icon: PART_ICONS[node.part],
        description: node.detail,
        tooltip: `${node.name} ${node.detail}`,
        contextValue: 'part',
        accessible: `${node.name}, ${node.detail}`,
      });
    case 'loading':
      return treeItem(vscode.l10n.t('Loading…'), None, { icon: 'loading~spin' });
    case 'empty':
      return treeItem(node.text, None, { icon: 'info' });
    case 'error':
      return drawError(node.error, node);
  }
}

function drawConnection(profile: ConnectionProfile, warnings: readonly string[]): vscode.TreeItem {
  const { name, environment, allowUnenforcedReadOnly, readOnly, color } = profile;
  const target = describeTarget(profile);
  const seen = visibilityName(profile.agents);
  const access = [
    ...(readOnly === true ? [vscode.l10n.t('read-only')] : []),
    ...(seen === undefined ? [] : [seen]),
    ...(readOnly !== true && allowsWrites(profile) ? [vscode.l10n.t('agents can write')] : []),
  ];
  const where = environment === undefined ? [] : [environmentName(environment)];
  const ofEnvironment = environment === undefined ? undefined : ENVIRONMENT_COLORS[environment];
  const iconColor = color === undefined ? ofEnvironment : `charts.${color}`;
  const plain = { icon: readOnly === true ? 'lock' : 'server', ...(iconColor === undefined ? {} : { iconColor }) };
  return treeItem(name, Collapsed, {
    ...(warnings.length === 0 ? plain : { icon: 'warning', iconColor: color === undefined ? 'list.warningForeground' : `charts.${color}` }),
    description: [...where, ...access, target].join(' · '),
    tooltip: connectionTooltip(profile, warnings),
    contextValue: allowUnenforcedReadOnly === true ? 'connection unenforcedReadOnly' : 'connection',
    accessible: [
      vscode.l10n.t('connection {0}, {1}', name, [...where, ...access, target].join(', ')),
      ...warnings.map((warning) => vscode.l10n.t('warning: {0}', warning)),
    ].join(', '),
  });
}

function connectionTooltip(profile: ConnectionProfile, warnings: readonly string[]): Markup {
  const { name, environment, allowedFunctions = [] } = profile;
  const tooltip = new Markup();
  const line = (icon: string, text: string): void => void tooltip.line(icon, text);
  line('server', environment === undefined ? name : `${name} · ${environmentName(environment)}`);
  line('account', describeTarget(profile));
  const { ask, allow } = writableClasses(profile);
  const rows = showsRows(profile.agents);
  if (!showsStructure(profile.agents)) line('eye-closed', vscode.l10n.t("For agents, this connection doesn't exist."));
  else if (!rows) line('list-tree', vscode.l10n.t("Agents see the structure, but no rows, and can't change anything."));
  else if (ask.length + allow.length === 0) line('lock', vscode.l10n.t('Agents can only read.'));
  if (ask.length > 0) line('question', vscode.l10n.t('With your approval, agents can: {0}.', classNames(ask)));
  if (allow.length > 0) line('flame', vscode.l10n.t('Without asking, agents can: {0}.', classNames(allow)));
  if (rows && allowedFunctions.length > 0) {
    const names = allowedFunctions.slice(0, SHOWN_FUNCTIONS).map((one) => `${one.database}.${one.name}`);
    if (allowedFunctions.length > SHOWN_FUNCTIONS) names.push('…');
    line('symbol-method', vscode.l10n.t('Agents can call {0}.', names.join(', ')));
  }
  for (const warning of warnings) line('warning', warning);
  if (warnings.length > 0)
    line(
      'lightbulb',
      vscode.l10n.t('To create a read-only account, select "Generate SQL for a Read-Only Account…" in the connection\'s menu.'),
    );
  return tooltip;
}

function drawTable({ name, kind, rowEstimate, comment }: TableSummary): vscode.TreeItem {
  const estimate = (rows: number): string => (rows === 1 ? vscode.l10n.t('~1 row') : vscode.l10n.t('~{0} rows', rows.toLocaleString()));
  const rows = rowEstimate === undefined ? '' : estimate(rowEstimate);
  const what = kind === 'view' ? vscode.l10n.t('view') : vscode.l10n.t('table');
  return treeItem(name, Collapsed, {
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
  return treeItem(name, None, {
    icon: key === undefined ? 'symbol-field' : icons[key],
    description: parts.join(', '),
    tooltip: [`${name} ${type}`, extra, comment].filter((part) => part !== '').join('\n'),
    contextValue: 'column',
    accessible: [vscode.l10n.t('column {0}', name), ...parts, comment].filter((part) => part !== '').join(', '),
  });
}

const PART_ICONS = { index: 'list-ordered', foreignKey: 'references', check: 'checklist', partitions: 'split-horizontal' } as const;
const OBJECT_ICONS = { function: 'symbol-function', procedure: 'symbol-method', trigger: 'zap', event: 'clock', user: 'person' } as const;

function drawGroup({ group, parts }: GroupNode): vscode.TreeItem {
  const name = groupName(group);
  return treeItem(name, Collapsed, {
    icon: group === 'users' ? 'organization' : 'folder',
    ...(parts === undefined ? {} : { description: String(parts.length) }),
    contextValue: parts === undefined ? 'group' : 'parts',
    accessible: name,
  });
}

function groupName(group: GroupNode['group']): string {
  switch (group) {
    case 'routines':
      return vscode.l10n.t('Routines');
    case 'triggers':
      return vscode.l10n.t('Triggers');
    case 'events':
      return vscode.l10n.t('Events');
    case 'users':
      return vscode.l10n.t('Users');
    case 'index':
      return vscode.l10n.t('Indexes');
    case 'foreignKey':
      return vscode.l10n.t('Foreign Keys');
    case 'check':
      return vscode.l10n.t('Check Constraints');
    case 'partitions':
      return vscode.l10n.t('Partitions');
  }
}

function objectName(kind: SchemaObjectKind): string {
  switch (kind) {
    case 'function':
      return vscode.l10n.t('function');
    case 'procedure':
      return vscode.l10n.t('procedure');
    case 'trigger':
      return vscode.l10n.t('trigger');
    case 'event':
      return vscode.l10n.t('event');
    case 'user':
      return vscode.l10n.t('user');
  }
}

function drawObject({ kind, name, detail, comment }: SchemaObject): vscode.TreeItem {
  const what = objectName(kind);
  return treeItem(name, None, {
    icon: OBJECT_ICONS[kind],
    description: detail === '' && kind !== 'user' ? what : detail,
    tooltip: [`${what} ${name}`, detail, comment].filter((part) => part !== '').join('\n'),
    contextValue: `object ${kind}`,
    accessible: [what, name, detail, comment].filter((part) => part !== '').join(', '),
  });
}

function drawError(error: unknown, node: TreeNode & { kind: 'error' }): vscode.TreeItem {
  const { message, code } = toPilotError(error);
  const item = treeItem(message, None, {
    icon: 'error',
    iconColor: 'list.errorForeground',
    tooltip: errorText(error),
    accessible: vscode.l10n.t('error: {0}', message),
  });
  const connection: TreeNode = { kind: 'connection', profile: node.profile };
  if (code === 'login.refused' || code === 'secret.missing') {
    item.command = { command: 'mysqlPilot.enterPassword', title: vscode.l10n.t('Enter password'), arguments: [connection] };
    item.description = vscode.l10n.t('click to enter the password');
  } else if (code === 'readOnly.notEnforced') {
    item.command = { command: 'mysqlPilot.allowUnenforcedReadOnly', title: vscode.l10n.t('Use Anyway'), arguments: [connection] };
    item.description = vscode.l10n.t('click to decide');
  } else {
    item.command = { command: 'mysqlPilot.refresh', title: vscode.l10n.t('Try Again'), arguments: [] };
    item.description = vscode.l10n.t('click to try again');
  }
  return item;
}
