import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { PilotError } from '../../engine/errors.ts';
import type { ListenAddress } from '../config/commandLine.ts';
import type { HttpConfig } from '../config/configSchema.ts';
import { ClientSessions } from '../sessions/clientSessions.ts';
import { APPROVAL_MS, ApprovalStates } from '../mcp/approvalStates.ts';
import { createMcpServer } from '../mcp/mcpServer.ts';
import { FolderRecord, ProcessRecord } from '../mcp/usedApprovals.ts';
import type { SharedServices } from '../sessions/mcpSession.ts';
import { HttpAuthenticator } from './httpAuthenticator.ts';
import { PrometheusMetrics, type MetricsSources } from './prometheus.ts';
import { HttpSessions, type SessionRules } from './httpSessions.ts';
import { readJson } from './requestBody.ts';
import { StatelessClients } from './statelessClients.ts';
import { answerText } from './textAnswer.ts';
import { UnprovenSockets } from '../limits/unprovenSockets.ts';

export interface HttpServiceOptions {
  readonly address: ListenAddress;
  readonly config: Omit<HttpConfig, 'tokens' | 'approvalKey'>;
  readonly tokens: readonly string[];
  /** What several processes share that answer the same clients; undefined for one that is alone. */
  readonly approvals: { readonly key: string; readonly folder: string } | undefined;
  readonly program: SharedServices;
  /** True where the databases answer. */
  readonly ready: () => Promise<boolean>;
  readonly activity: MetricsSources['activity'];
  readonly sessions?: Partial<SessionRules>;
}

const SESSIONS: SessionRules = { max: 64, idleMs: 30 * 60_000, spareMs: 60_000 };
/** Room for those that have shown no token, and what each session may hold. */
const SPARE_SOCKETS = 256;
const SOCKETS_PER_SESSION = 8;
const MAX_HEADER_BYTES = 16 * 1024;
/** A request that is not here by then is not waited for. */
const REQUEST_MS = 30_000;
const HEADERS_MS = 10_000;
/** Streams send a sign of life each 15 s; a socket that takes nothing for so long is dead, or reads too slowly. */
const STALLED_MS = 60_000;
const READY_KEPT_MS = 5000;

const PREFLIGHT = { status: 204, remedy: '' } as const;
const NOTHING_HERE = { status: 404, remedy: 'Not found. The MCP endpoint is /mcp.' } as const;

/** Streamable HTTP: one address for the protocol, and three that a monitor asks. */
export class HttpService {
  readonly url: string;
  readonly #server: Server;
  readonly #sessions: HttpSessions;
  readonly #stateless: StatelessClients;
  readonly #authenticator: HttpAuthenticator;
  readonly #unproven = new UnprovenSockets(SPARE_SOCKETS);
  readonly #options: HttpServiceOptions;
  readonly metrics: PrometheusMetrics;
  #ready: { readonly answer: Promise<boolean>; readonly at: number } | undefined;

  private constructor(options: HttpServiceOptions, server: Server) {
    const { address, config, tokens, program } = options;
    this.#options = options;
    this.#server = server;
    this.metrics = new PrometheusMetrics({ activity: options.activity, sessions: () => this.#sessions.count });
    this.#authenticator = new HttpAuthenticator(address.host, tokens, config);
    const { version, log, paged } = program;
    const rules = { ...SESSIONS, ...(config.maxSessions === undefined ? {} : { max: config.maxSessions }), ...options.sessions };
    const approvals = approvalStates(options);
    const openSessions = (token: number): ClientSessions => new ClientSessions(program, `token ${String(token)}`);
    this.#sessions = new HttpSessions(
      (token) => {
        const sessions = openSessions(token);
        return { sessions, server: createMcpServer({ version, sessions, approvals, paged }) };
      },
      rules,
      tokens.length,
    );
    this.#stateless = new StatelessClients({
      version,
      approvals,
      paged,
      openSessions,
      maxSubscriptions: rules.max,
      onerror: (error) => {
        log({ level: 'debug', logger: 'http', message: `A request failed: ${error.name}.` }); // its message may quote what was sent
      },
    });
    const { port } = server.address() as AddressInfo;
    const host = address.host.includes(':') ? `[${address.host}]` : address.host;
    this.url = `${config.certificate === undefined ? 'http' : 'https'}://${host}:${String(port)}/mcp`;
  }

  /** Listens when this resolves. Throws `file.failed` for a certificate or an address that cannot be used. */
  static async start(options: HttpServiceOptions): Promise<HttpService> {
    const { address, config, program } = options;
    const server = await makeServer(config);
    server.maxConnections = 1 + SPARE_SOCKETS + SOCKETS_PER_SESSION * (options.sessions?.max ?? config.maxSessions ?? SESSIONS.max);
    server.setTimeout(STALLED_MS);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => {
        reject(
          failed(
            `${address.host}:${String(address.port)} can't be used: ${error.message}`,
            'Use another address: --http HOST:PORT.',
            error,
          ),
        );
      });
      server.listen(address.port, address.host, resolve);
    });
    const service = new HttpService(options, server);
    server.on('connection', (socket: Socket) => {
      service.#unproven.opened(socket);
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      service.#handle(request, response).catch((error: unknown) => {
        program.log({ level: 'error', logger: 'http', message: 'A request failed.', error });
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
    return service;
  }

  /** Takes no new request, ends the sessions with what they run, then all sockets. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await Promise.all([this.#sessions.close(), this.#stateless.close()]);
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    const path = (request.url ?? '').split('?')[0];
    if (path === '/health') {
      answerText(response, 200, 'ok\n');
    } else if (path === '/ready') {
      const ready = await this.#isReady();
      answerText(response, ready ? 200 : 503, ready ? 'ok\n' : 'not ok\n');
    } else {
      await this.#handleKnown(request, response, path);
    }
  }

  async #handleKnown(request: IncomingMessage, response: ServerResponse, path: string | undefined): Promise<void> {
    const refused = this.#authenticator.refuseCaller(request);
    if (refused === undefined) this.#allowPage(request, response);
    const preflight = request.method === 'OPTIONS' && request.headers.origin !== undefined;
    const token = refused ?? (preflight ? PREFLIGHT : this.#authenticator.identify(request));
    if (typeof token === 'number') this.#unproven.proven(request.socket);
    if (typeof token === 'number' && path === '/mcp') {
      await this.#handleMcp(request, response, token);
      return;
    }
    if (typeof token === 'number' && path === '/metrics') {
      const text = await this.metrics.text();
      response.writeHead(200, { 'content-type': this.metrics.contentType }).end(text);
      return;
    }
    const { status, remedy } = typeof token === 'number' ? NOTHING_HERE : token;
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    answerText(response, status, remedy === '' ? '' : `${remedy}\n`);
  }

  async #handleMcp(request: IncomingMessage, response: ServerResponse, token: number): Promise<void> {
    // A body of another type is refused by the transport, which does not read it.
    const isJson = request.method === 'POST' && request.headers['content-type']?.startsWith('application/json') === true;
    const read = isJson ? await readJson(request, response) : { json: undefined };
    if (read === undefined) return;
    const known = { token, body: read.json };
    if (isStateless(request, known.body)) await this.#stateless.handle(request, response, known);
    else await this.#sessions.handle(request, response, known);
  }

  /** What a browser wants to be told before it lets an allowed page read the answer. */
  #allowPage({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    if (origin === undefined) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'origin');
    response.setHeader('access-control-allow-methods', 'GET, POST, DELETE');
    response.setHeader(
      'access-control-allow-headers',
      'authorization, content-type, accept, mcp-session-id, mcp-protocol-version, mcp-method, mcp-name, last-event-id',
    );
    response.setHeader('access-control-expose-headers', 'mcp-session-id');
  }

  /** Anybody may ask, so the databases are not asked each time. */
  #isReady(): Promise<boolean> {
    if (this.#ready === undefined || this.#ready.at < Date.now() - READY_KEPT_MS) {
      this.#ready = { answer: this.#options.ready().catch(() => false), at: Date.now() };
    }
    return this.#ready.answer;
  }
}

function approvalStates({ approvals }: HttpServiceOptions): ApprovalStates {
  if (approvals === undefined) return new ApprovalStates(new ProcessRecord(APPROVAL_MS));
  return new ApprovalStates(new FolderRecord(approvals.folder, APPROVAL_MS), approvals.key);
}

/** The headers by which the SDK tells the era, where a request has no body that does. */
const ERA_HEADERS = { protocolVersionHeader: 'mcp-protocol-version', mcpMethodHeader: 'mcp-method', mcpNameHeader: 'mcp-name' } as const;

/** True for a request of the era since 2026-07-28, by the rules of the SDK's own handler; a wrong one is answered in its era, too. */
function isStateless({ method = 'GET', headers }: IncomingMessage, body: unknown): boolean {
  if (method === 'POST' && body === undefined) return false;
  const said = Object.entries(ERA_HEADERS).flatMap(([name, header]) => {
    const value = headers[header];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const about: Partial<Record<keyof typeof ERA_HEADERS, string>> = Object.fromEntries(said);
  return classifyInboundRequest({ httpMethod: method, ...about, ...(body === undefined ? {} : { body }) }).kind !== 'legacy';
}

async function makeServer({ certificate, key }: Omit<HttpConfig, 'tokens'>): Promise<Server> {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: REQUEST_MS,
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: 5000,
  };
  if (certificate === undefined || key === undefined) return createServer(options);
  try {
    const [cert, privateKey] = await Promise.all([readFile(certificate), readFile(key)]);
    return createTlsServer({ ...options, cert, key: privateKey, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw failed(
      `The certificate for HTTP (MYSQL_HTTP_CERTIFICATE and MYSQL_HTTP_KEY, or certificate and key of http) can't be used: ${(error as Error).message}`,
      'Use a PEM certificate and its private key without a passphrase.',
      error,
    );
  }
}

function failed(message: string, nextStep: string, cause: unknown): PilotError {
  return new PilotError('file.failed', message, { nextStep, cause });
}
