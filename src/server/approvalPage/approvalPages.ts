import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { OpenedAnswer, PageAnswer } from '../../webview/approval/messages.ts';
import type { FromReview, ToReview } from '../../webview/review/messages.ts';
import type { ToApprove } from '../writes/approver.ts';
import { untouched } from '../writes/refusals.ts';
import { PageReview } from './pageReview.ts';
import { PageServer } from './pageServer.ts';

/** A write or export that waits at an address. */
export interface OpenedPage {
  /** For the person alone: whoever has it can decide. */
  readonly address: string;
  readonly review: PageReview;
  /** The digest of what the review is about. */
  readonly content: string;
}

interface Entry extends OpenedPage {
  readonly code: Buffer;
  /** Of the browser that has opened it; undefined where none has. */
  token: Buffer | undefined;
  openedTwice: boolean;
}

/** 256 bits: nobody finds one by trying. */
const CODE_BYTES = 32;
/** So long a page says what became of its write, and a late one that it is over. */
const LINGER_MS = 60_000;

/** Nobody decides about more at a time, and each opens a tab of its own. */
const MAX_WAITING = 8;

const OPENED_TWICE = "The address of this page was opened a second time. If that wasn't you, reject the request.";

/** The pages of this process, each for one write. They are served while one of them waits, and shortly after. */
export class ApprovalPages {
  readonly #entries = new Map<string, Entry>();
  readonly #lingerMs: number;
  #server: Promise<PageServer> | undefined;

  constructor(lingerMs = LINGER_MS) {
    this.#lingerMs = lingerMs;
  }

  /** Rejects where nothing can listen on the loopback. */
  async open(request: ToApprove, decisionTimeoutMs?: number): Promise<OpenedPage> {
    const code = randomBytes(CODE_BYTES).toString('base64url');
    const review = new PageReview(request, decisionTimeoutMs);
    try {
      const { origin } = await this.#serve();
      const waiting = [...this.#entries.values()].filter(({ review }) => review.waits).length;
      if (waiting >= MAX_WAITING) throw new Error('too many requests wait for a decision');
      // Behind the #: a browser keeps that to itself, so it is in no request, no log and no Referer.
      const address = `${origin}/#${code}`;
      const entry: Entry = { address, review, content: request.content, code: digest(code), token: undefined, openedTwice: false };
      this.#entries.set(request.id, entry);
      void review.decision.then(({ decision }) => {
        if (decision === 'run') this.#awaitRunner(request.id, review);
        else this.#retire(request.id);
      });
      return entry;
    } catch (error) {
      review.dispose();
      throw error;
    }
  }

  /** Of the preview of that number; undefined for one that is over. */
  find(id: string): OpenedPage | undefined {
    return this.#entries.get(id);
  }

  /** Its outcome is known: the page tells it for a while. */
  retire(id: string): void {
    this.#retire(id);
  }

  async close(): Promise<void> {
    for (const { review } of this.#entries.values()) review.dispose();
    this.#entries.clear();
    await this.#stop();
  }

  /** Exchanges the code for a token that only this browser has. A code is good once. */
  exchange(code: string): OpenedAnswer | 'used' | 'unknown' {
    const entry = this.#ofCode(code);
    if (entry === undefined) return 'unknown';
    if (entry.token !== undefined) {
      entry.openedTwice = true;
      return 'used';
    }
    const token = randomBytes(CODE_BYTES).toString('base64url');
    entry.token = digest(token);
    return { token };
  }

  /** Whoever has the code may always say no. False where nothing waits. */
  rejectByCode(code: string): boolean {
    const { review } = this.#ofCode(code) ?? {};
    if (review?.waits !== true) return false;
    review.reject('');
    return true;
  }

  /** Undefined for a token that is none, or no longer one. */
  say(token: string, message: FromReview): PageAnswer | undefined {
    const entry = this.#ofToken(token);
    return entry === undefined ? undefined : answer(entry, entry.review.receive(message));
  }

  state(token: string): PageAnswer | undefined {
    const entry = this.#ofToken(token);
    return entry === undefined ? undefined : answer(entry, [entry.review.hear()]);
  }

  #ofCode(code: string): Entry | undefined {
    const given = digest(code);
    return [...this.#entries.values()].find((entry) => timingSafeEqual(entry.code, given));
  }

  #ofToken(token: string): Entry | undefined {
    const given = digest(token);
    return [...this.#entries.values()].find((entry) => entry.token !== undefined && timingSafeEqual(entry.token, given));
  }

  #serve(): Promise<PageServer> {
    return (this.#server ??= PageServer.start(this).catch((error: unknown) => {
      this.#server = undefined;
      throw error;
    }));
  }

  /** A yes is for the call that comes for it, and not for one of much later. */
  #awaitRunner(id: string, review: PageReview): void {
    setTimeout(() => {
      if (review.isTaken) return;
      review.withdraw(`The agent didn't continue. ${untouched(review.kind)}`);
      this.#retire(id);
    }, this.#lingerMs).unref();
  }

  #retire(id: string): void {
    setTimeout(() => {
      this.#entries.delete(id);
      if (this.#entries.size === 0) void this.#stop();
    }, this.#lingerMs).unref();
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await (await server?.catch(() => undefined))?.close();
  }
}

function answer({ openedTwice, review }: Entry, messages: readonly ToReview[]): PageAnswer {
  return openedTwice && review.waits ? { messages, notice: OPENED_TWICE } : { messages };
}

/** Of equal length whatever the text, as a comparison in constant time needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
