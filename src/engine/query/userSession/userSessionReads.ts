import type { UserSessionLease } from '../../driver/sessionPool.ts';
import type { RowSink, ServerWarning, Session, StreamEnd } from '../../driver/session.ts';
import { isPilotError, PilotError } from '../../errors.ts';
import { integer, sql as ownSql, type OwnSql } from '../../sql/ownSql.ts';
import { Stopper } from './stopper.ts';
import { UserSessionSink } from './userSessionSink.ts';
import type { ResultTable } from '../results/resultSet.ts';
import { StoppableSink } from './stoppableSink.ts';

/** The errno of a statement that KILL QUERY has ended. */
const INTERRUPTED = 1317;

/** Hands all rows of a read to a sink; one that takes no more stops the statement, and the session goes on. */
export async function streamAgain(lease: UserSessionLease, sql: string, sink: RowSink, signal: AbortSignal): Promise<StreamEnd> {
  const isCanceled = (): boolean => signal.aborted;
  if (isCanceled()) throw canceled();
  const stopper = new Stopper(lease);
  const reader = new StoppableSink(sink, stopper.stop);
  signal.addEventListener('abort', stopper.stop);
  try {
    const end = await lease.session.streamAsWritten(sql, reader);
    reader.check();
    return { ...end, complete: end.complete && !reader.enough };
  } catch (error) {
    reader.check();
    if (isCanceled() && wasStopped(error)) throw canceled(error);
    if (reader.enough && wasStopped(error)) return { complete: false, warnings: 0, changed: undefined };
    throw error;
  } finally {
    signal.removeEventListener('abort', stopper.stop);
    await stopper.done();
  }
}

/** As many warnings as a person is shown. */
const WARNING_LIMITS = { maxRows: 20, maxCharacters: 100_000 };

/**
 * What the server remarks, where asking for it leaves no trace: behind rows ROW_COUNT() is -1 as it is behind SHOW WARNINGS, and a 0 can be put back. Behind changed rows it is the
 * person's to ask, who may want their number first.
 */
export async function readWarnings(session: Session, { warnings, changed }: StreamEnd, hasRows: boolean): Promise<ServerWarning[]> {
  const isRows = changed === undefined && hasRows;
  if (warnings === 0 || (!isRows && changed?.affected !== 0)) return [];
  const sink = new UserSessionSink(WARNING_LIMITS);
  try {
    await session.streamAsWritten(ownSql`SHOW WARNINGS LIMIT ${integer(WARNING_LIMITS.maxRows)}`, sink);
    if (!isRows) await session.clearRowCount();
  } catch {
    return []; // the statement itself has ended well; a lost session is told by itself
  }
  const rows = sink.results()[0]?.rows ?? [];
  return rows.map(([level, errno, message]) => ({
    level: (level ?? 'Warning') as ServerWarning['level'],
    errno: Number(errno),
    message: message ?? '',
  }));
}

const TABLE_LIMITS = { maxRows: 10_000, maxCharacters: 10_000_000 };

export async function readTable(session: Session, question: OwnSql): Promise<ResultTable> {
  const sink = new UserSessionSink(TABLE_LIMITS);
  await session.streamAsWritten(question, sink);
  return sink.results()[0] ?? { columns: [], rows: [] };
}

/** What SHOW CREATE says; undefined where there is nothing of this name, or nothing for this account. An error of ours would be among the warnings, and is cleared. */
export async function readDefinition(session: Session, question: OwnSql): Promise<string | undefined> {
  try {
    return (await readTable(session, question)).rows[0]?.[1] ?? undefined;
  } catch (error) {
    if (!session.usable || !isPilotError(error) || error.errno === undefined) throw error;
    await readTable(session, ownSql`SHOW CREATE TABLE information_schema.tables`);
    return undefined;
  }
}

export function wasStopped(error: unknown): boolean {
  return isPilotError(error) && (error.errno === INTERRUPTED || error.code === 'connection.lost' || error.code === 'statement.timeout');
}

export function canceled(cause?: unknown): PilotError {
  return new PilotError('statement.canceled', 'The statement was canceled.', { advice: 'statement.runAgain', untrusted: false, cause });
}
