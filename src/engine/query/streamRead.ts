import type { RowSink } from '../driver/session.ts';
import { SERVER_TIME_LIMIT_MS } from '../driver/sessionSetup.ts';
import { PilotError } from '../errors.ts';
import { admitReads, bind } from './admission.ts';
import type { ReadOptions, ReadPath } from './runReads.ts';
import { Stop } from './stop.ts';

/** As for any read; there is no limit to the rows. */
export type StreamOptions = Omit<ReadOptions, 'limits' | 'paging'>;

/** How a stream of rows has ended. */
export interface Streamed {
  /** False where the sink had enough. */
  readonly complete: boolean;
  /** Statements of others that were seen waiting for a lock on its tables. */
  readonly heldUp: readonly string[];
}

/** Hands all rows of one read to a sink, on the same path as every read and in no more memory than the sink needs. Throws a PilotError. */
export async function streamRead(path: ReadPath, sql: string, sink: RowSink, options: StreamOptions): Promise<Streamed> {
  const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
  const database = options.database ?? path.database;
  const [statement, second] = admitReads(text, { ...path.rules, database });
  if (statement?.kind !== 'read' || second !== undefined) {
    throw new PilotError('input.invalid', 'One read can be exported at a time.', {
      nextStep: 'Send one SELECT, WITH, TABLE or SHOW statement.',
    });
  }
  const stop = new Stop(options.timeoutMs, options.signal);
  const watch = path.blocks.begin(statement.references);
  try {
    return await path.pool.withSession(options.database, async (session) => {
      await stop.race(path.names.check(session, statement, database));
      if (options.timeoutMs > SERVER_TIME_LIMIT_MS) await stop.race(session.allowTime(options.timeoutMs));
      const { complete } = await stop.race(session.stream(statement.sql, sink));
      return { complete, heldUp: watch.heldUp };
    });
  } catch (error) {
    throw watch.explain(error);
  } finally {
    watch.stop();
    stop.dispose();
  }
}
