import { MAX_UNDONE } from './capturedTable.ts';
import { whyNoSnapshot } from './snapshotSql.ts';
import type { UndoObstacle } from './undoRecord.ts';
import type { StatementPreview } from './writePreview.ts';
import { phrase, type Phrase } from '../phrase.ts';
import type { ParsedDml } from './parseDml.ts';

const NOT_TABLES = phrase('the statement reads views, stored functions, or nontransactional tables');

/** What is known before a statement runs of why it can't be undone; undefined where all that it changes can be found, unless its values say otherwise. */
export function undoObstacle(preview: StatementPreview): UndoObstacle | undefined {
  const { statement, touched } = preview;
  const { shape } = statement;
  if (shape === undefined) return { code: 'definition', about: [] };
  if (shape.kind === 'other') return { code: 'rows', about: [phrase("the affected rows can't be read in advance")] };
  if (touched?.unknown !== undefined) return { code: 'unseen', about: [touched.unknown] };
  if (touched?.lasting !== undefined) return { code: 'lasting', about: [touched.lasting] };
  const elsewhere = touched?.triggers.find(({ changesRows }) => changesRows);
  if (elsewhere !== undefined) return { code: 'trigger', about: [elsewhere.name] };
  return ofRows(shape, preview);
}

function ofRows(shape: Exclude<ParsedDml, { kind: 'other' }>, preview: StatementPreview): UndoObstacle | undefined {
  const { statement, touched, columns, rows, level, isTransactional } = preview;
  const [trigger] = touched?.triggers ?? [];
  if (preview.readsChange !== undefined) return { code: 'rows', about: [preview.readsChange] };
  if (shape.kind === 'joined') {
    const why = whyNoJoin(shape, isTransactional, statement.verb, trigger?.name);
    return why === undefined ? undefined : { code: 'rows', about: [why] };
  }
  if ((rows ?? 0) > MAX_UNDONE) return { code: 'tooMany', about: [] };
  if (shape.kind === 'picked') {
    const why = level === 'rows' ? undefined : whyNoSnapshot(shape, touched?.tables[0]?.engine ?? 'InnoDB', columns);
    return why === undefined ? undefined : { code: 'rows', about: [why] };
  }
  if (typeof shape.source === 'string') {
    if (!shape.isSourceStable) return { code: 'rows', about: [phrase('the query may return other rows when it runs')] };
    if (!isTransactional) return { code: 'rows', about: [NOT_TABLES] };
  }
  // What it meets depends on what the trigger makes of its values.
  if (trigger !== undefined && (shape.onDuplicate === 'replace' || shape.onDuplicate === 'update'))
    return { code: 'trigger', about: [trigger.name] };
  return undefined;
}

/** Why the rows that a join picks are not known before it runs. */
function whyNoJoin(
  { isStable }: Extract<ParsedDml, { kind: 'joined' }>,
  isTransactional: boolean,
  verb: string,
  trigger: string | undefined,
): Phrase | undefined {
  if (!isStable) return phrase('the condition is nondeterministic, has LIMIT, or depends on the time or the session');
  if (!isTransactional) return NOT_TABLES;
  // It may change the keys of the rows.
  return verb === 'UPDATE' && trigger !== undefined ? phrase('the trigger {0} runs for each row', trigger) : undefined;
}
