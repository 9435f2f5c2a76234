import type { WriteFinished } from '../../broker/contracts.ts';
import type { StatementOrigin } from '../../engine/driver/statementTag.ts';
import type { ErrorCode } from '../../engine/errors.ts';
import type { CallJournal } from './callJournal.ts';
import type { CallRegistry } from './callRegistry.ts';
import type { StatementTags } from './statementTags.ts';

/** Where the calls of one client are counted and recorded. */
export interface CallRecorder {
  readonly calls: CallRegistry;
  readonly journal: CallJournal;
  readonly tags: StatementTags;
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

/** Runs the work of a call whose statements name it, unless that is turned off. */
export function withCallTag<T>({ journal, tags }: CallRecorder, origin: StatementOrigin, work: () => T): T {
  return tags.run(origin, () => journal.tagsStatements, work);
}

/** To be called when a call opens a connection: nothing runs there before it is known whether its statements are tagged. */
export async function opensConnection(recorder: CallRecorder, id: number, profile: string): Promise<void> {
  recorder.calls.opens(id, profile);
  await readsTags(recorder);
}

/** As `opensConnection`, for a request that is no call. Never rejects. */
export async function readsTags({ journal }: CallRecorder): Promise<void> {
  await journal.settings().catch(() => undefined); // without them a read is tagged, and a write does not begin
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
