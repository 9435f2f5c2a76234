import type { RowSink, StreamEnd } from '../../driver/session.ts';
import type { OwnSql } from '../../sql/ownSql.ts';
import { readDefinition, readTable, streamAgain } from './userSessionReads.ts';
import type { ResultTable } from '../results/resultSet.ts';
import type { SessionMoment } from './sessionMoment.ts';

/**
 * Hands all rows of a statement to a sink, in the session as it stood when the rows were shown; whether it may run again is for the caller to know. Throws `input.invalid`, before
 * anything is sent, where it is another session or stands elsewhere. `replaced`: the session told of a later statement, and tells of this one now.
 */
export async function streamShown(
  sql: string,
  sink: RowSink,
  moment: SessionMoment,
  signal: AbortSignal,
): Promise<StreamEnd & { readonly replaced: boolean }> {
  return moment.userSession.inMoment(moment, async ({ lease, answer, authorize }) => {
    const text = await authorize(sql);
    const replaced = answer.of !== moment.answer;
    answer.replace();
    const end = await streamAgain(lease, text, sink, signal);
    answer.repeated(moment.answer, end);
    return { ...end, replaced };
  });
}

/** What SHOW CREATE says in the session itself; undefined where it says nothing. Who wants to leave no trace asks where the session is quiet. */
export async function definitionIn(moment: SessionMoment, question: OwnSql): Promise<string | undefined> {
  return moment.userSession.inMoment(moment, ({ lease, answer }) => {
    if (!answer.isQuiet) answer.replace();
    return readDefinition(lease.session, question);
  });
}

/** Asks the session itself, and a person may see that. */
export async function askIn(moment: SessionMoment, question: OwnSql): Promise<ResultTable> {
  return moment.userSession.inMoment(moment, ({ lease, answer }) => {
    answer.replace();
    return readTable(lease.session, question);
  });
}
