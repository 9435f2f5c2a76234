import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { McpSession } from '../mcpSession.ts';
import { readJson } from './requestBody.ts';

/** How many sessions there may be, and for how long. */
export interface SessionRules {
  readonly max: number;
  /** A session that nobody has used for so long is ended, in milliseconds. */
  readonly idleMs: number;
  /** One that nobody uses makes room for a new one after so long, where there are too many. */
  readonly spareMs: number;
}

interface Entry {
  readonly session: McpSession;
  readonly transport: StreamableHTTPServerTransport;
  /** Whose it is: nobody else finds it. */
  readonly token: number;
  open: number;
  usedAt: number;
}

const SWEEP_MS = 5000;

/** The clients that are here now. */
export class HttpSessions {
  readonly #entries = new Map<string, Entry>();
  readonly #openSession: (token: number) => McpSession;
  readonly #rules: SessionRules;
  readonly #timer: NodeJS.Timeout;
  #opening = 0;

  constructor(openSession: (token: number) => McpSession, rules: SessionRules) {
    this.#openSession = openSession;
    this.#rules = rules;
    this.#timer = setInterval(
      () => {
        this.#sweep(rules.idleMs);
      },
      Math.min(SWEEP_MS, rules.idleMs),
    ).unref();
  }

  get count(): number {
    return this.#entries.size + this.#opening;
  }

  /** Answers a request of a client whose token is known. */
  async handle(request: IncomingMessage, response: ServerResponse, token: number): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const entry = typeof id === 'string' ? this.#entries.get(id) : undefined;
    if (id !== undefined && entry?.token !== token) {
      response.writeHead(404).end();
      return;
    }
    // A body of another type is refused by the transport, which does not read it.
    const isJson = request.method === 'POST' && request.headers['content-type']?.startsWith('application/json') === true;
    const body = isJson ? await readJson(request, response) : { json: undefined };
    if (body === undefined) return;
    if (entry === undefined) await this.#begin(request, response, token, body.json);
    else await this.#use(entry, request, response, body.json);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#entries.keys()].map((id) => this.#end(id)));
  }

  async #begin(request: IncomingMessage, response: ServerResponse, token: number, body: unknown): Promise<void> {
    if (this.count >= this.#rules.max) this.#sweep(this.#rules.spareMs);
    if (this.count >= this.#rules.max) {
      response.writeHead(503, { 'retry-after': '60' }).end();
      return;
    }
    this.#opening++;
    const session = this.#openSession(token);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#entries.set(id, { session, transport, token, open: 0, usedAt: Date.now() });
      },
      onsessionclosed: (id) => this.#end(id),
    });
    try {
      await session.connect(transport);
      await transport.handleRequest(request, response, body);
    } finally {
      this.#opening--;
      if (transport.sessionId === undefined) await session.close(); // it was no request to begin one
    }
  }

  async #use(entry: Entry, request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    entry.open++;
    entry.usedAt = Date.now();
    response.once('close', () => {
      entry.open--;
      entry.usedAt = Date.now();
    });
    await entry.transport.handleRequest(request, response, body);
  }

  #sweep(unusedMs: number): void {
    const before = Date.now() - unusedMs;
    for (const [id, { open, usedAt, session }] of this.#entries)
      if (open === 0 && usedAt <= before && session.calls.running().length === 0) void this.#end(id);
  }

  async #end(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    await entry?.session.close();
  }
}
