import { phrase, type Words } from '../phrase.ts';
import { visibleText } from '../text.ts';
import { print } from '../sql/printer/print.ts';
import type { Alteration } from './alterTable.ts';
import type { ColumnChange } from './columnChange.ts';
import type { DdlContext } from './ddlContext.ts';

/** What a MODIFY or CHANGE drops because it does not repeat it. */
export function droppedByModify({ changed }: Alteration, context: DdlContext): Words[] {
  return changed.flatMap((change) => {
    const lost = ofChange(change, context);
    return lost.length === 0
      ? []
      : [phrase('{0} drops what it does not repeat of {1}: {2}', change.action.action, change.before.name, lost.join(', '))];
  });
}

function ofChange(change: ColumnChange, { dialect }: DdlContext): string[] {
  const { action, before, after } = change;
  if (action.action !== 'MODIFY COLUMN' && action.action !== 'CHANGE COLUMN') return [];
  const written = new Set(action.column?.attributes.map(({ attribute }) => attribute));
  const lost: [is: boolean, text: string][] = [
    [before.comment !== '' && !written.has('COMMENT'), `COMMENT '${oneLine(before.comment)}'`],
    [
      before.defaultValue !== undefined && !written.has('DEFAULT') && after.defaultValue === undefined,
      `DEFAULT ${before.defaultValue === undefined ? '' : print(before.defaultValue, dialect)}`,
    ],
    [!before.nullable && after.nullable && !written.has('NULL'), 'NOT NULL'],
    [before.auto && !after.auto, 'AUTO_INCREMENT'],
    [before.onUpdate && !after.onUpdate, 'ON UPDATE CURRENT_TIMESTAMP'],
    [before.invisible && !after.invisible, 'INVISIBLE'],
    [before.generated !== undefined && after.generated === undefined, 'its expression'],
  ];
  return [...lost.filter(([is]) => is).map(([, text]) => text), ...lostCharset(change, written.has('COLLATE'))];
}

/** Without its own, a column takes that of the table. */
function lostCharset({ action, before, after, charset, collation }: ColumnChange, isWritten: boolean): string[] {
  if (isWritten || action.column?.type?.charset !== undefined || before.charset === undefined || after.charset === undefined) return [];
  if (charset) return [`CHARACTER SET ${before.charset}`];
  return collation && before.collation !== undefined ? [`COLLATE ${before.collation}`] : [];
}

function oneLine(comment: string): string {
  return visibleText(comment.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r'));
}
