import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import type { ClientSessions } from '../sessions/clientSessions.ts';
import { announceChange, type ProtocolServer } from '../mcp/mcpServer.ts';
import { answerText } from './textAnswer.ts';

export interface SessionRules {
  readonly max: number;
  /** A session that nobody has used for so long is ended, in milliseconds. */
  readonly idleMs: number;
  /** One that nobody uses makes room for a new one after so long, where there are too many. */
  readonly spareMs: number;
}

export interface OpenedSession {
  readonly sessions: ClientSessions;
  readonly server: ProtocolServer;
}

interface Entry extends OpenedSession {
  readonly transport: NodeStreamableHTTPServerTransport;
  /** Whose it is: nobody else finds it. */
  readonly token: number;
  open: number;
  usedAt: number;
}

/** A request whose sender is known. */
export interface KnownRequest {
  /** The number of the token that came with it. */
  readonly token: number;
  readonly body: unknown;
}

const SWEEP_MS = 5000;

/** The clients that are here now, of the era up to 2025-11-25. */
export class HttpSessions {
  readonly #entries = new Map<string, Entry>();
  readonly #openSession: (token: number) => OpenedSession;
  readonly #rules: SessionRules;
  readonly #timer: NodeJS.Timeout;
  /** Of one token: the others can always begin a few. */
  readonly #mostOfToken: number;
  #opening = 0;

  constructor(openSession: (token: number) => OpenedSession, rules: SessionRules, tokens: number) {
    this.#openSession = openSession;
    this.#rules = rules;
    this.#mostOfToken = rules.max - (tokens - 1) * Math.floor(rules.max / (2 * tokens));
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

  /** Answers a request of a client whose token is known; `body` is undefined where it was not read, because it is no JSON. */
  async handle(request: IncomingMessage, response: ServerResponse, { token, body }: KnownRequest): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const entry = typeof id === 'string' ? this.#entries.get(id) : undefined;
    if (id !== undefined && entry?.token !== token) {
      answerText(response, 404, 'This session has ended, or belongs to another token. Start a new one with initialize.\n');
      return;
    }
    if (entry === undefined) await this.#begin(request, response, { token, body });
    else await this.#use(entry, request, response, body);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#entries.keys()].map((id) => this.#end(id)));
  }

  async #begin(request: IncomingMessage, response: ServerResponse, { token, body }: KnownRequest): Promise<void> {
    if (this.#isFull(token)) this.#sweep(this.#rules.spareMs);
    if (this.#isFull(token)) {
      response.setHeader('retry-after', '60');
      const most = Math.min(this.#rules.max, this.#mostOfToken);
      answerText(response, 503, `All ${String(most)} sessions are in use (http.maxSessions). Try again later, or end a session.\n`);
      return;
    }
    this.#opening++;
    const { sessions, server } = this.#openSession(token);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#entries.set(id, { sessions, server, transport, token, open: 0, usedAt: Date.now() });
      },
      onsessionclosed: (id) => this.#end(id),
    });
    try {
      server.onclose = sessions.onListChanged((what) => {
        announceChange(server, what);
      });
      await server.connect(transport);
      await transport.handleRequest(request, response, body);
    } finally {
      this.#opening--;
      if (transport.sessionId === undefined) await closeSession({ sessions, server }); // it was no request to begin one
    }
  }

  #isFull(token: number): boolean {
    const own = [...this.#entries.values()].filter((entry) => entry.token === token).length;
    return this.count >= this.#rules.max || own >= this.#mostOfToken;
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
    for (const [id, { open, usedAt, sessions }] of this.#entries)
      if (open === 0 && usedAt <= before && !sessions.hasRunningCalls) void this.#end(id);
  }

  async #end(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry !== undefined) await closeSession(entry);
  }
}

function closeSession({ sessions, server }: OpenedSession): Promise<void> {
  return sessions.close(() => server.close());
}
