import * as vscode from 'vscode';
import type { Decision } from '../../broker/contracts.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { FromReview, ShownReview, ShownState } from '../../webview/review/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { ReviewGate } from '../../review/reviewGate.ts';
import { outcomeText, runningText, type FinishedReview, type ReviewKind } from '../../review/outcomeText.ts';
import { readingTime } from '../../review/reviewModel.ts';
import { ReviewPanel } from './reviewPanel.ts';
import type { RowReview } from '../../review/reviewRows.ts';
import type { WriteRequester } from './requestedText.ts';

export interface ReviewTabOptions {
  readonly extension: vscode.Uri;
  readonly profile: ConnectionProfile;
  readonly shown: ShownReview;
  /** The rows of each statement, as far as they are shown. */
  readonly rows: readonly (RowReview | undefined)[];
  readonly log: vscode.LogOutputChannel;
  /** How long somebody waits for the decision, and what has them wait anew; undefined where nobody does. */
  readonly wait?: { readonly milliseconds: number; readonly extend: () => void } | undefined;
  readonly request?: WriteRequester | undefined;
  /** Undoes what was committed. */
  readonly undo?: (() => Promise<void>) | undefined;
}

export type Answer = Omit<Decision, 'id'>;

/** A change that a person reviews in a tab, and decides about there alone. Lives on after the tab is closed, until it is decided and its outcome known. */
export class ReviewTab extends Disposable {
  readonly #options: ReviewTabOptions;
  readonly #answer = Promise.withResolvers<Answer>();
  readonly #closed = this.register(new vscode.EventEmitter<void>());
  readonly #windowState: vscode.Disposable;
  #gate: ReviewGate;
  #panel: ReviewPanel | undefined;
  #phase: ShownState['phase'] = 'waiting';
  #decided = false;
  #text = '';
  #canUndo = false;
  #wasOpen = false;
  /** The page has painted the review: before that, a tab in front shows nothing that could be read. */
  #drawn = false;
  /** Nothing covers the page, as it says itself. */
  #uncovered = false;
  #endsAt: number;
  #timer: NodeJS.Timeout | undefined;

  /** Fires when the person closes the tab. */
  readonly onDidClose = this.#closed.event;

  constructor(options: ReviewTabOptions) {
    super();
    this.#options = options;
    this.#gate = this.#newGate();
    this.#endsAt = performance.now() + (options.wait?.milliseconds ?? 0);
    this.#windowState = this.register(
      vscode.window.onDidChangeWindowState(() => {
        this.#look();
      }),
    );
  }

  get profile(): ConnectionProfile {
    return this.#options.profile;
  }

  get kind(): ReviewKind {
    return this.#options.shown.kind;
  }

  /** Who asks for it, where an agent does. */
  get request(): WriteRequester | undefined {
    return this.#options.request;
  }

  /** The headline as one line. */
  get title(): string {
    return this.#options.shown.headline.map(({ text }) => text).join('');
  }

  get waits(): boolean {
    return !this.#decided;
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** It was in front once: it does not come there by itself again. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** Resolves once: to the decision of the person, or to a no when nobody waits for it any longer. After a no there is nothing left to show. */
  get answer(): Promise<Answer> {
    return this.#answer.promise;
  }

  /** Puts the review in front. `takeFocus`: the person has asked for it. */
  open(takeFocus: boolean): void {
    this.#wasOpen = true;
    if (this.#panel === undefined) {
      if (this.waits) this.#gate = this.#newGate(); // it is another look
      const panel = new ReviewPanel(this.#options.extension, { title: this.title, takeFocus, log: this.#options.log });
      this.#panel = panel;
      panel.onMessage((message) => {
        this.#receive(message);
      });
      panel.onDidChangeView(() => {
        this.#look();
      });
      panel.onDidClose(() => {
        this.#panel = undefined;
        this.#drawn = false;
        this.#uncovered = false;
        this.#look();
        if (!this.disposed) this.#closed.fire();
      });
    } else this.#panel.reveal(takeFocus);
    this.#look();
  }

  /** Closes the tab as a person does: the editor behind it gets the keyboard. */
  async close(): Promise<void> {
    await this.#panel?.close();
  }

  /** The call is over: nothing that happens here afterwards decides anything. */
  expire(): void {
    if (this.waits) this.#end({ decision: 'reject' });
  }

  finish(write: FinishedReview): void {
    this.#canUndo = write.undo !== undefined;
    this.#decided = true;
    this.#phase = write.outcome;
    this.#text = outcomeText(this.kind, write, vscode.l10n.t);
    this.#postState();
  }

  /** What was committed is as it was before. */
  undone(): void {
    this.#canUndo = false;
    this.#text = vscode.l10n.t('Undone. The rows are as they were before the write.');
    this.#postState();
  }

  override dispose(): void {
    super.dispose();
    clearTimeout(this.#timer);
    this.#answer.resolve({ decision: 'reject' });
    this.#panel?.dispose();
  }

  #newGate(): ReviewGate {
    const { headline, warnings, typed } = this.#options.shown;
    return new ReviewGate({ readingMs: readingTime(headline), hasWarnings: warnings.length > 0, typed: typed?.value });
  }

  #receive(message: FromReview): void {
    if (message.type === 'ready') {
      this.#drawn = false; // another page, perhaps in another window
      this.#uncovered = false;
      this.#look();
      this.#panel?.post({ type: 'review', review: this.#options.shown });
      this.#postState();
      return;
    }
    if (message.ticket !== this.#options.shown.ticket) return;
    const now = performance.now();
    switch (message.type) {
      case 'drawn':
        this.#drawn = true;
        this.#look();
        return;
      case 'sight':
        this.#uncovered = message.visible;
        this.#look();
        return;
      case 'page': {
        const page = this.#options.rows[message.statement]?.page(message.from);
        if (page !== undefined) this.#panel?.post({ type: 'page', statement: message.statement, page });
        return;
      }
      case 'detail': {
        const detail = this.#options.rows[message.statement]?.detail(message.row);
        if (detail !== undefined) this.#panel?.post({ type: 'detail', statement: message.statement, detail });
        return;
      }
      case 'undo':
        if (this.#canUndo) void this.#options.undo?.();
        return;
      default:
        if (this.waits) this.#decide(message, now);
    }
  }

  #decide(message: Extract<FromReview, { type: 'seen' | 'typing' | 'extend' | 'run' | 'reject' }>, now: number): void {
    switch (message.type) {
      case 'seen':
        this.#gate.warningsSeen();
        return;
      case 'typing':
        this.#gate.startAnew(now);
        this.#look();
        return;
      case 'extend':
        this.#endsAt = now + (this.#options.wait?.milliseconds ?? 0);
        this.#options.wait?.extend();
        this.#postState();
        return;
      case 'run':
        if (this.#gate.allows(message.typed, now)) {
          this.#phase = 'running';
          this.#text = runningText(this.kind, vscode.l10n.t);
          this.#end({
            decision: 'run',
            ...(this.#options.shown.runForSession !== undefined && message.forSession === true ? { forSession: true } : {}),
          });
        }
        this.#postState();
        return;
      case 'reject': {
        const reason = message.reason.trim();
        this.#end({ decision: 'reject', ...(reason === '' ? {} : { reason }) });
      }
    }
  }

  #end(answer: Answer): void {
    this.#decided = true;
    this.#answer.resolve(answer);
    this.#windowState.dispose();
  }

  /** Whether somebody sees it: it is drawn, its tab is in front and not covered, and the window has the focus. */
  #look(): void {
    const now = performance.now();
    if (this.#drawn && this.#uncovered && this.#panel?.visible === true && vscode.window.state.focused) this.#gate.inSight(now);
    else this.#gate.outOfSight(now);
    clearTimeout(this.#timer);
    const left = this.#gate.remainingMs(now);
    if (left > 0 && this.waits)
      this.#timer = setTimeout(
        () => {
          this.#postState();
        },
        Math.ceil(left) + 10,
      );
    this.#postState();
  }

  #postState(): void {
    const now = performance.now();
    const state: ShownState = {
      phase: this.#phase,
      read: this.#gate.isRead(now),
      remainingMs: Math.max(0, this.#endsAt - now),
      text: this.#text,
      undo: this.#canUndo,
    };
    this.#panel?.post({ type: 'state', state });
  }
}
