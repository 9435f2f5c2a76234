import type { Node } from '../sql/walk.ts';

/** A tree with other nodes in the place of some. What has none of them below is the same object in both trees. */
export function replaceNodes<T extends object>(root: T, replacements: ReadonlyMap<Node, Node>): T {
  return replacements.size === 0 ? root : (copy(root, replacements) as T);
}

function copy(holder: object, replacements: ReadonlyMap<Node, Node>): object {
  const from: object = replacements.get(holder as Node) ?? holder;
  if (isList(from)) {
    const items = from.map((item) => copyValue(item, replacements));
    return items.some((item, i) => item !== from[i]) ? items : from;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(from)) {
    const copied = copyValue(value, replacements);
    if (copied !== value) (changed ??= { ...from })[key] = copied;
  }
  return changed ?? from;
}

function copyValue(value: unknown, replacements: ReadonlyMap<Node, Node>): unknown {
  return typeof value === 'object' && value !== null ? copy(value, replacements) : value;
}

function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}
