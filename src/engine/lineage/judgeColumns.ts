import type { Refusal } from '../guard/makeRefusal.ts';
import type { Query } from '../sql/ast/queries.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { BaseColumn, ColumnAction } from './baseColumn.ts';
import type { LineageCatalog } from './lineageCatalog.ts';

/** A column of the result. */
export interface JudgedOutput {
  /** What the reader does with each value; undefined: nothing. */
  readonly action: ColumnAction | undefined;
  /** Every base column that the values depend on, directly or by a computation. Found when asked for. */
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

export function judgeColumns(
  statement: Statement,
  catalog: LineageCatalog,
  actionOf: (column: BaseColumn) => ColumnAction | undefined,
): ColumnJudgement {
  void [statement, catalog, actionOf];
  throw new Error('Not built yet.');
}
