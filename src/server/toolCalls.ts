import { describeProblems } from '../inputProblems.ts';
import { schemaWords } from './schemaWords.ts';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type * as z from 'zod';
import { describeError, PilotError, toPilotError, type ErrorCode } from '../engine/errors.ts';
import type { Log, LogEntry } from '../engine/observability/logger.ts';
import { normalise } from '../engine/sql/normalise.ts';
import type { StopSignal } from '../engine/stopSignal.ts';
import type { UndoFolder } from '../engine/writes/undoFolder.ts';
import type { Approver } from './approver.ts';
import type { CallJournal } from './callJournal.ts';
import type { CallRegistry } from './callRegistry.ts';
import type { Connections } from './connections.ts';
import type { ExportFolder } from './exportFolder.ts';
import type { Gatekeeper, GuardedCall } from './gatekeeper.ts';
import type { Limits } from './limits.ts';
import type { ToolCall } from './mcpServer.ts';
import { RPC_CODES, RpcError } from './protocol/rpc.ts';
import type { Asked } from './protocol/rpcPeer.ts';
import type { ToolList } from './toolList.ts';
import type { Tool, ToolAnswer } from './tools/tool.ts';
import type { Tracing } from './observability/tracing.ts';
import { createMark } from './untrusted.ts';
import { WriteFlow } from './writeFlow.ts';

/** What the calls of one client work with. */
export interface ToolCallsOptions {
  readonly version: string;
  readonly tools: ToolList;
  readonly connections: Connections;
  readonly exports: ExportFolder;
  readonly calls: CallRegistry;
  readonly journal: CallJournal;
  readonly approver: Approver;
  readonly undo: UndoFolder;
  readonly limits: Limits;
  readonly gate: Gatekeeper;
  /** Who calls, for limits: clients that give themselves the same name do not share this. */
  readonly peer: string;
  readonly log: Log;
  readonly tracing: Tracing;
  /** The name that the client gives itself. */
  readonly client: () => string | undefined;
}

/** What the log says of a call that was not let through. */
export const REJECTED = 'call rejected';
const REJECTIONS: ReadonlySet<ErrorCode> = new Set(['statement.refused', 'rate.limited'] as const);

/** Checks and runs the calls of one client, and turns every failure into a result that says what to do. */
export class ToolCalls {
  readonly #options: ToolCallsOptions;

  constructor(options: ToolCallsOptions) {
    this.#options = options;
  }

  /** Rejects for a tool that does not exist only. */
  async run(asked: ToolCall, by: Asked): Promise<CallToolResult> {
    const { traceparent, tracestate } = asked.meta;
    const call = { tool: asked.name, client: this.#options.client(), traceparent: textOf(traceparent), tracestate: textOf(tracestate) };
    const { result } = await this.#options.tracing.within(call, () => this.#run(asked, by));
    return result;
  }

  async #run(
    { name, arguments: given, meta }: ToolCall,
    asked: Asked,
  ): Promise<{ readonly result: CallToolResult; readonly failure: ErrorCode | undefined }> {
    const tool = await this.#options.tools.find(name);
    if (tool === undefined) throw new RpcError(RPC_CODES.invalidParams, `There is no tool ${name}.`);
    const { calls, journal, gate, peer } = this.#options;
    const sql = textOf(given?.['sql']);
    const id = calls.start(name, sql, asked.stop);
    const client = this.#options.client();
    journal.started({ call: id, tool: name, sql, client });
    const about = { call: id, tool: name, client, session: journal.session };
    let failure: ErrorCode | undefined;
    let signs: readonly string[] = [];
    const untrusted = createMark();
    const writes = (): WriteFlow => this.#writes(id, name, asked.signal);
    try {
      signs = gate.admit(peer, { tool: name, sql, ...(await this.#guarded(given)) });
      const answer = await tool.call(given, {
        ...this.#options,
        get writes() {
          return writes(); // most tools need none
        },
        callId: id,
        signal: asked.signal,
        untrusted,
        usesConnection: (connection) => {
          calls.usesConnection(id, connection);
        },
        progress: (progress, message) => {
          const { progressToken } = meta;
          if (progressToken !== undefined) void asked.notify('notifications/progress', { progressToken, progress, message });
        },
      });
      if (typeof answer !== 'string') await asked.notify('notifications/resources/list_changed', {});
      if (signs.length > 0) this.#security('signs of injected SQL', { ...about, signs: signs.join() });
      return { result: toResult(answer, signs), failure };
    } catch (error) {
      const known = isZodError(error) ? invalidInput(error, tool) : toPilotError(error);
      failure = known.code;
      if (REJECTIONS.has(failure))
        this.#security(REJECTED, { ...about, error: failure, sql: sql === undefined ? undefined : normalise(sql) });
      return { result: { content: [{ type: 'text', text: describeError(known, untrusted) }], isError: true }, failure };
    } finally {
      const endedAt = performance.now();
      asked.afterwards(() => {
        const { milliseconds, connection } = calls.finish(id, failure !== undefined, endedAt);
        const duration = Math.round(milliseconds);
        this.#options.log({
          level: failure === 'internal' ? 'error' : 'info', // a refusal is an answer; what nobody foresaw is not
          logger: 'calls',
          message: failure === undefined ? 'call finished' : 'call failed',
          context: { ...about, connection, error: failure },
          metrics: { duration_ms: duration },
        });
        journal.finished({ call: id, tool: name, connection, milliseconds: duration, error: failure }, sql, signs);
      });
    }
  }

  #writes(call: number, tool: string, signal: StopSignal): WriteFlow {
    const { approver, undo, journal, client } = this.#options;
    return new WriteFlow({
      requireUnchanged: (profile) => this.#options.connections.requireUnchanged(profile),
      approver,
      undo,
      client: client(),
      signal,
      record: (entry, flush) => journal.record({ call, tool, ...entry }, flush),
    });
  }

  /** Of arguments that are not checked yet: what is of another type is refused by the tool. */
  async #guarded(given: Record<string, unknown> = {}): Promise<Pick<GuardedCall, 'connection' | 'parameters'>> {
    const { connection, params } = given;
    const named = textOf(connection);
    return {
      // A connection has one rate, whether it is named or the only one.
      connection: this.#options.gate.limitsRate ? await this.#options.connections.nameOf(named) : named,
      parameters: Array.isArray(params) ? params.filter((value): value is string => typeof value === 'string') : [],
    };
  }

  #security(message: string, context: LogEntry['context']): void {
    this.#options.log({ level: 'warning', logger: 'security', message, context });
  }
}

function toResult(answer: ToolAnswer, signs: readonly string[]): CallToolResult {
  const text = (what: string) => ({ type: 'text' as const, text: what });
  const note = `NOTE: parts of this look like injected SQL (${signs.join(', ')}). Values of others belong into params.`;
  const notes = signs.length === 0 ? [] : [text(note)];
  if (typeof answer === 'string') return { content: [text(answer), ...notes] };
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
    nextStep: 'Correct the arguments and call again.',
    cause: error,
  });
}
