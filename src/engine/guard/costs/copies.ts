import type { ObjectName } from '../../sql/ast/expressions.ts';
import type { With } from '../../sql/ast/queries.ts';
import { children, type Node } from '../../sql/walk.ts';

/** The queries in each table expression that is in scope, by name. */
interface Scope {
  readonly queries: Map<string, number>;
  readonly outer: Scope | undefined;
}

/** How many queries a server may make of a statement: it reads a table expression anew for each use of its name. One that nothing uses counts, too. */
export function countCopies(node: Node, outer?: Scope): number {
  if (node.kind === 'objectName') return copiesOf(node as ObjectName, outer);
  const list = (node as { readonly with?: With }).with;
  let count = node.kind === 'select' ? 1 : 0;
  let largest = 0;
  let scope = outer;
  if (list !== undefined) {
    scope = { queries: new Map(), outer };
    for (const { name, query } of list.expressions) {
      const queries = countCopies(query, scope);
      largest = Math.max(largest, queries);
      scope.queries.set(name.name.toLowerCase(), queries);
    }
  }
  for (const child of children(node)) if (child.kind !== 'with') count += countCopies(child, scope);
  return count + largest;
}

function copiesOf({ database, name }: ObjectName, scope: Scope | undefined): number {
  if (database !== undefined) return 0;
  const key = name.name.toLowerCase();
  for (let at = scope; at !== undefined; at = at.outer) {
    const queries = at.queries.get(key);
    if (queries !== undefined) return queries;
  }
  return 0;
}
