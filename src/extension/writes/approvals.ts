import { showsRows } from '../../engine/sql/agentVisibility.ts';
import * as vscode from 'vscode';
import type { ApprovalRequest, WriteFinished } from '../../broker/contracts.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../base/disposable.ts';
import { showError, showInformation } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';
import { StatusItem } from '../ui/surfaces.ts';
import type { ApprovedWrites } from './approvedWrites.ts';
import { requestedText } from './requestedText.ts';
import type { Answer, ReviewTab } from './reviewTab.ts';
import type { UndoableWrite } from './undoWrites.ts';
import type { UserReviews } from './userReviews.ts';

export interface ApprovalsOptions {
  readonly extension: vscode.Uri;
  readonly profiles: ProfileStore;
  /** Those of people: an agent's waits until they are decided. */
  readonly own: UserReviews;
  readonly approved: ApprovedWrites;
  readonly log: vscode.LogOutputChannel;
  readonly undo: (write: UndoableWrite) => Promise<void>;
}

/** Somebody who pressed a key in a file so short a time ago is still writing: a tab that comes to the front would take the next ones. */
const WRITING_MS = 2000;

/** Reviews that can be looked at again; each may hold thousands of rows. */
const MAX_DECIDED = 20;

/** The writes and exports of agents that a person at this window reviews: one in front, the others in a list, and what became of those that were approved. */
export class Approvals extends Disposable {
  readonly #options: ApprovalsOptions;
  readonly #waiting = new Map<string, ReviewTab>();
  /** Approved, and running. */
  readonly #running = new Map<string, ReviewTab>();
  readonly #status = this.register(
    new StatusItem({
      ...{ id: 'mysqlPilot.reviews', command: 'mysqlPilot.reviewWrites', priority: 100 },
      name: vscode.l10n.t('MySQL Pilot: requests to review'),
    }),
  );
  /** Those that are decided, the last ones: to be looked at again, and undone. */
  readonly #decided = new Map<string, { readonly review: ReviewTab; write: WriteFinished | undefined }>();
  readonly #changed = this.register(new vscode.EventEmitter<number>());
  #typedAt = -Infinity;

  /** Fires with the number of requests that wait. */
  readonly onDidChange = this.#changed.event;

  constructor(options: ApprovalsOptions, tools: CommandTools) {
    super();
    this.#options = options;
    this.register(tools.register('reviewWrites', () => this.#choose()));
    this.register(
      options.own.onDidEnd(() => {
        this.#showNext();
      }),
    );
    this.register(
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (kind === vscode.TextEditorSelectionChangeKind.Keyboard) this.#typedAt = performance.now();
      }),
    );
    this.register({
      dispose: () => {
        const decided = [...this.#decided.values()].map(({ review }) => review);
        for (const review of [...this.#waiting.values(), ...this.#running.values(), ...decided]) review.dispose();
      },
    });
  }

  /** Resolves to a no as soon as the signal says that nobody waits for the decision. */
  async decide(request: ApprovalRequest, signal: AbortSignal, extend: () => void): Promise<Answer> {
    const { extension, profiles, log } = this.#options;
    const profile = await profiles.get(request.profile);
    const { agentReview } = await import('./agentReview.ts');
    if (profile === undefined || !showsRows(profile.agents) || signal.aborted || this.disposed) return { decision: 'reject' };
    const undo = (): Promise<void> => this.undo(request.id);
    const review = agentReview({ extension, request, profile, log, extend, undo });
    const expire = (): void => {
      if (!review.waits) return;
      review.expire();
      void showInformation(
        review.kind === 'write'
          ? vscode.l10n.t('The write request for "{0}" has expired. Nothing was changed.', profile.name)
          : vscode.l10n.t('The export request for "{0}" has expired. No file was written.', profile.name),
      );
    };
    const isOver = (): boolean => signal.aborted;
    signal.addEventListener('abort', expire, { once: true });
    this.#waiting.set(request.id, review);
    review.onDidClose(() => {
      if (review.waits) this.#tell(review);
    });
    this.#draw();
    this.#show(review);
    const answer = await review.answer;
    signal.removeEventListener('abort', expire);
    this.#waiting.delete(request.id);
    this.#draw();
    if (answer.decision === 'run') {
      this.#running.set(request.id, review);
      if (review.kind === 'write')
        await this.#options.approved.begin({ id: request.id, title: review.title, connection: profile.name }).catch((error: unknown) => {
          log.warn("An approved write couldn't be saved for the next start.", error);
        });
    } else {
      await review.close();
      review.finish({ outcome: isOver() ? 'expired' : 'rejected', milliseconds: 0 });
      this.#keep(request.id, review, undefined);
    }
    this.#showNext();
    return answer;
  }

  /** What became of a write that was approved here. */
  finished(write: WriteFinished): void {
    const review = this.#running.get(write.id);
    if (review === undefined) return;
    this.#running.delete(write.id);
    this.#options.approved.end(write.id).catch((error: unknown) => {
      this.#options.log.warn("The saved record of an approved write couldn't be deleted.", error);
    });
    const { outcome } = write;
    if (outcome === 'changed') {
      review.dispose(); // it is shown again, as it is now
      return;
    }
    review.finish({ ...write, outcome });
    this.#keep(write.id, review, write);
    this.#report(review, write).catch((error: unknown) => {
      this.#options.log.warn('The outcome of a write was not shown.', error);
    });
  }

  async #report(review: ReviewTab, { id, outcome, undo: kept }: WriteFinished): Promise<void> {
    const { t } = vscode.l10n;
    const [show, undo] = [t('Show'), t('Undo…')];
    const { name } = review.profile;
    if (review.kind === 'export') {
      await this.#reportExport(review, outcome);
      return;
    }
    const picked =
      outcome === 'committed'
        ? await showInformation(t('Committed on "{0}": {1}', name, review.title), ...(kept === undefined ? [] : [undo]), show)
        : outcome === 'unknown'
          ? await showError(t('OUTCOME UNKNOWN on "{0}": {1}. Check whether the change was made.', name, review.title), show)
          : await showError(t('Not committed on "{0}": {1}. Nothing was changed.', name, review.title), show);
    if (picked === show) this.show(id);
    if (picked === undo) await this.undo(id);
  }

  /** The agent is told of a file that is whole, and its review says so: only what went wrong is worth a notification. */
  async #reportExport({ profile: { name }, title }: ReviewTab, outcome: WriteFinished['outcome']): Promise<void> {
    const { t } = vscode.l10n;
    if (outcome === 'failed') await showError(t('Not exported from "{0}": {1}. No file was written.', name, title));
    if (outcome === 'unknown') await showError(t('OUTCOME UNKNOWN on "{0}": {1}. Check whether the file is complete.', name, title));
  }

  /** Whether there is a review that can be looked at again. */
  has(id: string): boolean {
    return this.#decided.has(id);
  }

  /** Opens the review of a write that was decided: there is nothing to decide in it. */
  show(id: string): void {
    const { review } = this.#decided.get(id) ?? {};
    if (review === undefined) void showInformation(vscode.l10n.t('The review of this write is no longer in memory.'));
    else review.open(true);
  }

  async undo(id: string): Promise<void> {
    const { review, write } = this.#decided.get(id) ?? {};
    if (review === undefined)
      void showInformation(vscode.l10n.t('The review of this write is no longer in memory. Use "Undo…" in Agent Activity.'));
    else if (write?.undo !== undefined) await this.#options.undo({ id, profile: review.profile.id, undo: write.undo });
  }

  undone(id: string): void {
    this.#decided.get(id)?.review.undone();
  }

  #keep(id: string, review: ReviewTab, write: WriteFinished | undefined): void {
    this.#decided.set(id, { review, write });
    for (const [oldest, { review: other }] of this.#decided) {
      if (this.#decided.size <= MAX_DECIDED) break;
      this.#decided.delete(oldest);
      other.dispose();
    }
  }

  /** One review is in front at a time: a second one would take the place of a button that somebody is about to press. */
  #show(review: ReviewTab): void {
    const isOpen = this.#openUnlessBusy(review);
    if (!isOpen || !vscode.window.state.focused) this.#tell(review);
  }

  /** False where another one is in front, or where somebody writes: then it opens when they pause. */
  #openUnlessBusy(review: ReviewTab): boolean {
    if (!review.waits || review.wasOpen || this.disposed) return true;
    if (this.#options.own.isOpen || [...this.#waiting.values()].some(({ isOpen }) => isOpen)) return false;
    const pauseMs = this.#typedAt + WRITING_MS - performance.now();
    if (pauseMs <= 0 || vscode.window.activeTextEditor === undefined) {
      review.open(false);
      return true;
    }
    setTimeout(() => {
      this.#openUnlessBusy(review);
    }, pauseMs).unref();
    return false;
  }

  #showNext(): void {
    const next = [...this.#waiting.values()].find(({ wasOpen }) => !wasOpen);
    if (next !== undefined) this.#show(next);
  }

  /** Leads to the review; there is no yes in it. */
  #tell(review: ReviewTab): void {
    const { t } = vscode.l10n;
    const open = t('Review…');
    const text = t('An agent is waiting for your decision on {0}: {1}', nameWithEnvironment(review.profile), review.title);
    void showInformation(text, open).then((picked) => {
      if (picked === open) this.#openTold(review);
    });
  }

  /** A notification stays after its review was decided, has expired or was replaced: then its button leads to what became of it. */
  #openTold(review: ReviewTab): void {
    const kept = [...this.#running.values(), ...[...this.#decided.values()].map((one) => one.review)];
    if (review.waits || kept.includes(review)) review.open(true);
    else void showInformation(vscode.l10n.t('This request is no longer waiting for your decision: {0}', review.title));
  }

  async #choose(): Promise<void> {
    const { t } = vscode.l10n;
    const waiting = [...this.#waiting.values()];
    const [first, second] = waiting;
    if (first === undefined) {
      void showInformation(t('No agent requests are waiting for your decision.'));
      return;
    }
    if (second === undefined) {
      first.open(true);
      return;
    }
    const items = waiting.map((review) => ({
      label: review.title,
      description: nameWithEnvironment(review.profile),
      ...(review.request === undefined ? {} : { detail: requestedText(review.request, t) }), // headlines may be the same
      review,
    }));
    const picked = await pick(items, { title: t('Requests waiting for your decision') });
    if (picked?.review.waits === true) picked.review.open(true);
  }

  #draw(): void {
    const count = this.#waiting.size;
    this.#changed.fire(count);
    if (count === 0) {
      this.#status.hide();
      return;
    }
    const { t } = vscode.l10n;
    const tooltip = t('Agents are waiting for your decision. Click to review.');
    const writes = [...this.#waiting.values()].filter(({ kind }) => kind === 'write').length;
    this.#status.show({
      icon: 'bell-dot',
      text: waitingText(writes, count - writes),
      tooltip,
      warning: true,
    });
  }
}

/** In the status bar. */
function waitingText(writes: number, exports: number): string {
  const { t } = vscode.l10n;
  if (exports === 0) return writes === 1 ? t('1 write to review') : t('{0} writes to review', writes);
  if (writes === 0) return exports === 1 ? t('1 export to review') : t('{0} exports to review', exports);
  return t('{0} requests to review', writes + exports);
}
