import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OlderStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OlderHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitationCompleteNotificationSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { MODERN } from './eraClients.ts';
import { SERVER_BUNDLE } from './stdioClient.ts';

/** What a client shows of an address, and what its user then says. */
export type OpenAddress = (question: { readonly url: string; readonly message: string }) => Promise<'accept' | 'decline' | 'cancel'>;

export interface UrlClientOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly url?: URL;
  readonly token?: string;
  readonly open: OpenAddress;
  /** It knows forms as well. */
  readonly asksByForm?: boolean;
}

/** A client that opens addresses for its user, whichever era it is of. */
export interface UrlClient {
  /** All that a model reads: the text of the answer. */
  call(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<string>;
  /** How often it was told that an address is of no use any more. */
  readonly completed: () => number;
  readonly stderr: () => string;
  readonly pid: () => number;
  close(): Promise<void>;
}

const NAME = { name: 'trusted', version: '1' };
const textOf = ({ content }: { readonly [name: string]: unknown; readonly content?: unknown }): string =>
  (content as { text?: string; uri?: string }[]).map(({ text, uri }) => text ?? uri ?? '').join('\n');
const stdio = (env: UrlClientOptions['env']) => ({
  ...{ command: process.execPath, args: [SERVER_BUNDLE], stderr: 'pipe' as const },
  env: { PATH: process.env['PATH'] ?? '', ...env },
});
const headers = (token = '') => ({ requestInit: { headers: { authorization: `Bearer ${token}` } } });
const capabilities = ({ asksByForm = false }: UrlClientOptions) => ({ elicitation: { url: {}, ...(asksByForm ? { form: {} } : {}) } });
const asked = async (open: OpenAddress, params: unknown) => ({ action: await open(params as { url: string; message: string }) });

async function older(transport: OlderStdio | OlderHttp, options: UrlClientOptions): Promise<UrlClient> {
  const client = new OlderClient(NAME, { capabilities: capabilities(options) });
  let [completed, stderr] = [0, ''];
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => asked(options.open, params));
  client.setNotificationHandler(ElicitationCompleteNotificationSchema, () => {
    completed++;
  });
  if (transport instanceof OlderStdio) transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await client.connect(transport);
  return {
    call: async (name, args, signal) =>
      textOf(
        await client.callTool({ name, arguments: args }, undefined, { timeout: 200_000, ...(signal === undefined ? {} : { signal }) }),
      ),
    completed: () => completed,
    stderr: () => stderr,
    pid: () => (transport instanceof OlderStdio ? (transport.pid ?? 0) : 0),
    close: () => client.close(),
  };
}

async function newer(transport: StdioClientTransport | StreamableHTTPClientTransport, options: UrlClientOptions): Promise<UrlClient> {
  const client = new Client(NAME, { capabilities: capabilities(options), versionNegotiation: { mode: { pin: MODERN } } });
  let stderr = '';
  client.setRequestHandler('elicitation/create', ({ params }) => asked(options.open, params));
  if (transport instanceof StdioClientTransport) transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await client.connect(transport);
  return {
    call: async (name, args, signal) =>
      textOf(await client.callTool({ name, arguments: args }, { timeout: 200_000, ...(signal === undefined ? {} : { signal }) })),
    completed: () => 0,
    stderr: () => stderr,
    pid: () => (transport instanceof StdioClientTransport ? (transport.pid ?? 0) : 0),
    close: () => client.close(),
  };
}

const at = ({ url = new URL('http://127.0.0.1') }: UrlClientOptions): URL => url;

/** The official clients, by era and transport. */
export const URL_CLIENTS = {
  '2025-11-25 over stdio': (options: UrlClientOptions) => older(new OlderStdio(stdio(options.env)), options),
  '2025-11-25 over HTTP': (options: UrlClientOptions) => older(new OlderHttp(at(options), headers(options.token)), options),
  '2026-07-28 over stdio': (options: UrlClientOptions) => newer(new StdioClientTransport(stdio(options.env)), options),
  '2026-07-28 over HTTP': (options: UrlClientOptions) =>
    newer(new StreamableHTTPClientTransport(at(options), headers(options.token)), options),
} as const;
