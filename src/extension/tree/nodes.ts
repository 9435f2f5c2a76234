import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ColumnDescription, TableSummary } from '../../engine/schema/catalog.ts';
import type { ObjectGroup, SchemaObject } from '../../engine/schema/objects.ts';

/** What a table has besides columns. */
export type TablePart = 'index' | 'foreignKey' | 'check' | 'partitions';

/** Read when it is expanded, or known with the table. */
export interface GroupNode {
  readonly kind: 'group';
  readonly profile: ConnectionProfile;
  readonly parentId: string;
  readonly database: string;
  readonly group: ObjectGroup | TablePart;
  readonly parts?: readonly TreeNode[];
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly name: string;
  readonly connections: readonly (TreeNode & { readonly kind: 'connection' })[];
}

/** The tree as plain data; `treeItems.ts` turns a node into what VS Code shows. */
export type TreeNode =
  /** Connections that the person keeps together. */
  | FolderNode
  /** `warnings`: what the server said when it was last connected to. */
  | { readonly kind: 'connection'; readonly profile: ConnectionProfile; readonly warnings?: readonly string[] }
  /** `filter`: what the names of its tables must hold. */
  | { readonly kind: 'database'; readonly profile: ConnectionProfile; readonly database: string; readonly filter?: string | undefined }
  | { readonly kind: 'table'; readonly profile: ConnectionProfile; readonly database: string; readonly table: TableSummary }
  | { readonly kind: 'column'; readonly parentId: string; readonly column: ColumnDescription }
  /** What is listed together below a connection, a database or a table. */
  | GroupNode
  | {
      readonly kind: 'object';
      readonly profile: ConnectionProfile;
      readonly database: string;
      readonly object: SchemaObject;
      readonly parentId: string;
    }
  | { readonly kind: 'part'; readonly part: TablePart; readonly name: string; readonly detail: string; readonly parentId: string }
  | { readonly kind: 'loading'; readonly parentId: string }
  | { readonly kind: 'empty'; readonly parentId: string; readonly text: string }
  /** What went wrong below `parent`; a refused login can be mended by a click. */
  | { readonly kind: 'error'; readonly parentId: string; readonly error: unknown; readonly profile: ConnectionProfile };

/** Stable over refreshes, so that VS Code keeps what is expanded and selected. */
export function nodeId(node: TreeNode): string {
  switch (node.kind) {
    case 'folder':
      return `folder/${node.name}`;
    case 'connection':
      return JSON.stringify([node.profile.id]);
    case 'database':
      return JSON.stringify([node.profile.id, node.database]);
    case 'table':
      return JSON.stringify([node.profile.id, node.database, node.table.name]);
    case 'column':
      return `${node.parentId}/column/${node.column.name}`;
    case 'group':
      return `${node.parentId}/group/${node.group}`;
    case 'object':
      return `${node.parentId}/${node.object.kind}/${node.object.name}`;
    case 'part':
      return `${node.parentId}/${node.part}/${node.name}`;
    default:
      return `${node.parentId}/${node.kind}`;
  }
}
