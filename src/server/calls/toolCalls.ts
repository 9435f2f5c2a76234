import { describeProblems } from '../../inputProblems.ts';
import { schemaWords } from '../messages/schemaWords.ts';
import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import type { WriteFinished } from '../../broker/contracts.ts';
import type { ExportAccess } from '../../broker/exportContract.ts';
import type { StatementOrigin } from '../../engine/driver/statementTag.ts';
import { PilotError, toPilotError, type ErrorCode } from '../../engine/errors.ts';
import { dependsOnWrites } from '../messages/adviceWords.ts';
import { describeError } from '../messages/describeForAgent.ts';
import type { Log, LogEntry } from '../../engine/observability/logger.ts';
import { normalize } from '../../engine/sql/normalize.ts';
import type { UndoFolder } from '../../engine/writes/undoFolder.ts';
import { FollowingApprover, isDecisionPending, type PassingApprover } from '../writes/approver.ts';
import type { Connections } from '../connections/connections.ts';
import type { Gives } from '../connections/visibility.ts';
import type { ExportFolder } from '../exports/exportFolder.ts';
import type { RequestPolicy, GuardedCall } from '../limits/requestPolicy.ts';
import type { Limits } from '../limits/limits.ts';
import { CallSightings } from '../receipts/sightings.ts';
import { opensConnection, recordCall, withCallTag, type CallRecorder } from '../journal/recordedCall.ts';
import type { RequestContext, ToolCall } from './requestContext.ts';
import type { ToolList } from '../tools/offeredTools.ts';
import type { Tool, ToolAnswer, ToolContext } from '../tools/tool.ts';
import { VIEW_KEY, type AppViews } from '../views/appViews.ts';
import type { Viewer } from '../views/viewer.ts';
import type { Tracing } from '../observability/tracing.ts';
import { createDataBoundary } from '../messages/dataBoundary.ts';
import { ExportFlow } from '../exports/exportFlow.ts';
import { WriteFlow, type WriteFlowOptions } from '../writes/writeFlow.ts';

export interface ToolCallsOptions extends CallRecorder {
  readonly version: string;
  readonly tools: ToolList;
  readonly connections: Connections;
  readonly exports: ExportFolder;
  readonly exportAccess: () => Promise<ExportAccess>;
  /** Connections of which the person has allowed exports for this session. */
  readonly exportsAllowed: Set<string>;
  /** Where a person is asked while it is there; else, and if left out, the client itself. */
  readonly approver: PassingApprover | undefined;
  /** Shows a view to the person; undefined where there is no way. */
  readonly viewer: Viewer | undefined;
  /** The views of a client that shows them itself. */
  readonly apps: AppViews;
  readonly undo: UndoFolder;
  readonly limits: Limits;
  readonly requestPolicy: RequestPolicy;
  /** Who calls, for limits: clients that give themselves the same name do not share this. */
  readonly peer: string;
  readonly log: Log;
  readonly tracing: Tracing;
}

/** What the log says of a call that was not let through. */
export const REJECTED = 'call rejected';
const REJECTIONS: ReadonlySet<ErrorCode> = new Set(['statement.refused', 'rate.limited'] as const);

/** What a call ends with: its result, or the question that the client has to put to its user first. */
export type CallAnswer = CallToolResult | InputRequiredResult;

type Decisions = Omit<WriteFlowOptions, 'undo'>;

interface Ended {
  readonly result: CallAnswer;
  readonly failure: ErrorCode | undefined;
}

/** Checks and runs the calls of one client, and turns every failure into a result that says what to do. */
export class ToolCalls {
  readonly #options: ToolCallsOptions;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  /** Resolves to undefined for a tool that does not exist. Never rejects for what a tool does. */
  async run(call: ToolCall, context: RequestContext): Promise<CallAnswer | undefined> {
    const tool = await this.#options.tools.find(call.name);
    if (tool === undefined) return undefined;
    const { traceparent, tracestate } = call.meta;
    const traced = {
      tool: call.name,
      client: this.#options.client,
      traceparent: textOf(traceparent),
      tracestate: textOf(tracestate),
    };
    const { result } = await this.#options.tracing.inSpan(traced, () => this.#run(tool, call, context));
    return result;
  }

  async #run(tool: Tool, { name, arguments: given }: ToolCall, context: RequestContext): Promise<Ended> {
    const { calls, journal, requestPolicy, peer, client } = this.#options;
    const sql = textOf(given?.['sql']);
    const { id, end } = recordCall(this.#options, name, sql, context.stop);
    const about = { call: id, tool: name, client, session: journal.session };
    let failure: ErrorCode | undefined;
    let signs: readonly string[] = [];
    const untrusted = createDataBoundary();
    let write: WriteFinished | undefined;
    const sightings = new CallSightings();
    const told = (outcome: WriteFinished): void => {
      write = outcome;
    };
    const writes = (): WriteFlow => this.#writes(this.#decisions(id, name, context, told));
    const exports = (): ExportFlow => this.#exports(this.#decisions(id, name, context, told), context.hasSession);
    const log = (entry: LogEntry): void => {
      this.#options.log(entry);
      context.log(entry);
    };
    const security = (message: string, more: LogEntry['context']): void => {
      log({ level: 'warning', logger: 'security', message, context: more });
    };
    try {
      signs = requestPolicy.admit(peer, { tool: name, arguments: given ?? {}, sql, ...(await this.#guarded(given)) });
      const contextFor = (gives: Gives): ToolContext => ({
        ...this.#options,
        connections: this.#options.connections.giving(gives, sightings, (profile) => opensConnection(this.#options, id, profile.id)),
        // Most tools need neither.
        get writes() {
          return writes();
        },
        get exports() {
          return exports();
        },
        viewer: this.#options.viewer ?? (context.showsApps ? this.#options.apps : undefined),
        callId: id,
        receipts: () => journal.receipts(),
        signal: context.signal,
        untrusted,
        usesConnection: (connection) => {
          calls.usesConnection(id, connection);
        },
        progress: (done, message) => {
          context.progress(done, message);
        },
      });
      const answer = await withCallTag(this.#options, this.#originOf(name, id), () => tool.call(given, contextFor));
      if (tool.operation !== 'write') calls.requireOpen(id); // what a write has done is told
      if (typeof answer === 'string') requireFits(answer);
      else if ('link' in answer) await context.resourcesChanged();
      if (signs.length > 0) security('signs of injected SQL', { ...about, signs: signs.join() });
      return { result: toResult(answer, signs), failure };
    } catch (error) {
      if (isDecisionPending(error)) return { result: error.answer, failure };
      const known = isZodError(error) ? invalidInput(error, tool) : toPilotError(error);
      failure = known.code;
      if (REJECTIONS.has(failure)) security(REJECTED, { ...about, error: failure, sql: sql === undefined ? undefined : normalize(sql) });
      const writes = !dependsOnWrites(known.advice) || (await this.#options.connections.anyWritable(() => undefined));
      return { result: { content: [{ type: 'text', text: describeError(known, untrusted, writes) }], isError: true }, failure };
    } finally {
      const endedAt = performance.now();
      context.onResponseSent(() => {
        journal.saw(sightings.settle(failure !== undefined));
        const { milliseconds, connection } = end(failure, endedAt, { signs, write });
        log({
          level: failure === 'internal' ? 'error' : 'info', // a refusal is an answer; what nobody foresaw is not
          logger: 'calls',
          message: failure === undefined ? 'call finished' : 'call failed',
          context: { ...about, connection, error: failure },
          metrics: { duration_ms: milliseconds },
        });
      });
    }
  }

  /** Names of saved queries may be of a file that an agent has written. */
  #originOf(tool: string, call: number): StatementOrigin {
    return { kind: 'tool', name: this.#options.tools.isOwn(tool) ? tool : 'saved_query', call };
  }

  #writes(decisions: Decisions): WriteFlow {
    return new WriteFlow({ ...decisions, undo: this.#options.undo });
  }

  #exports(decisions: Decisions, hasSession: boolean): ExportFlow {
    const { exports, exportAccess, exportsAllowed } = this.#options;
    return new ExportFlow({ ...decisions, hasSession, folder: exports, access: exportAccess, allowed: exportsAllowed });
  }

  /** What each call needs that asks a person. */
  #decisions(call: number, tool: string, context: RequestContext, told: (outcome: WriteFinished) => void): Decisions {
    const { approver, journal, client } = this.#options;
    return {
      requireUnchanged: (profile) => this.#options.connections.requireUnchanged(profile),
      approver: approver === undefined ? context.approver : new FollowingApprover(approver, context.approver),
      told,
      client,
      signal: context.signal,
      progress: (done, message) => {
        context.progress(done, message);
      },
      record: (entry, flush) => journal.record({ call, tool, ...entry }, flush),
    };
  }

  /** Of arguments that are not checked yet: what is of another type is refused by the tool. */
  async #guarded(given: Record<string, unknown> = {}): Promise<Pick<GuardedCall, 'connection' | 'parameters'>> {
    const { connection, params } = given;
    const named = textOf(connection);
    return {
      // A connection has one rate, whether it is named or the only one.
      connection: this.#options.requestPolicy.limitsRate ? await this.#options.connections.nameOf(named) : named,
      parameters: Array.isArray(params) ? params.filter((value): value is string => typeof value === 'string') : [],
    };
  }
}

/** Clients of the SDK end at a message of 10 MiB; a request and what else an answer holds needs little beside the text. */
const MAX_ANSWER_BYTES = 9 * 1024 * 1024;
/** A character is written as six bytes at most. */
const BYTES_PER_CHARACTER = 6;

function requireFits(text: string): void {
  if (text.length * BYTES_PER_CHARACTER <= MAX_ANSWER_BYTES) return;
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= MAX_ANSWER_BYTES) return;
  throw new PilotError('input.invalid', `The answer has ${String(bytes)} bytes, more than clients can read.`, {
    nextStep: 'Ask for fewer characters (`maxCharacters`, `maxCellCharacters`), or use mysql_export.',
  });
}

function toResult(answer: ToolAnswer, signs: readonly string[]): CallToolResult {
  const text = (what: string) => ({ type: 'text' as const, text: what });
  const note = `NOTE: this looks like injected SQL (${signs.join(', ')}). Pass untrusted values in params.`;
  const notes = signs.length === 0 ? [] : [text(note)];
  if (typeof answer === 'string') return { content: [text(answer), ...notes] };
  if ('view' in answer) return { content: [text(answer.text), ...notes], _meta: { [VIEW_KEY]: answer.view } };
  return { content: [text(answer.text), { type: 'resource_link', ...answer.link }, ...notes] };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** By its name: where arguments have fit, nobody has loaded the library. */
function isZodError(error: unknown): error is z.ZodError {
  return error instanceof Error && error.name === 'ZodError';
}

function invalidInput(error: z.ZodError, { inputSchema }: Tool): PilotError {
  return new PilotError('input.invalid', describeProblems(error, schemaWords(inputSchema)), {
    nextStep: 'Fix the arguments and call again.',
    untrusted: false,
    cause: error,
  });
}
