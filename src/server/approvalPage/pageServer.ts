import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import * as z from 'zod';
import { FromReviewSchema } from '../../review/reviewMessages.ts';
import { reviewStrings } from '../../review/reviewStrings.ts';
import { UnprovenSockets } from '../limits/unprovenSockets.ts';
import { TOKEN_HEADER, type OpenedAnswer, type PageAnswer, type RefusedAnswer } from '../../webview/approval/messages.ts';
import type { ApprovalPages } from './approvalPages.ts';
import { english } from './pageReview.ts';
import { isOtherUser } from './peerUser.ts';

const LOOPBACK = '127.0.0.1';
/** A reason and a name that is typed, many times over. */
const MAX_BODY_BYTES = 16 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;
const MAX_SOCKETS = 64;
/** A request that is not here by then is not waited for. */
const REQUEST_MS = 5000;
const HEADERS_MS = 3000;
const IDLE_MS = 15_000;

const CodeSchema = z.strictObject({ code: z.string().max(200) });

/** Nothing from anywhere else, no frame around it, nothing that another page could send here or read. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
} as const;
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
const NONCE = '%NONCE%';
const STRINGS = '%STRINGS%';

/** A request that is refused, and why in words for whoever sent it. */
interface Refusal {
  readonly status: number;
  readonly text: string;
}

const refusal = (status: number, text: string): Refusal => ({ status, text });
const OVER = refusal(404, 'This request has ended, or the address is incomplete. Opening it changed nothing.');
const USED = refusal(409, 'This address was already opened, in another tab or browser. It can be opened only once.');

/**
 * The page on the loopback. A GET gets the same empty page whoever asks, and decides nothing: what is in a review, and what is decided, goes by requests of its script alone, which
 * carry a token. What is sent by other sites, under other names of this machine or by other users is refused.
 */
export class PageServer {
  readonly origin: string;
  readonly #server: Server;
  readonly #pages: ApprovalPages;
  readonly #page: string;
  readonly #unproven = new UnprovenSockets(MAX_SOCKETS);

  private constructor(server: Server, pages: ApprovalPages, page: string) {
    this.#server = server;
    this.#pages = pages;
    this.#page = page;
    this.origin = `http://${LOOPBACK}:${String((server.address() as AddressInfo).port)}`;
  }

  /** Listens on a port that the system chooses when this resolves. */
  static async start(pages: ApprovalPages): Promise<PageServer> {
    const page = await readFile(path.join(__dirname, 'approval.html'), 'utf8');
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      requestTimeout: REQUEST_MS,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: IDLE_MS,
    });
    server.setTimeout(IDLE_MS);
    server.maxConnections = 2 * MAX_SOCKETS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, LOOPBACK, resolve);
    });
    server.unref();
    const service = new PageServer(server, pages, page);
    server.on('connection', (socket: Socket) => {
      service.#unproven.opened(socket);
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      service.#handle(request, response).catch(() => {
        response.destroy(); // it was cut off
      });
    });
    return service;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('content-security-policy', NO_PAGE);
    const refused = this.#refuse(request) ?? (await refuseOtherUser(request));
    if (refused !== undefined) refuse(response, refused);
    else if (request.method === 'POST') await this.#post(request, response);
    else this.#sendPage(response);
  }

  /** By what the request says of itself: a page of another site can't say otherwise, and a name that its owner lets point here isn't ours. */
  #refuse({ method = '', url, headers }: IncomingMessage): Refusal | undefined {
    const { host, origin, 'sec-fetch-site': site = 'same-origin', 'sec-fetch-dest': destination = 'document' } = headers;
    if (`http://${host ?? ''}` !== this.origin)
      return refusal(421, 'The Host header is wrong. Open the page with the address that you were given.');
    switch (method) {
      case 'GET':
      case 'HEAD':
        if (url !== '/') return refusal(404, 'Page not found.');
        return destination === 'document' || destination === 'empty'
          ? undefined
          : refusal(403, "This page can't be embedded in another page.");
      case 'POST':
        if (origin !== this.origin || site !== 'same-origin') return refusal(403, 'Only the approval page can send this request.');
        return headers['content-type'] === 'application/json' ? undefined : refusal(415, 'The request must be JSON.');
      default:
        return refusal(405, 'Only GET and POST are supported.');
    }
  }

  #sendPage(response: ServerResponse): void {
    const nonce = randomBytes(16).toString('base64');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const strings = escape(JSON.stringify(reviewStrings(english)));
    response.end(this.#page.replaceAll(NONCE, nonce).replace(STRINGS, () => strings));
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (body === undefined) {
      response.once('finish', () => request.destroy());
      refuse(response, refusal(413, 'The request is too large.'));
      return;
    }
    const answered = this.#answer(request, body);
    if ('status' in answered) {
      refuse(response, answered);
      return;
    }
    this.#unproven.proven(request.socket);
    send(response, 200, answered);
  }

  #answer({ url, headers }: IncomingMessage, body: unknown): PageAnswer | OpenedAnswer | Refusal {
    const { [TOKEN_HEADER]: given } = headers;
    const token = typeof given === 'string' ? given : '';
    switch (url) {
      case '/open':
      case '/reject': {
        const { success, data } = CodeSchema.safeParse(body);
        if (!success) return refusal(400, 'The code is invalid.');
        if (url === '/reject') return this.#pages.rejectByCode(data.code) ? { messages: [] } : OVER;
        const opened = this.#pages.exchange(data.code);
        return opened === 'unknown' ? OVER : opened === 'used' ? USED : opened;
      }
      case '/say': {
        const { success, data } = FromReviewSchema.safeParse(body);
        return success ? (this.#pages.say(token, data) ?? OVER) : refusal(400, 'The message is invalid.');
      }
      case '/state':
        return this.#pages.state(token) ?? OVER;
      default:
        return refusal(404, 'Page not found.');
    }
  }
}

async function refuseOtherUser({ socket }: IncomingMessage): Promise<Refusal | undefined> {
  return (await isOtherUser(socket)) ? refusal(403, 'This page belongs to another user of this computer.') : undefined;
}

/** The JSON of a body, null where it is none; undefined where it is too large. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function refuse(response: ServerResponse, { status, text }: Refusal): void {
  response.setHeader('connection', 'close');
  send(response, status, { error: text } satisfies RefusedAnswer);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
