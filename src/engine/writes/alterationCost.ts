import type { Way } from '../ddl/wayKinds.ts';
import type { AlterTable, CreateIndex, Drop } from '../sql/ast/definitions.ts';
import { phrase, type Phrase } from '../phrase.ts';

/** What an ALTER TABLE, or CREATE and DROP INDEX, costs those who use the table. `way` is undefined where no rule tells. */
export function alterationCost(statement: AlterTable | CreateIndex | Drop, way: Way | undefined): Phrase[] {
  const texts = [
    ...(way === undefined ? [] : [wayPhrase(way)]),
    phrase('When it starts and ends, it waits for all open transactions on the table, and other statements on the table wait for it.'),
  ];
  if (choosesWay(statement))
    texts.push(phrase("The statement specifies ALGORITHM or LOCK. If the server can't use it, the statement fails without changes."));
  return texts;
}

function wayPhrase({ algorithm, lock, rebuilds }: Way): Phrase {
  if (algorithm === 'INSTANT') return phrase('Usually ALGORITHM=INSTANT: only metadata changes.');
  if (algorithm === 'COPY')
    return phrase("Usually ALGORITHM=COPY, LOCK=SHARED: the table is rebuilt, and other sessions can't write to it during the change.");
  if (lock !== 'NONE')
    return phrase("Usually ALGORITHM=INPLACE, LOCK=SHARED: other sessions can read the table, but can't write to it during the change.");
  return rebuilds
    ? phrase('Usually ALGORITHM=INPLACE with a table rebuild: other sessions can read and write during the change.')
    : phrase('Usually ALGORITHM=INPLACE, LOCK=NONE: other sessions can read and write during the change.');
}

function choosesWay(statement: AlterTable | CreateIndex | Drop): boolean {
  if (statement.kind !== 'alterTable') return statement.options.length > 0;
  return statement.actions.some(({ action }) => action === 'ALGORITHM' || action === 'LOCK');
}
