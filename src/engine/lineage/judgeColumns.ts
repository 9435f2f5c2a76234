import { refuse, type Refusal } from '../guard/makeRefusal.ts';
import type { Name } from '../sql/ast/expressions.ts';
import type { Query } from '../sql/ast/queries.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { BaseColumn, ColumnAction } from './baseColumn.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { sourcesOf } from './column.ts';
import type { Context } from './context.ts';
import type { LineageCatalog } from './lineageCatalog.ts';
import { judgeQuery } from './queries.ts';
import { replaceNodes } from './replaceNodes.ts';
import { Tables } from './tableFacts.ts';
import { walk, type Node } from '../sql/walk.ts';

/** As many columns as all stars of a statement are expanded to. */
const MAX_COLUMNS = 100_000;

/** A column of the result. */
export interface JudgedOutput {
  /** What the reader does with each value; undefined: nothing. Never `hide`. */
  readonly action: ColumnAction | undefined;
  /** Every base column that the values depend on, directly or by a computation; not those that only choose or order rows. Found when asked for. */
  sources(): ReadonlySet<BaseColumn>;
}

export type ColumnJudgement =
  /** No table with a protected column is within reach: the statement may run as it is. */
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'outputs';
      /** The tree to print and send, and no other: each `*` is expanded without hidden columns. `outputs` are its columns, in order. */
      readonly statement: Query;
      readonly outputs: readonly JudgedOutput[];
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Signs that take four bytes. MySQL stores no such sign in a name: it puts `?` in its place, which then is another name. */
const LONG_SIGN = /[\u{10000}-\u{10ffff}]/u;

function refuseLongSigns(statement: Node): void {
  walk(statement, (node) => {
    if (node.kind === 'name' && LONG_SIGN.test((node as Name).name))
      throw untraced(`The name ${(node as Name).name}, which the server changes,`, node);
    return undefined;
  });
}

/**
 * Traces each column of a query to base columns, and decides what of the protected ones may be shown. It decides on the tree that the guard has let pass, and is no replacement for the
 * guard. Everything that can't be traced for certain is refused. Takes time linear in the length of the text, and asks no server: `catalog` must hold every name of `tablesOf`, with the
 * names in the definitions of views.
 *
 * A statement that is no query is refused: the caller decides on SHOW, DESCRIBE and EXPLAIN (for EXPLAIN, the query in it can be judged; its plan still shows constants).
 *
 * Names keep their nodes in the new tree, so that what was resolved of them still holds. A call with an expanded star in one of its arguments is another node.
 *
 * What the caller must see to: results of server functions that show statements or rows of others, tables that show rows of others (engine MERGE), warnings and errors that quote values; that rows without ORDER BY
 * may come in the order of an index over a protected column.
 */
export function judgeColumns(
  statement: Statement,
  catalog: LineageCatalog,
  actionOf: (column: BaseColumn) => ColumnAction | undefined,
): ColumnJudgement {
  if (statement.kind !== 'query')
    return { kind: 'refused', refusal: refuse('A statement other than a query of columns', statement, 'columns.query') };
  const tables = new Tables(catalog, actionOf);
  const context: Context = {
    tables,
    database: catalog.currentDatabase,
    inView: false,
    replacements: new Map(),
    budget: { columns: MAX_COLUMNS },
    judgeQuery,
  };
  try {
    if (!tables.reachesProtected(statement, catalog.currentDatabase)) return { kind: 'plain' };
    refuseLongSigns(statement);
    const { columns } = judgeQuery(statement, { outer: undefined, expressions: undefined }, context);
    const outputs = columns.map(({ action, origin }): JudgedOutput => ({ action, sources: () => sourcesOf(origin) }));
    return { kind: 'outputs', statement: replaceNodes(statement, context.replacements), outputs };
  } catch (error) {
    if (error instanceof ColumnRefusal) return { kind: 'refused', refusal: error.refusal };
    throw error;
  }
}
