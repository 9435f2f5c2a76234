import type { ChangedRows } from '../../driver/changedRows.ts';
import type { ServerWarning } from '../../driver/session.ts';
import type { SessionMoment } from './sessionMoment.ts';
import type { ResultLimits, ResultSet } from '../results/resultSet.ts';

export interface UserSessionRunOptions {
  readonly limits: ResultLimits;
  readonly signal: AbortSignal;
  /** True where the person knows that it commits the open transaction; else such a statement is refused. */
  readonly mayCommit?: boolean | undefined;
  /** Told of a result with more rows than are kept, while they are still being read. */
  readonly onFull?: ((result: ResultSet, index: number) => void) | undefined;
  /** Told of the results that a procedure has shown before it failed. */
  readonly onFailed?: ((results: readonly ResultSet[], moment: SessionMoment) => void) | undefined;
}

export interface UserSessionOutcome {
  /** None for a statement without rows; several for a procedure. */
  readonly results: readonly ResultSet[];
  readonly changed: ChangedRows | undefined;
  /** Those that could be read without a trace in the session. */
  readonly warnings: readonly ServerWarning[];
  readonly warningCount: number;
  readonly elapsedMs: number;
  /** The session before was lost, with nothing in it. */
  readonly newSession: boolean;
  /** The person has stopped it; its results are what had come by then. */
  readonly stopped: boolean;
  /** It has ended the transaction that was open, though its text does not say so. */
  readonly endedTransaction: boolean;
  /** With it the server has stopped to tell of changed settings. */
  readonly untold: boolean;
  /** Where the session stood behind it; undefined where it was none of a person. */
  readonly moment: SessionMoment | undefined;
}
