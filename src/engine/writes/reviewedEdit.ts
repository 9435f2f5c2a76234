import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { plainReview } from './plainReview.ts';
import { isSibling, updateStatement, type CellEdit } from './rowEdit.ts';
import type { ReviewedStatement } from './writeReview.ts';

/** The row of a cell that a person edits, before and after. A new key can't be found by the old one: then the column has what is assigned to it. */
export function reviewedEdit(edit: CellEdit): ReviewedStatement {
  const { table, columns, row, key, column, value } = edit;
  const shown = columns.flatMap((one, i) => (isSibling(one, columns[column]) ? [i] : []));
  const setsKey = key.includes(column);
  return plainReview({
    ...{ verb: 'UPDATE', sql: updateStatement(edit), level: 'rows', rows: 1 },
    object: { type: 'TABLE', names: [[table.database, table.name]] },
    changes: {
      kind: 'changed',
      columns: shown.map((i) => ({
        name: columns[i]?.source?.column ?? '',
        key: key.includes(i),
        assigned: i === column ? sqlLiteral(value, columns[i]) : undefined,
      })),
      before: [shown.map((i) => row[i] ?? null)],
      after: setsKey ? [] : [shown.map((i) => (i === column ? value : (row[i] ?? null)))],
    },
  });
}
