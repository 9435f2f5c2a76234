import type { UserSession } from './userSession.ts';

/**
 * Where a session stands: equal moments mean that a read gives the same rows, as far as that is up to the session. Plain reads leave it as it is; whatever else ran (USE, SET, a
 * temporary table, a lock, a transaction's begin or end) makes it another one.
 */
export interface SessionMoment {
  readonly userSession: UserSession;
  /** Undefined before its first statement, and where it was lost. */
  readonly session: object | undefined;
  /** Which of its statements the session has answered last: FOUND_ROWS() and the warnings are of that. */
  readonly answer: number;
  /** How many statements that were no plain reads have run. */
  readonly steps: number;
  /** In which its TIMESTAMP values are shown; undefined where that is not known. */
  readonly timeZone: string | undefined;
  /** The character set in which it shows texts, where that is not UTF-8: what the set does not have is shown as question marks. */
  readonly charset: string | undefined;
  /** PAD_CHAR_TO_FULL_LENGTH: values of CHAR columns are shown with blanks that they do not hold. */
  readonly padsChars: boolean;
  /** A table may be a temporary one of the session, which hides one of the database. */
  readonly mayHideTables: boolean;
}
