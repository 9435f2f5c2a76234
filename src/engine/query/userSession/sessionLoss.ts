import { PilotError } from '../../errors.ts';
import type { SessionContent } from '../../guard/sessionEffects.ts';
import { NEWEST_MYSQL, type Dialect } from '../../sql/lexer/dialect.ts';

/** What a person has lost without having asked for it; nothing runs until they know. */
export interface SessionLoss {
  /** The whole session, or its transaction alone, which the server has ended. */
  readonly what: 'session' | 'transaction';
  readonly contents: readonly SessionContent[];
  /** A statement was running that may have changed something: whether it has is not known. */
  readonly unfinished: boolean;
  /** Why, as far as that is known. */
  readonly reason: string | undefined;
}

const NAMES: Readonly<Record<SessionContent, string>> = {
  transaction: 'an open transaction, which was rolled back',
  temporaryTables: 'temporary tables',
  locks: 'locks',
  tableLocks: 'table locks',
  preparedTransaction: 'the prepared transaction, which stays on the server (XA RECOVER lists it)',
  userVariables: 'user variables',
  settings: 'session settings',
  preparedStatements: 'prepared statements',
  handlers: 'open handlers',
  database: 'the selected database',
  routines: 'session settings changed by procedures and prepared statements',
  counts: 'LAST_INSERT_ID() and ROW_COUNT()',
};

/** Refuses a statement that was written for what is lost. */
export function lossError({ what, contents, unfinished, reason }: SessionLoss): PilotError {
  const because = reason === undefined ? '' : ` (${reason})`;
  const lost = contents.map((content) => NAMES[content]).join('; ');
  const open = unfinished ? ' A statement was running, and its outcome is unknown.' : '';
  if (what === 'transaction')
    return new PilotError('session.lost', `The transaction has ended${because}. Nothing was run.${open}`, {
      advice: 'session.endTransaction',
      untrusted: true,
    });
  return new PilotError('session.lost', `The session has ended${because}. Lost with it: ${lost}. Nothing was run.${open}`, {
    advice: 'session.startNew',
    untrusted: true,
  });
}

const ENDS = { commits: 'commits', ends: 'commits or rolls back', mayEnd: 'may commit or roll back' } as const;

/** For a statement that would end the open transaction unasked, or may. */
export function wouldCommit(effect: keyof typeof ENDS): PilotError {
  const does = ENDS[effect];
  return new PilotError('statement.refused', `This statement ${does} the open transaction. Nothing was run.`, {
    advice: 'session.commitFirst',
  });
}

/** For rows that their session would not give again. */
export function moved(message: string): PilotError {
  return new PilotError('input.invalid', `${message} Nothing was exported.`, { advice: 'export.again' });
}

/** From here on XA PREPARE leaves the session free for another transaction (MySQL manual, 15.3.8.3 XA transaction restrictions). */
const XA_DETACHES = 80_029;

/** What would be lost now. A transaction that is prepared is open to MariaDB, and nothing that is lost. */
export function lostContents(
  contents: ReadonlySet<SessionContent>,
  isInTransaction: boolean,
  { flavor, version }: Dialect = NEWEST_MYSQL,
): readonly SessionContent[] {
  const isDetached = flavor === 'mysql' && version >= XA_DETACHES;
  const isLost = isInTransaction && (isDetached || !contents.has('preparedTransaction'));
  return isLost ? ['transaction', ...contents] : [...contents];
}
