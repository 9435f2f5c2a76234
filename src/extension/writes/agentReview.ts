import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { ApprovalRequest, Decision, WriteFinished } from '../../broker/contracts.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { FromReview, ShownReview, ShownState } from '../../webview/review/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { environmentName } from '../connections/environments.ts';
import { number } from './reviewHeadline.ts';
import { ReviewGate } from './reviewGate.ts';
import { readingTime, shownReview } from './reviewModel.ts';
import { ReviewPanel } from './reviewPanel.ts';
import { RowReview } from './reviewRows.ts';

export interface AgentReviewOptions {
  readonly extension: vscode.Uri;
  readonly request: ApprovalRequest;
  readonly profile: ConnectionProfile;
  readonly log: vscode.LogOutputChannel;
  /** Has the server wait anew. */
  readonly extend: () => void;
  /** Opens the script that brings the rows back. */
  readonly undo: (file: string, profile: ConnectionProfile) => Promise<void>;
}

export type Answer = Omit<Decision, 'id'>;

/** A write of an agent that a person reviews in a tab, and decides about there alone. Lives on after the tab is closed, until it is decided and its outcome known. */
export class AgentReview extends Disposable {
  readonly #options: AgentReviewOptions;
  readonly #shown: ShownReview;
  readonly #tables: readonly (RowReview | undefined)[];
  readonly #answer = Promise.withResolvers<Answer>();
  readonly #closed = this.register(new vscode.EventEmitter<void>());
  readonly #windowState: vscode.Disposable;
  #gate: ReviewGate;
  #panel: ReviewPanel | undefined;
  #phase: ShownState['phase'] = 'waiting';
  #text = '';
  #undoFile: string | undefined;
  #wasOpen = false;
  /** The page has painted the review: before that, a tab in front shows nothing that could be read. */
  #drawn = false;
  #endsAt: number;
  #timer: NodeJS.Timeout | undefined;

  /** Fires when the person closes the tab. */
  readonly onDidClose = this.#closed.event;

  constructor(options: AgentReviewOptions) {
    super();
    this.#options = options;
    const { request, profile } = options;
    const { t } = vscode.l10n;
    const environment = profile.environment === undefined ? undefined : environmentName(profile.environment);
    const { review, client } = request;
    this.#shown = shownReview({ ticket: randomUUID(), review, profile, environment, client }, t);
    this.#tables = review.statements.map(({ changes }) => (changes === undefined ? undefined : new RowReview(changes, t)));
    this.#gate = this.#newGate();
    this.#endsAt = performance.now() + request.waitMs;
    this.#windowState = this.register(
      vscode.window.onDidChangeWindowState(() => {
        this.#look();
      }),
    );
  }

  get profile(): ConnectionProfile {
    return this.#options.profile;
  }

  get id(): string {
    return this.#options.request.id;
  }

  /** The headline as one line. */
  get title(): string {
    return this.#shown.headline.map(({ text }) => text).join('');
  }

  get waits(): boolean {
    return this.#phase === 'waiting';
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** It was in front once: it does not come there by itself again. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  /** Resolves once: to the decision of the person, or to a no when nobody waits for it any longer. */
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
        this.#look();
        if (!this.disposed) this.#closed.fire();
      });
    } else this.#panel.reveal(takeFocus);
    this.#look();
  }

  /** The call is over: nothing that happens here afterwards decides anything. */
  expire(): void {
    if (!this.waits) return;
    this.#end('expired', '', { decision: 'reject' });
    this.#panel?.dispose();
  }

  finish({
    outcome,
    rows = 0,
    milliseconds,
    undoFile,
  }: WriteFinished & { readonly outcome: Exclude<WriteFinished['outcome'], 'changed'> }): void {
    const { t } = vscode.l10n;
    const texts = {
      committed: () => t('Committed in {0} ms. Rows changed: {1}.', number(milliseconds), number(rows)),
      failed: () => t('The statement failed. Nothing was changed.'),
      unknown: () => t('OUTCOME UNKNOWN: check whether the change was made.'),
    };
    this.#undoFile = undoFile;
    this.#phase = outcome;
    this.#text = texts[outcome]();
    this.#postState();
  }

  override dispose(): void {
    super.dispose();
    clearTimeout(this.#timer);
    this.#answer.resolve({ decision: 'reject' });
    this.#panel?.dispose();
  }

  #newGate(): ReviewGate {
    const { headline, warnings, typed } = this.#shown;
    return new ReviewGate({ readingMs: readingTime(headline), hasWarnings: warnings.length > 0, typed: typed?.value });
  }

  #receive(message: FromReview): void {
    if (message.type === 'ready') {
      this.#drawn = false; // another page, perhaps in another window
      this.#look();
      this.#panel?.post({ type: 'review', review: this.#shown });
      this.#postState();
      return;
    }
    if (message.ticket !== this.#shown.ticket) return;
    const now = performance.now();
    switch (message.type) {
      case 'drawn':
        this.#drawn = true;
        this.#look();
        return;
      case 'page': {
        const page = this.#tables[message.statement]?.page(message.from);
        if (page !== undefined) this.#panel?.post({ type: 'page', statement: message.statement, page });
        return;
      }
      case 'detail': {
        const detail = this.#tables[message.statement]?.detail(message.row);
        if (detail !== undefined) this.#panel?.post({ type: 'detail', statement: message.statement, detail });
        return;
      }
      case 'undo':
        if (this.#undoFile !== undefined) void this.#options.undo(this.#undoFile, this.profile);
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
        this.#endsAt = now + this.#options.request.waitMs;
        this.#options.extend();
        this.#postState();
        return;
      case 'run':
        if (this.#gate.allows(message.typed, now)) this.#end('running', vscode.l10n.t('Running…'), { decision: 'run' });
        else this.#postState();
        return;
      case 'reject': {
        const reason = message.reason.trim();
        this.#end('rejected', '', { decision: 'reject', ...(reason === '' ? {} : { reason }) });
        this.#panel?.dispose();
      }
    }
  }

  #end(phase: ShownState['phase'], text: string, answer: Answer): void {
    this.#phase = phase;
    this.#text = text;
    this.#answer.resolve(answer);
    this.#windowState.dispose();
    this.#postState();
  }

  /** Whether somebody sees it: it is drawn, its tab is in front and the window has the focus. */
  #look(): void {
    const now = performance.now();
    if (this.#drawn && this.#panel?.visible === true && vscode.window.state.focused) this.#gate.inSight(now);
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
      undo: this.#undoFile !== undefined,
    };
    this.#panel?.post({ type: 'state', state });
  }
}
