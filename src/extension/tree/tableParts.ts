import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { TableDefinition } from '../../engine/schema/definition.ts';
import { nodeId, type GroupNode, type TablePart, type TreeNode } from './nodes.ts';

/** The groups below a table: of each kind of which it has one. */
export function tableGroups(profile: ConnectionProfile, database: string, tableId: string, definition: TableDefinition): GroupNode[] {
  const { primaryKey, indexes, foreignKeys, checks, partitions } = definition;
  const group = (part: TablePart, rows: readonly (readonly [name: string, detail: string])[]): GroupNode[] => {
    if (rows.length === 0) return [];
    const made: GroupNode = { kind: 'group', profile, parentId: tableId, database, group: part };
    const parts = rows.map(([name, detail]): TreeNode => ({ kind: 'part', part, name, detail, parentId: nodeId(made) }));
    return [{ ...made, parts }];
  };
  return [
    ...group('index', [
      ...(primaryKey.length === 0 ? [] : [['PRIMARY', `(${primaryKey.join(', ')})`] as const]),
      ...indexes.map(({ kind, name, parts, options }) => {
        const what = kind === 'INDEX' ? '' : ` ${kind.toLowerCase()}`;
        return [name, `(${parts.join(', ')})${what}${options === '' ? '' : ` ${options}`}`] as const;
      }),
    ]),
    ...group(
      'foreignKey',
      foreignKeys.map(({ name, columns, table, referencedColumns, actions }) => [
        name,
        `(${columns.join(', ')}) → ${table} (${referencedColumns.join(', ')})${actions === '' ? '' : ` ${actions}`}`,
      ]),
    ),
    ...group(
      'check',
      checks.map(({ name, rule }) => [name, rule]),
    ),
    ...group('partitions', partitions === undefined ? [] : [[partitions.split('\n')[0] ?? '', '']]),
  ];
}
