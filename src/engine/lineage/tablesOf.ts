import { namesIn } from '../guard/namesInTree.ts';
import type { Node } from '../sql/walk.ts';

/** A table as a text names it; without a database it is in the current one, or in that of the view that holds the text. */
export interface NamedTable {
  readonly database: string | undefined;
  readonly name: string;
  readonly expression: boolean;
}

/**
 * The names that must be in the catalog before a statement is judged. For a statement that reads views, ask again with the definition of each view, until no new name turns up. An `expression`
 * is the name of a common table expression: it need not be in the catalog, but what the server has under this name must be. The tables of stored functions are not in the list: these are for
 * `LineageCatalog.function`.
 */
export function tablesOf(statement: Node): readonly NamedTable[] {
  return namesIn(statement).tables.map(({ node, expression }) => ({ database: node.database?.name, name: node.name.name, expression }));
}
