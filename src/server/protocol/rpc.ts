import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

/** JSON-RPC 2.0 as MCP uses it. @see https://www.jsonrpc.org/specification */

export type RequestId = string | number;

/** Parameters of a method, of which nothing is known yet. */
export type Params = Readonly<Record<string, unknown>>;

/** Any message. A request has method and id, a notification a method, an answer an id; an error may have none, where a request could not be read. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: RequestId;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: Params;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What carries messages: that of the SDK for HTTP, ours for stdio. */
export type Wire = Transport;

/** Codes of JSON-RPC, and those that MCP adds. */
export const RPC_CODES = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  requestTimeout: -32001,
  connectionClosed: -32000,
} as const;

/** A request that cannot be answered, as an error of the protocol. */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}

/** An object with names, and no list. */
export function isRecord(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is RequestId {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

/** True for a message that can be dispatched; what a method wants of its parameters is its own affair. */
export function isMessage(value: unknown): value is RpcMessage {
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') return false;
  const { id, method, params, result, error } = value;
  if (id !== undefined && !isId(id)) return false;
  if (typeof method === 'string') return params === undefined || isRecord(params);
  if (method !== undefined) return false;
  if (result !== undefined) return isRecord(result) && id !== undefined;
  return isRecord(error) && typeof error['code'] === 'number' && typeof error['message'] === 'string';
}

/** A parameter that must be a text. Throws an RpcError. */
export function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value !== 'string') throw new RpcError(RPC_CODES.invalidParams, `The parameter ${name} must be a string.`);
  return value;
}

/** A parameter that must be an object, and is an empty one where it is left out. Throws an RpcError. */
export function recordParam(params: Params, name: string): Params {
  const value = params[name] ?? {};
  if (!isRecord(value)) throw new RpcError(RPC_CODES.invalidParams, `The parameter ${name} must be an object.`);
  return value;
}

/** The same where each member must be a text. */
export function textsParam(params: Params, name: string): Readonly<Record<string, string>> {
  const value = recordParam(params, name);
  return Object.fromEntries(Object.keys(value).map((key) => [key, textParam(value, key)]));
}
