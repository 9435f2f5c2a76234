import type { Asked } from './protocol/rpcPeer.ts';
import type { ToolCallsOptions } from './toolCalls.ts';
import type { ToolContext } from './tools/tool.ts';
import { createMark } from './untrusted.ts';
import { WriteFlow } from './writeFlow.ts';
import type { StopSignal } from '../engine/stopSignal.ts';

/** One call, and whose it is. */
export interface CallContextOptions extends ToolCallsOptions {
  readonly callId: number;
  readonly tool: string;
  readonly asked: Asked;
  /** What the client wants to hear its progress by; undefined where it wants to hear nothing. */
  readonly progressToken: unknown;
}

/** What a tool works with, as far as this call needs it: most need little. */
export class CallContext implements ToolContext {
  readonly untrusted = createMark();
  readonly #options: CallContextOptions;

  constructor(options: CallContextOptions) {
    this.#options = options;
  }

  get connections(): ToolContext['connections'] {
    return this.#options.connections;
  }

  get exports(): ToolContext['exports'] {
    return this.#options.exports;
  }

  get calls(): ToolContext['calls'] {
    return this.#options.calls;
  }

  get callId(): number {
    return this.#options.callId;
  }

  get limits(): ToolContext['limits'] {
    return this.#options.limits;
  }

  get version(): string {
    return this.#options.version;
  }

  get signal(): StopSignal {
    return this.#options.asked.signal;
  }

  /** A new one each time it is asked for. */
  get writes(): WriteFlow {
    const { approver, undo, journal, client, callId: call, tool } = this.#options;
    const record: ConstructorParameters<typeof WriteFlow>[0]['record'] = (entry, flush) => journal.record({ call, tool, ...entry }, flush);
    return new WriteFlow({ approver, undo, client: client(), signal: this.signal, record });
  }

  progress(progress: number, message: string): void {
    const { progressToken, asked } = this.#options;
    if (progressToken !== undefined) void asked.notify('notifications/progress', { progressToken, progress, message });
  }

  usesConnection(name: string): void {
    this.#options.calls.usesConnection(this.#options.callId, name);
  }
}
