import { DECISION_MS } from '../../engine/writes/pendingPreviews.ts';
import type { WriteFinished } from '../../broker/contracts.ts';
import { outcomeText, runningText } from '../../review/outcomeText.ts';
import { ReviewGate } from '../../review/reviewGate.ts';
import { readingTime } from '../../review/reviewModel.ts';
import { rowReviews, shownRequest } from '../../review/shownRequest.ts';
import type { RowReview } from '../../review/reviewRows.ts';
import type { Translate } from '../../review/translate.ts';
import type { FromReview, ShownReview, ShownState, ToReview } from '../../webview/review/messages.ts';
import { kindOf, type ToApprove } from '../writes/approver.ts';
import { untouched, type DecisionKind } from '../writes/refusals.ts';

export type PageDecision =
  | { readonly decision: 'run'; readonly forSession: boolean }
  | { readonly decision: 'reject'; readonly reason: string }
  | { readonly decision: 'expired' };

/** The page speaks English: who starts the server says nothing of a language. */
export const english: Translate = (text, ...values) =>
  text.replaceAll(/\{(\d)\}/g, (place, i: string) => String(values[Number(i)] ?? place));

const ENVIRONMENTS = { development: 'Development', staging: 'Staging', production: 'Production' } as const;
/** A page asks each second. One that has not for so long is not in front of anybody. */
const SILENT_MS = 5000;

/** One write or export before a person in a page: what the page is shown, and what it says. The page decides nothing by itself. */
export class PageReview {
  readonly kind: DecisionKind;
  readonly #shown: ShownReview;
  readonly #rows: readonly (RowReview | undefined)[];
  readonly #gate: ReviewGate;
  readonly #decisionTimeoutMs: number;
  readonly #decision = Promise.withResolvers<PageDecision>();
  readonly #late: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();
  #phase: ShownState['phase'] = 'waiting';
  #text = '';
  #endsAt: number;
  /** Both: it is painted, and nothing covers it. */
  #drawn = false;
  #uncovered = false;
  #heardAt = 0;
  #isTaken = false;

  constructor({ id, review, connection, client }: ToApprove, decisionTimeoutMs = DECISION_MS) {
    const environment = connection.environment === undefined ? undefined : ENVIRONMENTS[connection.environment];
    this.kind = kindOf({ review });
    this.#shown = shownRequest({ ticket: id, review, profile: connection, environment, client }, english);
    this.#rows = rowReviews(review, english);
    const { headline, warnings, typed } = this.#shown;
    this.#gate = new ReviewGate({ readingMs: readingTime(headline), hasWarnings: warnings.length > 0, typed: typed?.value });
    this.#decisionTimeoutMs = decisionTimeoutMs;
    this.#endsAt = performance.now() + decisionTimeoutMs;
    this.#late = setTimeout(() => {
      this.#end({ decision: 'expired' }, 'expired', this.#outcome('expired'));
    }, decisionTimeoutMs).unref();
  }

  /** Resolves once. */
  get decision(): Promise<PageDecision> {
    return this.#decision.promise;
  }

  /** Somebody may still decide. */
  get waits(): boolean {
    return this.#phase === 'waiting';
  }

  /** Nothing about it changes any more. */
  get isOver(): boolean {
    return this.#phase !== 'waiting' && this.#phase !== 'running';
  }

  /** Whoever runs it has heard of the decision. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** For whoever runs it: false where the decision no longer counts. */
  take(): boolean {
    this.#isTaken = !this.isOver;
    return this.#isTaken;
  }

  /** `listener` hears that the person takes more time. Returns what takes it away. */
  onExtended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Answers what the page says. What is about another review is left alone. */
  receive(message: FromReview): ToReview[] {
    const now = performance.now();
    this.#hear(now);
    if (message.type === 'ready') {
      this.#drawn = false;
      this.#look(now);
      return [{ type: 'review', review: this.#shown }, this.state()];
    }
    if (message.ticket !== this.#shown.ticket) return [];
    switch (message.type) {
      case 'drawn':
        this.#drawn = true;
        break;
      case 'sight':
        this.#uncovered = message.visible;
        break;
      case 'page': {
        const page = this.#rows[message.statement]?.page(message.from);
        return page === undefined ? [] : [{ type: 'page', statement: message.statement, page }];
      }
      case 'detail': {
        const detail = this.#rows[message.statement]?.detail(message.row);
        return detail === undefined ? [] : [{ type: 'detail', statement: message.statement, detail }];
      }
      case 'undo': // is not offered here
        return [];
      default:
        if (this.waits) this.#decide(message, now);
    }
    this.#look(now);
    return [this.state()];
  }

  /** The state as it is now, for a page that asks. */
  hear(): ToReview {
    this.#hear(performance.now());
    return this.state();
  }

  state(): ToReview {
    const now = performance.now();
    const remainingMs = Math.max(0, this.#endsAt - now);
    return { type: 'state', state: { phase: this.#phase, read: this.#gate.isRead(now), remainingMs, text: this.#text, undo: false } };
  }

  reject(reason: string): void {
    this.#end({ decision: 'reject', reason: reason.trim() }, 'rejected', this.#outcome('rejected'));
  }

  /** Nobody runs it any more, whatever was decided here. */
  withdraw(text: string): void {
    if (this.isOver) return;
    this.#decision.resolve({ decision: 'expired' });
    this.#show('expired', text);
  }

  finish(write: WriteFinished): void {
    const { outcome } = write;
    if (outcome === 'changed') this.#show('expired', english('The data changed, so nothing was run. The agent shows the write again.'));
    else this.#show(outcome, outcomeText(this.kind, { ...write, outcome }, english));
  }

  dispose(): void {
    this.withdraw(english('The request was canceled. {0}', untouched(this.kind)));
    clearTimeout(this.#late);
  }

  #decide(message: Extract<FromReview, { type: 'seen' | 'typing' | 'extend' | 'run' | 'reject' }>, now: number): void {
    switch (message.type) {
      case 'seen':
        this.#gate.warningsSeen();
        return;
      case 'typing':
        this.#gate.startAnew(now);
        return;
      case 'extend':
        this.#endsAt = now + this.#decisionTimeoutMs;
        this.#late.refresh();
        for (const listener of this.#listeners) listener();
        return;
      case 'run':
        if (this.#gate.allows(message.typed, now)) this.#run(message.forSession === true);
        return;
      case 'reject':
        this.reject(message.reason);
    }
  }

  #run(forSession: boolean): void {
    this.#end(
      { decision: 'run', forSession: forSession && this.#shown.runForSession !== undefined },
      'running',
      runningText(this.kind, english),
    );
  }

  #outcome(outcome: 'expired' | 'rejected'): string {
    return outcomeText(this.kind, { outcome, milliseconds: 0 }, english);
  }

  #end(decision: PageDecision, phase: ShownState['phase'], text: string): void {
    if (!this.waits) return;
    this.#decision.resolve(decision);
    this.#show(phase, text);
  }

  #show(phase: ShownState['phase'], text: string): void {
    clearTimeout(this.#late);
    this.#phase = phase;
    this.#text = text;
  }

  /** A page that was closed or sleeps says nothing of it: from its last word on nobody has read. */
  #hear(now: number): void {
    if (now - this.#heardAt > SILENT_MS) {
      this.#uncovered = false;
      this.#gate.outOfSight(this.#heardAt);
    }
    this.#heardAt = now;
  }

  #look(now: number): void {
    if (this.#drawn && this.#uncovered) this.#gate.inSight(now);
    else this.#gate.outOfSight(now);
  }
}
