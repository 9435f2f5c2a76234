import { namesIn } from '../guard/namesInTree.ts';
import type { Node } from '../sql/walk.ts';

/** A table as a text names it; without a database it is in the current one, or in that of the view that holds the text. */
export interface NamedTable {
  readonly database: string | undefined;
  readonly name: string;
}

/**
 * The names that must be in the catalog before a statement is judged. For a statement that reads views, ask again with the definition of each view, until no new name turns up. A name of a
 * common table expression is in the list, too: it need not be in the catalog. So are stored functions with the tables in their bodies not in it: these are for `LineageCatalog.function`.
 */
export function tablesOf(statement: Node): readonly NamedTable[] {
  return namesIn(statement).tables.map(({ node }) => ({ database: node.database?.name, name: node.name.name }));
}
