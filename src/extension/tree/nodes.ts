import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ColumnDescription, TableSummary } from '../../engine/schema/catalog.ts';

/** The tree as plain data; `treeItems.ts` turns a node into what VS Code shows. */
export type TreeNode =
  /** `warnings`: what the server said when it was last connected to. */
  | { readonly kind: 'connection'; readonly profile: ConnectionProfile; readonly warnings?: readonly string[] }
  | { readonly kind: 'database'; readonly profile: ConnectionProfile; readonly database: string }
  | { readonly kind: 'table'; readonly profile: ConnectionProfile; readonly database: string; readonly table: TableSummary }
  | { readonly kind: 'column'; readonly parentId: string; readonly column: ColumnDescription }
  | { readonly kind: 'loading'; readonly parentId: string }
  | { readonly kind: 'empty'; readonly parentId: string; readonly text: string }
  /** What went wrong below `parent`; a refused login can be mended by a click. */
  | { readonly kind: 'error'; readonly parentId: string; readonly error: unknown; readonly profile: ConnectionProfile };

/** Stable over refreshes, so that VS Code keeps what is expanded and selected. */
export function nodeId(node: TreeNode): string {
  switch (node.kind) {
    case 'connection':
      return JSON.stringify([node.profile.id]);
    case 'database':
      return JSON.stringify([node.profile.id, node.database]);
    case 'table':
      return JSON.stringify([node.profile.id, node.database, node.table.name]);
    case 'column':
      return `${node.parentId}/column/${node.column.name}`;
    default:
      return `${node.parentId}/${node.kind}`;
  }
}
