import type { Node } from '../../sql/walk.ts';
import { isSubquery, partsBehindItems, TABLES, type Visit } from './inOrder.ts';

/** What is no step of its own when a server computes an expression, or no part of one. */
const FLAT = new Set('argument paren name objectName selectItem orderItem select query nestedQuery setOperation values type'.split(' '));
const READS = new Set(['column', 'star']);

/**
 * How deep expressions go once a server has put the columns of inner queries in the place of their names. Both servers compute them by calling
 * themselves, without a look at their stack: MariaDB's process ends at 180 to 3,000 levels.
 */
export function countLevels(visits: readonly Visit[]): number {
  let highest = 0;
  /** Of the columns of the queries that are done. */
  let column = 0;
  /** Of what is below each open node, and of the columns of each open query. */
  const below = [0];
  const columns: number[] = [];
  const behindItems = new Set<Node>();
  for (const { node, leaving } of visits) {
    const { kind } = node;
    if (!leaving) {
      if (behindItems.has(node) || isSubquery(node)) column = Math.max(column, columns.at(-1) ?? 0);
      below.push(0);
      if (kind === 'query') columns.push(0);
      for (const part of partsBehindItems(node)) behindItems.add(part);
      continue;
    }
    const levels = Math.max(below.pop() ?? 0, READS.has(kind) ? column : 0) + (FLAT.has(kind) ? 0 : 1);
    highest = Math.max(highest, levels);
    if (!TABLES.has(kind)) below.push(Math.max(below.pop() ?? 0, levels));
    if (kind === 'selectItem' || kind === 'values') columns.push(Math.max(columns.pop() ?? 0, levels));
    else if (kind === 'query') column = Math.max(column, columns.pop() ?? 0);
  }
  return highest;
}
