import { PilotError } from '../../errors.ts';
import { quoteIdentifier, type QualifiedName } from '../../sql/identifiers.ts';
import { sql } from '../../sql/ownSql.ts';
import { definitionIn } from './momentReads.ts';
import type { SessionMoment } from './sessionMoment.ts';

/**
 * True where a table that a statement of a session has read is a temporary one of it, which nobody else can see. Asked in the session: `unseen` only where that leaves no trace there, else
 * it throws, as it does where the session has moved on.
 */
export async function isTemporary(moment: SessionMoment, { database, name }: QualifiedName, how: 'unseen' | 'visibly'): Promise<boolean> {
  const { userSession, session } = moment;
  if (session === undefined || userSession.moment.session !== session)
    throw new PilotError(
      'input.invalid',
      'The session that read these rows has ended, and the rows may come from one of its temporary tables.',
      {
        advice: 'write.editAgain',
      },
    );
  if (how === 'unseen' && !userSession.answer.isQuiet)
    throw new PilotError(
      'input.invalid',
      'These rows may come from a temporary table of the session. Checking would clear the results of SHOW WARNINGS and ROW_COUNT() for its last statement.',
      { advice: 'write.editAgain' },
    );
  const definition = await definitionIn(moment, sql`SHOW CREATE TABLE ${quoteIdentifier(database)}.${quoteIdentifier(name)}`);
  return definition !== undefined && /^CREATE TEMPORARY\b/.test(definition);
}
