import { inEnglish } from '../../engine/phrase.ts';
import type { UndoObstacle, UndoObstacleCode } from '../../engine/writes/undoRecord.ts';

/** Only what a write itself can have; the others belong to the moment in which a person undoes it. */
const TEXTS: Partial<Readonly<Record<UndoObstacleCode, string>>> = {
  rows: "The affected rows weren't known in advance:",
  lasting: 'It changes nontransactional tables:',
  unseen: "The account can't read everything that the statement changes:",
  trigger: 'A trigger changes other rows:',
  keyless: 'A table without a primary key is also changed:',
  keys: "The keys of the changed rows aren't known:",
  tooMany: 'It changes too many rows, or rows that are too large.',
  values: "A column has values that a literal can't restore:",
  unread: "The changed rows couldn't be read.",
};

/** One line for an agent; '' where nobody expects an undo. */
export function undoObstacleText({ code, about }: UndoObstacle, untrusted: (text: string) => string): string {
  const text = TEXTS[code];
  if (text === undefined) return "It can't be undone.";
  return `It can't be undone. ${text}${about.length === 0 ? '' : ` ${untrusted(about.map(inEnglish).join(', '))}`}`;
}
