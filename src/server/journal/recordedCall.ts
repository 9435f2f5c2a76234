import type { WriteFinished } from '../../broker/contracts.ts';
import type { ErrorCode } from '../../engine/errors.ts';
import type { CallJournal } from './callJournal.ts';
import type { CallRegistry } from './callRegistry.ts';

/** Where the calls of one client are counted and recorded. */
export interface CallRecorder {
  readonly calls: CallRegistry;
  readonly journal: CallJournal;
  /** The name that the client gives itself. */
  readonly client: string | undefined;
}

interface EndedCall {
  readonly connection: string | undefined;
  /** In whole milliseconds. */
  readonly milliseconds: number;
}

interface CallEffects {
  /** Why its statement looks like injected SQL. */
  readonly signs?: readonly string[] | undefined;
  readonly write?: WriteFinished | undefined;
}

/** A call that is counted and recorded. `end` has to be called, once. */
export interface RecordedCall {
  readonly id: number;
  readonly end: (failure: ErrorCode | undefined, endedAt: number, more?: CallEffects) => EndedCall;
}

/** Begins a call of a tool, or another request that reaches a database. */
export function recordCall(
  { calls, journal, client }: CallRecorder,
  tool: string,
  sql: string | undefined,
  stop: () => void,
): RecordedCall {
  const id = calls.start(tool, sql, stop);
  journal.started({ call: id, tool, sql, client });
  return {
    id,
    end(failure, endedAt, { signs = [], write } = {}) {
      const finished = calls.finish(id, failure !== undefined, endedAt);
      const ended = { connection: finished.connection, milliseconds: Math.round(finished.milliseconds) };
      journal.finished({ call: id, tool, ...ended, error: failure, write }, sql, signs);
      return ended;
    },
  };
}
