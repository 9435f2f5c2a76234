import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { isMessage, RPC_CODES, RpcError, textParam, type Params, type RequestId, type RpcMessage, type Wire } from './rpc.ts';
import { StopSwitch, type StopSignal } from '../../engine/stopSignal.ts';

/** A request that is being answered. */
export interface Asked {
  /** Aborted when the other side cancels the request or is gone. */
  readonly signal: StopSignal;
  /** Aborts the signal; the request is answered all the same. */
  readonly stop: () => void;
  /** Runs when the answer is on its way, or would be if somebody wanted it: what need not be waited for. Must not throw. */
  readonly afterwards: (work: () => void) => void;
  /** Tells the other side something about this request. Never rejects: who is gone needs no news. */
  readonly notify: (method: string, params: Params) => Promise<void>;
}

/** Answers one method; what it throws becomes an error of the protocol. */
export type Handler = (params: Params, asked: Asked) => unknown;

/** How long an answer is waited for, and until when it is wanted. */
export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal: StopSignal;
}

interface Running {
  readonly signal: StopSwitch;
  /** Nobody waits for the answer. */
  unwanted: boolean;
}

interface Waiting {
  readonly resolve: (result: Params) => void;
  readonly reject: (error: RpcError) => void;
}

const CANCELLED = 'notifications/cancelled';

/**
 * One side of a JSON-RPC connection. The SDK's own reads each message against schemas several times and asks for a schema library at the start: a fifth of a short call
 * and half of a start (docs/performance.md). What is checked here is what is used.
 */
export class RpcPeer {
  readonly #handlers = new Map<string, Handler>();
  readonly #running = new Map<RequestId, Running>();
  readonly #asked = new Map<RequestId, Waiting>();
  readonly #onNotification: (method: string, params: Params) => void;
  #wire: Wire | undefined;
  #lastId = 0;

  constructor(onNotification: (method: string, params: Params) => void = () => undefined) {
    this.#onNotification = onNotification;
    this.handle('ping', () => ({}));
  }

  /** Before `connect`. */
  handle(method: string, handler: Handler): void {
    this.#handlers.set(method, handler);
  }

  /** Reads messages from now on. */
  async connect(wire: Wire): Promise<void> {
    this.#wire = wire;
    wire.onmessage = (message) => {
      this.#take(message);
    };
    wire.onclose = () => {
      this.#closed();
    };
    await wire.start();
  }

  async close(): Promise<void> {
    await this.#wire?.close();
  }

  /** Resolves when it is on its way. Never rejects: who is gone needs no news. */
  async notify(method: string, params?: Params, about?: RequestId): Promise<void> {
    await this.#send({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) }, about).catch(() => undefined);
  }

  /** Asks the other side. Rejects with an RpcError: its own, or for a time-out, a lost connection, or a signal. */
  async ask(method: string, params: Params, { timeoutMs, signal }: AskOptions): Promise<Params> {
    const id = this.#lastId++;
    const { promise, resolve, reject } = Promise.withResolvers<Params>();
    const giveUp = (code: number, why: string): void => {
      if (this.#asked.delete(id)) void this.notify(CANCELLED, { requestId: id, reason: why });
      reject(new RpcError(code, why));
    };
    const onAbort = (): void => {
      giveUp(RPC_CODES.connectionClosed, 'It is no longer wanted.');
    };
    const timer = setTimeout(() => {
      giveUp(RPC_CODES.requestTimeout, 'Nobody has answered in time.');
    }, timeoutMs);
    this.#asked.set(id, { resolve, reject });
    signal.addEventListener('abort', onAbort);
    try {
      if (signal.aborted) onAbort();
      else await this.#send({ jsonrpc: '2.0', id, method, params });
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      this.#asked.delete(id);
    }
  }

  #take(message: unknown): void {
    if (!isMessage(message)) return; // the wire has told about it
    const { id, method, params = {} } = message;
    if (method === undefined) this.#settle(message);
    else if (id === undefined) this.#notified(method, params);
    else void this.#answer(id, method, params);
  }

  #settle({ id, result, error }: RpcMessage): void {
    const waiting = id === undefined ? undefined : this.#asked.get(id);
    if (result !== undefined) waiting?.resolve(result);
    else if (error !== undefined) waiting?.reject(new RpcError(error.code, error.message));
  }

  #notified(method: string, params: Params): void {
    const { requestId } = params;
    if (method !== CANCELLED) this.#onNotification(method, params);
    else if (typeof requestId === 'string' || typeof requestId === 'number') giveUp(this.#running.get(requestId));
  }

  async #answer(id: RequestId, method: string, params: Params): Promise<void> {
    const handler = this.#handlers.get(method);
    const signal = new StopSwitch();
    const running: Running = { signal, unwanted: false };
    this.#running.set(id, running);
    const later: (() => void)[] = [];
    let answer: Pick<RpcMessage, 'result' | 'error'>;
    try {
      if (handler === undefined) throw new RpcError(RPC_CODES.methodNotFound, `Method not found: ${method}`);
      const asked: Asked = {
        signal,
        stop: () => {
          signal.abort();
        },
        afterwards: (work) => later.push(work),
        notify: (what, more) => this.notify(what, more, id),
      };
      answer = { result: (await handler(params, asked)) as Params };
    } catch (error) {
      answer = { error: toRpcError(error) };
    }
    if (this.#running.get(id) === running) this.#running.delete(id);
    // Who has cancelled waits for nothing, and who is gone neither.
    if (!running.unwanted) this.#send({ jsonrpc: '2.0', id, ...answer }, id).catch(() => undefined);
    if (later.length > 0)
      setImmediate(() => {
        for (const work of later) work();
      }); // behind the write, which is at the end of this turn; not behind its end, for which a client may let us wait
  }

  #closed(): void {
    for (const running of this.#running.values()) giveUp(running);
    for (const { reject } of this.#asked.values()) reject(new RpcError(RPC_CODES.connectionClosed, 'The connection was closed.'));
  }

  async #send(message: RpcMessage, about?: RequestId): Promise<void> {
    await this.#wire?.send(message as JSONRPCMessage, about === undefined ? undefined : { relatedRequestId: about });
  }
}

function giveUp(running: Running | undefined): void {
  if (running === undefined) return;
  running.unwanted = true;
  running.signal.abort();
}

function toRpcError(error: unknown): { readonly code: number; readonly message: string } {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return { code: error instanceof RpcError ? error.code : RPC_CODES.internal, message };
}

/** What both sides have agreed on at the start. */
export interface Introduction {
  readonly version: string;
  /** The name that the client gives itself. */
  readonly client: string;
  readonly capabilities: Params;
}

/** The versions of MCP that are spoken, the newest first. @see https://modelcontextprotocol.io/specification/versioning */
export const PROTOCOL_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

/** Reads the parameters of `initialize`. A client that asks for a version that is not known gets the newest, and decides. */
export function readIntroduction(params: Params): Introduction {
  const asked = textParam(params, 'protocolVersion');
  const client = params['clientInfo'] as Params | undefined;
  const capabilities = params['capabilities'] as Params | undefined;
  return {
    version: PROTOCOL_VERSIONS.find((one) => one === asked) ?? PROTOCOL_VERSIONS[0],
    client: typeof client?.['name'] === 'string' ? client['name'] : '',
    capabilities: typeof capabilities === 'object' ? capabilities : {},
  };
}
