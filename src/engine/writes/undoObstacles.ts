import { MAX_UNDONE } from './capturedTable.ts';
import { whyNoSnapshot } from './snapshotSql.ts';
import type { UndoObstacle } from './undoRecord.ts';
import type { StatementPreview } from './writePreview.ts';

/** What is known before a statement runs of why it can't be undone; undefined where all that it changes can be found, unless its values say otherwise. */
export function undoObstacle({ statement, touched, columns, rows, level }: StatementPreview): UndoObstacle | undefined {
  const { shape } = statement;
  if (shape === undefined) return { code: 'definition', about: [] };
  if (shape.kind === 'joined' || shape.kind === 'other') return { code: 'joined', about: [] };
  if (touched?.unknown !== undefined) return { code: 'unseen', about: [touched.unknown] };
  if (touched?.lasting !== undefined) return { code: 'lasting', about: [touched.lasting] };
  const elsewhere = touched?.triggers.find(({ changesRows }) => changesRows);
  if (elsewhere !== undefined) return { code: 'trigger', about: [elsewhere.name] };
  if ((rows ?? 0) > MAX_UNDONE) return { code: 'tooMany', about: [] };
  if (shape.kind === 'picked') {
    const why = level === 'rows' ? undefined : whyNoSnapshot(shape, touched?.tables[0]?.engine ?? 'InnoDB', columns);
    return why === undefined ? undefined : { code: 'rows', about: [why] };
  }
  if (typeof shape.source === 'string') return { code: 'query', about: [] };
  const [trigger] = touched?.triggers ?? [];
  // What it meets depends on what the trigger makes of its values.
  if (trigger !== undefined && (shape.onDuplicate === 'replace' || shape.onDuplicate === 'update'))
    return { code: 'trigger', about: [trigger.name] };
  return undefined;
}
