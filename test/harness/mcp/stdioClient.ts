import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema, type ElicitRequest, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { fileURLToPath } from 'node:url';
import { RENDEZVOUS_FLAG } from '../../../src/identity.ts';

export const SERVER_BUNDLE = fileURLToPath(new URL('../../../dist/server.js', import.meta.url));

export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** The text as a model reads it, without the lines that bound what comes from the database. */
export function withoutMarks(text: string): string {
  return text.replaceAll(/<(data-[0-9a-f]{8})>\n([^]*?)\n<\/\1>/g, '$2');
}

export interface LaunchOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that it works in. */
  readonly cwd?: string;
  /** How the program calls itself. */
  readonly name?: string;
  /** It shows apps of the server to its user. */
  readonly showsApps?: boolean;
  /** What its user answers to a form; without it the program cannot ask. */
  readonly elicit?: (question: ElicitRequest['params']) => Promise<ElicitResult>;
}

/** The built server as a child process, spoken to by the official SDK's client. */
export class StdioClient {
  readonly client: Client;
  readonly #transport: StdioClientTransport;
  #stderr = '';

  private constructor(client: Client, transport: StdioClientTransport) {
    this.client = client;
    this.#transport = transport;
    transport.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
  }

  static async start(rendezvous: string, env: Record<string, string> = {}): Promise<StdioClient> {
    return StdioClient.launch({ args: [RENDEZVOUS_FLAG, rendezvous], env });
  }

  static async launch({ args, env = {}, cwd, name = 'test', elicit, showsApps = false }: LaunchOptions): Promise<StdioClient> {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [SERVER_BUNDLE, ...args],
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stderr: 'pipe',
      ...(cwd === undefined ? {} : { cwd }),
    });
    const client = new Client(
      { name, version: '1' },
      {
        capabilities: {
          ...(elicit === undefined ? {} : { elicitation: {} }),
          ...(showsApps ? { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } } : {}),
        },
      },
    );
    if (elicit !== undefined) client.setRequestHandler(ElicitRequestSchema, ({ params }) => elicit(params));
    const started = new StdioClient(client, transport);
    await client.connect(transport);
    return started;
  }

  get pid(): number {
    return this.#transport.pid ?? 0;
  }

  get stderr(): string {
    return this.#stderr;
  }

  async call(name: string, args: Record<string, unknown> = {}, signal?: AbortSignal): Promise<ToolAnswer> {
    const result = await this.client.callTool({ name, arguments: args }, undefined, signal === undefined ? {} : { signal });
    const [first] = result.content as { text?: string }[];
    return { text: first?.text ?? '', isError: result.isError === true };
  }

  async close(): Promise<void> {
    await this.client.close();
  }
}
