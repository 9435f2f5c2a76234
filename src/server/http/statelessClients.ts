import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler, type NodeMcpRequestHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import type { ClientSessions } from '../sessions/clientSessions.ts';
import type { ApprovalStates } from '../mcp/approvalStates.ts';
import type { PageApprovals } from '../mcp/chooseApprover.ts';
import { createMcpServer } from '../mcp/mcpServer.ts';
import type { KnownRequest } from './httpSessions.ts';

export interface StatelessOptions {
  readonly version: string;
  readonly approvals: ApprovalStates;
  readonly paged: PageApprovals | undefined;
  readonly openSessions: (token: number) => ClientSessions;
  /** Streams that wait for changes, of each token. */
  readonly maxSubscriptions: number;
  readonly onerror: (error: Error) => void;
}

interface Entry {
  readonly sessions: ClientSessions;
  readonly handler: McpHttpHandler;
  readonly handle: NodeMcpRequestHandler;
}

/**
 * The clients of the era since 2026-07-28: each request says who sends it, and none begins a session. What is kept of a token here (connections, the record, numbers of calls)
 * is nothing that a client could tell from what another process keeps, but for cursors of results.
 */
export class StatelessClients {
  readonly #options: StatelessOptions;
  /** One for each token that was shown, of which there are only so many. */
  readonly #entries = new Map<number, Entry>();

  constructor(options: StatelessOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, { token, body }: KnownRequest): Promise<void> {
    const { handle } = this.#entries.get(token) ?? this.#open(token);
    // Whose the request is, and nothing of the token itself: the SDK hands it to whatever answers.
    const auth = { token: '', clientId: `token ${String(token)}`, scopes: [] };
    const { method = 'GET', url = '/' } = request;
    await handle(Object.assign(request, { auth, method, url }), response, body);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ sessions, handler }) => sessions.close(() => handler.close())));
  }

  #open(token: number): Entry {
    const { version, approvals, paged, openSessions, maxSubscriptions, onerror } = this.#options;
    const sessions = openSessions(token);
    const resourcesChanged = (): void => {
      handler.notify.resourcesChanged();
    };
    const handler = createMcpHandler(() => createMcpServer({ version, sessions, approvals, paged, resourcesChanged }), {
      legacy: 'reject',
      responseMode: 'sse', // which sends a sign of life while a statement runs: a silent socket is closed
      maxSubscriptions,
      onerror,
    });
    sessions.onListChanged((what) => {
      if (what === 'tools') handler.notify.toolsChanged();
      else handler.notify.resourcesChanged();
    });
    const entry = { sessions, handler, handle: toNodeHandler(handler, { onerror }) };
    this.#entries.set(token, entry);
    return entry;
  }
}
