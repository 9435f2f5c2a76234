import { OpenColumns, TABLES, type Visit } from './inOrder.ts';

/** What is no step of its own when a server computes an expression, or no part of one. */
const FLAT = new Set('argument paren name objectName selectItem orderItem select query nestedQuery setOperation values type'.split(' '));
const READS = new Set(['column', 'star']);

/**
 * How deep expressions go once a server has put the columns of inner queries in the place of their names. Both servers compute them by calling
 * themselves, without a look at their stack: MariaDB's process ends at 180 to 3,000 levels.
 */
export function countLevels(visits: readonly Visit[]): number {
  let highest = 0;
  /** Of what is below each open node. */
  const below = [0];
  const columns = new OpenColumns();
  for (const { node, leaving } of visits) {
    const { kind } = node;
    if (!leaving) {
      columns.enter(node);
      below.push(0);
      continue;
    }
    const levels = Math.max(below.pop() ?? 0, READS.has(kind) ? columns.reachable : 0) + (FLAT.has(kind) ? 0 : 1);
    highest = Math.max(highest, levels);
    if (!TABLES.has(kind)) below.push(Math.max(below.pop() ?? 0, levels));
    if (kind === 'selectItem' || kind === 'values') columns.take(levels);
    else if (kind === 'query') columns.leaveQuery();
  }
  return highest;
}
