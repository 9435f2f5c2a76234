import { positionOf } from '../connections/position.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { FolderNode, TreeNode } from './nodes.ts';

type ConnectionNode = FolderNode['connections'][number];

/** The list with those of one group together, where the first of them stands. */
export function inFolders(nodes: readonly ConnectionNode[]): TreeNode[] {
  const groups = Map.groupBy(nodes, ({ profile }) => profile.group ?? '');
  return nodes.flatMap((node): TreeNode[] => {
    const { group } = node.profile;
    if (group === undefined) return [node];
    const connections = groups.get(group) ?? [];
    return connections[0] === node ? [{ kind: 'folder', name: group, connections }] : [];
  });
}

/** Where a dragged connection is dropped: before another one, or at the end of a group (`undefined`: outside of groups). */
export type Drop = { readonly before: string } | { readonly group: string | undefined };

/** What changes at a connection that is moved: its group and its position between its new neighbors. */
export function moved(profiles: readonly ConnectionProfile[], id: string, drop: Drop): Pick<ConnectionProfile, 'group' | 'position'> {
  const others = profiles.filter((profile) => profile.id !== id);
  if ('before' in drop) {
    const at = others.findIndex((profile) => profile.id === drop.before);
    return { group: others[at]?.group, position: between(others[at - 1], others[at]) };
  }
  const last = drop.group === undefined ? others.length - 1 : others.findLastIndex(({ group }) => group === drop.group);
  return { group: drop.group, position: between(others[last], others[last + 1]) };
}

/** The drop that moves a connection up or down by one; undefined at the end of its group. */
export function step(profiles: readonly ConnectionProfile[], id: string, by: -1 | 1): Drop | undefined {
  const own = profiles.find((profile) => profile.id === id);
  const siblings = profiles.filter(({ group }) => group === own?.group);
  const at = siblings.findIndex((profile) => profile.id === id);
  if (own === undefined || siblings[at + by] === undefined) return undefined;
  const before = siblings[by < 0 ? at - 1 : at + 2];
  return before === undefined ? { group: own.group } : { before: before.id };
}

function between(before: ConnectionProfile | undefined, after: ConnectionProfile | undefined): number {
  if (before === undefined) return after === undefined ? 0 : positionOf(after) - 1000;
  return after === undefined ? positionOf(before) + 1000 : (positionOf(before) + positionOf(after)) / 2;
}
