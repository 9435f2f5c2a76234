import type { ObjectName } from '../sql/ast/expressions.ts';
import type { With } from '../sql/ast/queries.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { children, type Node } from '../sql/walk.ts';

/** The common table expressions that a name may mean at one place: the first so many of a WITH, and those around it. */
interface Scope {
  readonly places: ReadonlyMap<string, number>;
  readonly seen: number;
  readonly outer: Scope | undefined;
}

/** True where a statement names an object without its database that is neither a name of its own (an alias, an index) nor that of a common table expression. */
export function namesOpenTable(statement: Statement): boolean {
  const own = new Set<Node>(ownNames(statement));
  const open: { readonly node: Node; readonly scope: Scope | undefined }[] = [{ node: statement, scope: undefined }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, scope } = next;
    if (own.has(node)) continue;
    if (isOpen(node, scope)) return true;
    const { with: clause } = node as { readonly with?: With | undefined };
    if (clause === undefined) {
      for (const child of children(node)) open.push({ node: child, scope });
      continue;
    }
    const places = new Map(clause.expressions.map(({ name }, i) => [name.name.toLowerCase(), i]));
    const upTo = (seen: number): Scope => ({ places, seen, outer: scope });
    for (const child of children(node)) if (child !== clause) open.push({ node: child, scope: upTo(Infinity) });
    // Each sees those before it, and itself if it is recursive: its name is that of a table otherwise.
    for (const [i, { query }] of clause.expressions.entries()) open.push({ node: query, scope: upTo(clause.recursive ? i + 1 : i) });
  }
  return false;
}

/** Targets of a DELETE are named by their tables, and the index of a DROP INDEX by its table. */
function ownNames(statement: Statement): readonly Node[] {
  if (statement.kind === 'delete') return statement.targets;
  return statement.kind === 'drop' && statement.object === 'INDEX' ? statement.names : [];
}

function isOpen(node: Node, scope: Scope | undefined): boolean {
  const { database, name } = node as ObjectName;
  if (node.kind !== 'objectName' || database !== undefined) return false;
  const key = name.name.toLowerCase();
  for (let around = scope; around !== undefined; around = around.outer)
    if ((around.places.get(key) ?? Infinity) < around.seen) return false;
  return true;
}
