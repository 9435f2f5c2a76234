import type { Span } from './ast/expressions.ts';

/** What every node of a tree has; the union of kinds is open here, so that `children` needs no list of them. */
export interface Node extends Span {
  readonly kind: string;
}

/**
 * The nodes directly below, in the order of their properties. Every property is looked into, arrays and plain records as well: a new
 * kind of node, or a new property, is visited without anybody having to remember it.
 */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  collect(node, found);
  return found;
}

function collect(holder: object, found: Node[]): void {
  if (Array.isArray(holder)) for (const value of holder as unknown[]) add(value, found);
  // Without a list of the values: this is what judging a statement does most. Nodes are plain objects.
  else for (const key in holder) add((holder as Readonly<Record<string, unknown>>)[key], found);
}

function add(value: unknown, found: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) found.push(value);
  else collect(value, found);
}

function isNode(value: object): value is Node {
  return 'kind' in value;
}

/** Visits a tree from the root down, in the order of the text as far as `children` keeps it. `false` leaves out what is below a node. */
export function walk(root: Node, enter: (node: Node) => false | undefined): void {
  // A stack of our own: the depth of a tree is limited by the parser, but a walker must not depend on that.
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (enter(node) === false) continue;
    const from = stack.length;
    collect(node, stack);
    reverseFrom(stack, from);
  }
}

/** In place: a list for each node would cost as much as looking for what is in it. */
function reverseFrom(nodes: Node[], from: number): void {
  for (let low = from, high = nodes.length - 1; low < high; low++, high--) {
    const [first, last] = [nodes[low], nodes[high]];
    if (first === undefined || last === undefined) return;
    nodes[low] = last;
    nodes[high] = first;
  }
}
