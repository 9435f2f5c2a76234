import type { Query, Select } from '../../sql/ast/queries.ts';
import { children, type Node } from '../../sql/walk.ts';

/** Where rows come from: their expressions are no part of those around them. */
export const TABLES: ReadonlySet<string> = new Set(['table', 'derived', 'jsonTable', 'nestedTables', 'odbcJoin', 'dual', 'join', 'with']);

const SUBQUERIES = new Set(['subquery', 'exists', 'in', 'quantified']);

/** True for what holds a query inside an expression. */
function isSubquery({ kind }: Node): boolean {
  return SUBQUERIES.has(kind);
}

const NO_PARTS: readonly Node[] = [];

/** What may use the names of the columns that a query gives: its parts behind their list. */
function partsBehindItems(node: Node): readonly Node[] {
  if (node.kind === 'query') return (node as Query).orderBy;
  if (node.kind !== 'select') return NO_PARTS;
  const { groupBy, having, windows, qualify } = node as Select;
  return [groupBy, having, ...windows, qualify].filter((part) => part !== undefined);
}

/** Follows the columns of queries by the largest measure of one. Behind the list of columns their names may be used, in the subqueries inside it, and around the query. */
export class OpenColumns {
  /** Of the columns that may be named here. */
  reachable: number;
  readonly #open: number[] = [];
  readonly #behindItems = new Set<Node>();

  /** `least`: what a column is taken for anyway. */
  constructor(least = 0) {
    this.reachable = least;
  }

  enter(node: Node): void {
    if (this.#behindItems.has(node) || isSubquery(node)) this.#reach(this.#open.at(-1));
    if (node.kind === 'query') this.#open.push(0);
    for (const part of partsBehindItems(node)) this.#behindItems.add(part);
  }

  /** Takes a column of the innermost query. */
  take(measure: number): void {
    this.#open.push(Math.max(this.#open.pop() ?? 0, measure));
  }

  leaveQuery(): void {
    this.#reach(this.#open.pop());
  }

  #reach(measure = 0): void {
    this.reachable = Math.max(this.reachable, measure);
  }
}

export interface Visit {
  readonly node: Node;
  readonly leaving: boolean;
}

/** Each node when it is entered and when all below it have been; tables come before the columns that are made of them. */
export function inOrder(root: Node): Visit[] {
  const visits: Visit[] = [];
  const stack: Visit[] = [{ node: root, leaving: false }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    visits.push(visit);
    if (visit.leaving) continue;
    stack.push({ node: visit.node, leaving: true });
    const below = children(visit.node).reverse();
    for (const node of below) if (!TABLES.has(node.kind)) stack.push({ node, leaving: false });
    for (const node of below) if (TABLES.has(node.kind)) stack.push({ node, leaving: false });
  }
  return visits;
}
