import type { Cell } from '../driver/values.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { plainReview } from './plainReview.ts';
import type { ReviewedStatement } from './writeReview.ts';

export interface ImportToReview {
  readonly table: QualifiedName;
  readonly columns: readonly { readonly name: string; readonly key: boolean }[];
  /** The first rows of the file. */
  readonly rows: readonly (readonly Cell[])[];
  /** How many rows the file has; undefined where nobody has counted them to the end. */
  readonly total: number | undefined;
  readonly sql: string;
}

/** Rows of a file that a person inserts into a table, as the file has them. */
export function reviewedImport({ table, columns, rows, total, sql }: ImportToReview): ReviewedStatement {
  return plainReview({
    ...{ verb: 'INSERT', sql, level: 'count', rows: total },
    object: { type: 'TABLE', names: [[table.database, table.name]] },
    ...(rows.length === 0 ? {} : { changes: { kind: 'added', queried: true, columns, before: [], after: rows } }),
  });
}
