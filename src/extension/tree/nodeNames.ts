import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import { writeIdentifier, writeQualified, writeRoutineName } from '../../engine/sql/writtenNames.ts';
import type { TreeNode } from './nodes.ts';

type Server = Pick<Dialect, 'flavor' | 'version'>;

/** The name of a node as it is written in a statement: quoted where it must be. */
export function nameOf(node: TreeNode, server?: Server): string {
  switch (node.kind) {
    case 'connection':
      return node.profile.name;
    case 'database':
      return writeIdentifier(node.database, server);
    case 'table':
      return writeIdentifier(node.table.name, server);
    case 'column':
      return writeIdentifier(node.column.name, server);
    case 'object':
      if (node.object.kind === 'user') return node.object.name;
      if (node.object.kind === 'procedure' || node.object.kind === 'function') return writeRoutineName(node.object.name, server);
      return writeIdentifier(node.object.name, server);
    case 'part':
      return writeIdentifier(node.name, server);
    default:
      return '';
  }
}

/** The same with its database where it is in one. */
export function qualifiedName(node: TreeNode, server?: Server): string {
  if (node.kind === 'table') return writeQualified({ database: node.database, name: node.table.name }, server);
  if (node.kind === 'object' && node.object.kind !== 'user') {
    return writeQualified({ database: node.database, name: node.object.name }, server);
  }
  return nameOf(node, server);
}
