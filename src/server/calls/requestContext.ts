import type { LogEntry } from '../../engine/observability/logger.ts';
import type { Approver } from '../writes/approver.ts';

/** What a call has of the request that it answers, whatever carried it. */
export interface RequestContext {
  /** Aborted when the client cancels the request or goes away. */
  readonly signal: AbortSignal;
  /** Aborts the signal; the request is answered all the same. */
  readonly stop: () => void;
  /** False where each request stands for itself: over HTTP since 2026-07-28. */
  readonly hasSession: boolean;
  /** Asks the person at the client. */
  readonly approver: Approver;
  /** The client shows apps of the server to its user. */
  readonly showsApps: boolean;
  /** Runs when the response is on its way, or would be if somebody waited for it. Must not throw. */
  onResponseSent(work: () => void): void;
  /** Does nothing where the client gave no token. Never rejects: a closed client is ignored. */
  progress(done: number, message: string): void;
  /** Sends an entry of the log to a client that asked for messages. */
  log(entry: LogEntry): void;
  /** Tells clients that the list of resources changed. Resolves when the message is on its way; never rejects. */
  resourcesChanged(): Promise<void>;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: Record<string, unknown> | undefined;
  /** The trace of the client. */
  readonly meta: Readonly<Record<string, unknown>>;
}
