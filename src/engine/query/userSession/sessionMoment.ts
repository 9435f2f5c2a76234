import type { SessionState } from '../../driver/sessionState.ts';
import { hasTimestamps } from '../../driver/values.ts';
import type { ResultTable } from '../results/resultSet.ts';
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
  /** Of rows: the zone before they were read, where that was known. In another zone behind them, some may be shown in either. */
  readonly timeZoneBefore?: string | undefined;
  /** The character set in which it shows texts, where that is not UTF-8: what the set does not have is shown as question marks. */
  readonly charset: string | undefined;
  /** PAD_CHAR_TO_FULL_LENGTH: values of CHAR columns are shown with blanks that they do not hold. */
  readonly padsChars: boolean;
  /** A table may be a temporary one of the session, which hides one of the database. */
  readonly mayHideTables: boolean;
}

/** Behind a read of moments, or of texts in another character set than the session is known to have: a view may have called a function that has set these. */
export function doubtSettings(state: SessionState, results: readonly ResultTable[]): void {
  const columns = results.flatMap((result) => result.columns);
  if (hasTimestamps(columns) || columns.some(({ charset }) => charset !== undefined && charset !== state.results?.name)) state.doubt();
}

interface AskedMoments {
  /** As far as the session was known before it was asked. */
  readonly untilAsked: SessionMoment;
  readonly asked: SessionMoment;
  /** A plain read; what another statement has changed itself is not known of its own rows. */
  readonly reads: boolean;
  readonly timeZoneBefore: string | undefined;
}

/** Where the session stood as rows were read. */
export function momentOfRows({ untilAsked, asked, reads, timeZoneBefore }: AskedMoments): SessionMoment {
  const isSameZone = timeZoneBefore === asked.timeZone;
  const moment = reads ? asked : untilAsked;
  return { ...moment, timeZone: isSameZone || timeZoneBefore === undefined ? moment.timeZone : undefined, timeZoneBefore };
}
