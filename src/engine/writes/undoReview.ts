import type { Cell } from '../driver/values.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { formatStatement } from '../sql/formatStatement.ts';
import { keyOfName } from '../sql/identifiers.ts';
import type { UndoChange, UndoRecord, UndoTable } from './undoRecord.ts';
import type { UndoPreview } from './undoRun.ts';
import type { UndoStatement } from './undoStatements.ts';
import type { ReviewedRows, ReviewedStatement } from './writeReview.ts';

/** What undoing a write does, as a review shows it: for each table the rows that go, those that change back and those that come back. */
export function undoReview(
  record: UndoRecord,
  { statements, triggers }: Pick<UndoPreview, 'statements' | 'triggers'>,
): readonly ReviewedStatement[] {
  return record.tables.flatMap((table) => {
    const own = statements.filter((one) => keyOfName(one.table) === keyOfName(table));
    return (['added', 'changed', 'deleted'] as const).flatMap((kind) => {
      const changes = table.changes.filter((change) => kindOf(change) === kind);
      const some = own.filter((one) => one.kind === kind);
      return changes.length === 0 ? [] : [reviewed(table, kind, changes, some, triggers)];
    });
  });
}

type Kind = UndoStatement['kind'];

const VERBS = { added: 'DELETE', changed: 'UPDATE', deleted: 'INSERT' } as const;

function kindOf({ before, after }: UndoChange): Kind {
  return before === null ? 'added' : after === null ? 'deleted' : 'changed';
}

function reviewed(
  table: UndoTable,
  kind: Kind,
  changes: readonly UndoChange[],
  statements: readonly UndoStatement[],
  triggers: readonly string[],
): ReviewedStatement {
  return {
    ...{ verb: VERBS[kind], rows: changes.length, about: false, level: 'rows', expected: changes.length },
    object: { type: 'TABLE', names: [[table.database, table.name]], newNames: [] },
    sql: statements.map(({ sql }) => formatStatement(sql)).join(';\n'),
    ...{ sizes: [], verified: [], unverified: [], irreversible: false, warnings: [], facts: [], tables: [], plan: [] },
    triggers: triggers.map((name) => ({ name, when: VERBS[kind], table: table.name })),
    changes: changesOf(table, kind, changes),
  };
}

function changesOf(table: UndoTable, kind: Kind, changes: readonly UndoChange[]): ReviewedRows {
  const columns = table.columns.map(({ name }, at) => ({ name, key: table.key.includes(at) }));
  const rowsOf = (which: keyof UndoChange): (readonly Cell[])[] => changes.flatMap(({ [which]: row }) => (row === null ? [] : [row]));
  switch (kind) {
    case 'added':
      return { kind: 'deleted', columns, before: rowsOf('after'), after: [] };
    case 'changed':
      return { kind: 'changed', columns, before: rowsOf('after'), after: rowsOf('before') };
    case 'deleted':
      // As an INSERT shows its rows: each cell is the expression that it gives.
      return {
        ...{ kind: 'added', columns, before: [] },
        after: rowsOf('before').map((row) => row.map((cell, at) => sqlLiteral(cell, table.columns[at]))),
      };
  }
}
