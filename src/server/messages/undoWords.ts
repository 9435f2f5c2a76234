import { inEnglish } from '../../engine/phrase.ts';
import type { UndoObstacle, UndoObstacleCode } from '../../engine/writes/undoRecord.ts';

/** Only what a write itself can have; the others belong to the moment in which a person undoes it. */
const TEXTS: Partial<Readonly<Record<UndoObstacleCode, string>>> = {
  joined: 'It joins tables.',
  query: 'It adds the rows of a query.',
  rows: 'Its rows were not known beforehand:',
  lasting: 'It changes tables that have no transactions:',
  unseen: 'The account may not see all that it changes:',
  trigger: 'A trigger changes other rows:',
  keyless: 'A table without a primary key changes along:',
  keys: 'The keys of the changed rows are not known:',
  tooMany: 'It changes too many rows, or too large ones.',
  values: 'A column holds values that no literal restores:',
  unread: 'The changed rows could not be read.',
};

/** One line for an agent; '' where nobody expects an undo. */
export function undoObstacleText({ code, about }: UndoObstacle, untrusted: (text: string) => string): string {
  const text = TEXTS[code];
  if (text === undefined) return "It can't be undone.";
  return `It can't be undone. ${text}${about.length === 0 ? '' : ` ${untrusted(about.map(inEnglish).join(', '))}`}`;
}
