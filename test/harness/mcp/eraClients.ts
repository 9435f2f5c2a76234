import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OlderHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { SERVER_BUNDLE } from './stdioClient.ts';

/** The first revision without `initialize`. */
export const MODERN = '2026-07-28';

/** A question as a client gets it, in either era. */
export interface Question {
  readonly message: string;
  /** The choices by their titles. */
  readonly choices: Readonly<Record<string, string>>;
}

/** What a user answers: the value of a choice. */
export type Decide = (question: Question) => Promise<string>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { readonly message?: string | undefined }) => void;
}

/** What tests do with a client, whichever it is. */
export interface EraClient {
  /** Where the icon of the server is, as it says. */
  readonly icon: string | undefined;
  listTools(): Promise<readonly string[]>;
  /** All text of the answer. */
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<string>;
  close(): Promise<void>;
}

/** Where a client finds the server. */
export interface EraTarget {
  readonly env: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly token: string;
  readonly decide: Decide;
}

interface Answer {
  readonly [name: string]: unknown;
  readonly content?: unknown;
}

const NAME = { name: 'trusted', version: '1' };
const CAPABILITIES = { elicitation: {} };

function textOf({ content }: Answer): string {
  return (content as { text?: string; uri?: string }[]).map(({ text, uri }) => text ?? uri ?? '').join('\n');
}

function readQuestion(params: unknown): Question {
  const { message, requestedSchema } = params as {
    message: string;
    requestedSchema: { properties: { decision: { oneOf: { const: string; title: string }[] } } };
  };
  const { oneOf } = requestedSchema.properties.decision;
  return { message, choices: Object.fromEntries(oneOf.map((choice) => [choice.title, choice.const])) };
}

const accept = async (decide: Decide, params: unknown) => ({
  action: 'accept' as const,
  content: { decision: await decide(readQuestion(params)) },
});

async function older(transport: OlderStdio | OlderHttp, decide: Decide): Promise<EraClient> {
  const client = new OlderClient(NAME, { capabilities: CAPABILITIES });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => accept(decide, params));
  await client.connect(transport);
  return {
    icon: client.getServerVersion()?.icons?.[0]?.src,
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args, options) => textOf(await client.callTool({ name, arguments: args }, undefined, options)),
    close: () => client.close(),
  };
}

/** A client of the newer era; `name` is what it calls itself. */
export async function newer(
  transport: StdioClientTransport | StreamableHTTPClientTransport,
  decide: Decide,
  name = NAME.name,
): Promise<EraClient> {
  const client = new Client({ name, version: '1' }, { capabilities: CAPABILITIES, versionNegotiation: { mode: { pin: MODERN } } });
  client.setRequestHandler('elicitation/create', ({ params }) => accept(decide, params));
  await client.connect(transport);
  return {
    icon: client.getServerVersion()?.icons?.[0]?.src,
    listTools: async () => (await client.listTools()).tools.map(({ name: tool }) => tool),
    call: async (tool, args, options) => textOf(await client.callTool({ name: tool, arguments: args }, options)),
    close: () => client.close(),
  };
}

const headers = (token: string) => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });
const command = (env: EraTarget['env']) => ({
  command: process.execPath,
  args: [SERVER_BUNDLE],
  env: { PATH: process.env['PATH'] ?? '', ...env },
});
/** As a proxy that lets no standing stream through. */
const withoutStream: typeof fetch = (where, init) =>
  init?.method === 'GET' ? Promise.resolve(new Response(null, { status: 405 })) : fetch(where, init);

/** The official clients, by era and transport. */
export const ERA_CLIENTS: Readonly<Record<string, (target: EraTarget) => Promise<EraClient>>> = {
  '2025-11-25 over stdio': ({ env, decide }) => older(new OlderStdio(command(env)), decide),
  '2025-11-25 over HTTP': ({ url, token, decide }) => older(new OlderHttp(url, headers(token)), decide),
  '2025-11-25 over HTTP without a standing stream': ({ url, token, decide }) =>
    older(new OlderHttp(url, { ...headers(token), fetch: withoutStream }), decide),
  '2026-07-28 over stdio': ({ env, decide }) => newer(new StdioClientTransport(command(env)), decide),
  '2026-07-28 over HTTP': ({ url, token, decide }) => newer(new StreamableHTTPClientTransport(url, headers(token)), decide),
};
