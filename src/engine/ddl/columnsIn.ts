import type { ColumnReference } from '../sql/ast/expressions.ts';
import { walk, type Node } from '../sql/walk.ts';

/** Names of the columns of an expression, in lower case. */
export function columnsIn(expression: Node): ReadonlySet<string> {
  const found = new Set<string>();
  walk(expression, (node) => {
    if (node.kind === 'column') found.add((node as ColumnReference).name.name.toLowerCase());
    return undefined;
  });
  return found;
}
