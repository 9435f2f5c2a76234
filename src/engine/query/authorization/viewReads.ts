import { namesIn } from '../../guard/namesInTree.ts';
import type { Node } from '../../sql/walk.ts';
import { exactKey } from './objectCatalog.ts';
import type { ObjectCheck } from './objectCheck.ts';

/** More than anybody builds. A server opens each view anew in each place that names it, so views that read two views each take twice the time with each level. */
export const MAX_VIEW_READS = 1000;

/** How many views a server opens for a statement; no more than one above `MAX_VIEW_READS`. `database` is that of names without one. */
export function countViewReads(statement: Node, database: string | undefined, { met, views }: Pick<ObjectCheck, 'met' | 'views'>): number {
  const known = new Map<string, number>();
  const countIn = (tree: Node, inDatabase: string | undefined): number => {
    let count = 0;
    for (const { node } of namesIn(tree).tables) {
      const found = met.get(exactKey({ database: node.database?.name ?? inDatabase ?? '', name: node.name.name }));
      if (found?.kind === 'view') count += countOf(exactKey(found), found.database);
    }
    return Math.min(count, MAX_VIEW_READS + 1);
  };
  const countOf = (key: string, inDatabase: string): number => {
    const counted = known.get(key);
    if (counted !== undefined) return counted;
    known.set(key, 1); // one that reads itself is refused by the server
    const tree = views.get(key);
    const count = 1 + (tree === undefined ? 0 : countIn(tree, inDatabase));
    known.set(key, count);
    return count;
  };
  return countIn(statement, database);
}
