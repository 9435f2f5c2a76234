import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Launch } from './contestants.ts';
import { usageOf, type Usage } from './usage.ts';

/** What a server answered to a request. */
export interface RpcAnswer {
  readonly result?: {
    readonly content?: readonly { readonly text?: string }[];
    readonly isError?: boolean;
    readonly tools?: readonly object[];
  };
  readonly error?: { readonly message: string };
}

/** All that an agent reads of an answer: some servers give each row a part of its own. */
export const textOf = (content: readonly { readonly text?: string }[] = []): string => content.map(({ text = '' }) => text).join('\n');

/** JSON-RPC over stdio and nothing else, so that what is measured is the server. */
export class LightClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { resolve: (answer: RpcAnswer) => void; reject: (error: Error) => void }>();
  #parts: Buffer[] = [];
  #lastId = 0;
  #stderr = '';
  /** Bytes of the last answer, as it came. */
  lastBytes = 0;

  private constructor({ command, args, env }: Launch) {
    this.#child = spawn(command, args, { env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env } });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#feed(chunk);
    });
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-2000)));
    this.#child.stdin.on('error', () => undefined); // told by the exit
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`The server ended with ${String(code)}: ${this.#stderr}`));
    });
  }

  /** Resolves when the server has been initialized. */
  static async start(launch: Launch): Promise<LightClient> {
    const client = new LightClient(launch);
    await client.request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } });
    client.#send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return client;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  request(method: string, params: object = {}): Promise<RpcAnswer> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** The text of the answer; throws where the tool failed. */
  async call({ name, args }: { readonly name: string; readonly args: object }): Promise<string> {
    const { result, error } = await this.request('tools/call', { name, arguments: args });
    const text = textOf(result?.content);
    if (error !== undefined || result?.isError === true) throw new Error(`${name}: ${error?.message ?? text}`);
    return text;
  }

  usage(): Usage {
    return usageOf(this.pid);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 150);
    await ended;
    clearTimeout(timer);
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #feed(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      this.#parts.push(chunk.subarray(from, at));
      const line = Buffer.concat(this.#parts);
      this.#parts = [];
      from = at + 1;
      if (line.length > 0) this.#take(line);
    }
    if (from < chunk.length) this.#parts.push(chunk.subarray(from));
  }

  #take(line: Buffer): void {
    const message = JSON.parse(line.toString('utf8')) as RpcAnswer & { readonly id?: number; readonly method?: string };
    if (message.method !== undefined || message.id === undefined) return; // what servers tell without being asked
    this.lastBytes = line.length;
    this.#waiting.get(message.id)?.resolve(message);
    this.#waiting.delete(message.id);
  }
}
