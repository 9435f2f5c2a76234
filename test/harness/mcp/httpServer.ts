import { spawn, type ChildProcess } from 'node:child_process';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, type ElicitRequest, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { until } from '../run.ts';
import { SERVER_BUNDLE, type ToolAnswer } from './stdioClient.ts';

/** The built server with `--http`, as a child process. */
export class HttpServer {
  readonly url: URL;
  readonly child: ChildProcess;
  readonly #stderr: { text: string };

  private constructor(url: URL, child: ChildProcess, stderr: { text: string }) {
    this.url = url;
    this.child = child;
    this.#stderr = stderr;
  }

  /** `address` is what `--http` gets; a free port of the loopback if left out. */
  static async start(
    env: Readonly<Record<string, string>>,
    { args = [] as readonly string[], address = '127.0.0.1:0' } = {},
  ): Promise<HttpServer> {
    const child = spawn(process.execPath, [SERVER_BUNDLE, '--http', address, ...args], {
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stderr = { text: '' };
    child.stderr.on('data', (chunk: Buffer) => (stderr.text += chunk.toString()));
    const url = await until(() => {
      if (child.exitCode !== null) throw new Error(`The server ended with ${String(child.exitCode)}: ${stderr.text}`);
      return /Listening on ([^"\s]+)/.exec(stderr.text)?.[1];
    }, 'the server to listen');
    return new HttpServer(new URL(url), child, stderr);
  }

  get stderr(): string {
    return this.#stderr.text;
  }

  /** `elicit` answers forms; without it the client cannot ask its user. */
  async client(token: string, name = 'test', elicit?: (question: ElicitRequest['params']) => Promise<ElicitResult>): Promise<HttpClient> {
    const transport = new StreamableHTTPClientTransport(this.url, { requestInit: { headers: { authorization: `Bearer ${token}` } } });
    const client = new Client({ name, version: '1' }, { capabilities: elicit === undefined ? {} : { elicitation: {} } });
    if (elicit !== undefined) client.setRequestHandler(ElicitRequestSchema, ({ params }) => elicit(params));
    await client.connect(transport);
    return new HttpClient(client, transport);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }
}

/** The official SDK's client over Streamable HTTP. */
export class HttpClient {
  readonly client: Client;
  readonly transport: StreamableHTTPClientTransport;

  constructor(client: Client, transport: StreamableHTTPClientTransport) {
    this.client = client;
    this.transport = transport;
  }

  async call(name: string, args: Record<string, unknown> = {}, signal?: AbortSignal): Promise<ToolAnswer> {
    const result = await this.client.callTool({ name, arguments: args }, undefined, signal === undefined ? {} : { signal });
    const [first] = result.content as { text?: string }[];
    return { text: first?.text ?? '', isError: result.isError === true };
  }

  /** Ends the session, too. */
  async close(): Promise<void> {
    await this.transport.terminateSession();
    await this.client.close();
  }
}
