import { request, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FromReview, ShownReview, ShownState, ToReview } from '../../../src/webview/review/messages.ts';
import { until } from '../run.ts';

export interface PageReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface PageRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Any request to the page's server, also one that no browser would send. */
export function ask(address: string, { method = 'GET', path = '/', headers = {}, body }: PageRequest): Promise<PageReply> {
  const { port } = new URL(address);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** As the script of the page sends it. */
export function post(address: string, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<PageReply> {
  const own = { 'content-type': 'application/json', origin: new URL(address).origin, 'sec-fetch-site': 'same-origin' };
  return ask(address, {
    method: 'POST',
    path,
    headers: { ...own, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export function codeOf(address: string): string {
  return new URL(address).hash.slice(1);
}

/** A page that was opened, as its script speaks with the server; a person reads it for as long as is asked of them. */
export class PageHand {
  readonly address: string;
  readonly token: string;
  review: ShownReview | undefined;
  shown: ShownState | undefined;
  notice = '';

  private constructor(address: string, token: string) {
    this.address = address;
    this.token = token;
  }

  /** Rejects where the code opens nothing. */
  static async open(address: string): Promise<PageHand> {
    const { status, text } = await post(address, '/open', { code: codeOf(address) });
    if (status !== 200) throw new Error(`${String(status)} ${text}`);
    const hand = new PageHand(address, (JSON.parse(text) as { token: string }).token);
    await hand.say({ type: 'ready' });
    return hand;
  }

  get ticket(): string {
    return this.review?.ticket ?? '';
  }

  async say(message: FromReview): Promise<PageReply> {
    const reply = await post(this.address, '/say', message, { 'x-mysql-pilot-token': this.token });
    this.#take(reply);
    return reply;
  }

  async look(): Promise<ShownState | undefined> {
    this.#take(await post(this.address, '/state', {}, { 'x-mysql-pilot-token': this.token }));
    return this.shown;
  }

  /** Resolves when the button would be enabled. */
  async read(): Promise<void> {
    const { ticket } = this;
    await this.say({ type: 'drawn', ticket });
    await this.say({ type: 'sight', ticket, visible: true });
    await this.say({ type: 'seen', ticket });
    await until(async () => (await this.look())?.read === true, 'the review to be read');
  }

  async run(): Promise<void> {
    await this.read();
    await this.say({ type: 'run', ticket: this.ticket, typed: this.review?.typed?.value ?? '' });
  }

  async reject(reason = ''): Promise<void> {
    await this.say({ type: 'reject', ticket: this.ticket, reason });
  }

  /** What became of the write, when it is known. */
  async outcome(): Promise<ShownState> {
    for (;;) {
      const state = await this.look();
      if (state !== undefined && state.phase !== 'waiting' && state.phase !== 'running') return state;
      await sleep(50);
    }
  }

  #take({ status, text }: PageReply): void {
    if (status !== 200) return;
    const { messages, notice = '' } = JSON.parse(text) as { messages: readonly ToReview[]; notice?: string };
    this.notice = notice;
    for (const message of messages) {
      if (message.type === 'review') this.review = message.review;
      if (message.type === 'state') this.shown = message.state;
    }
  }
}
