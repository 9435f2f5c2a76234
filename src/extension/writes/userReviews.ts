import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { environmentName } from '../connections/environments.ts';
import { currentGesture } from '../ui/gestures.ts';
import type { OwnChange } from './ownReview.ts';
import type { ReviewTab } from './reviewTab.ts';

/** The reviews of what people change themselves, each in a tab of its own. Whatever is not *Run* in that tab is a no: closing it, too. */
export class UserReviews extends Disposable {
  readonly #extension: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #open = new Set<ReviewTab>();
  readonly #ended = this.register(new vscode.EventEmitter<void>());

  /** Fires when a review is decided. */
  readonly onDidEnd = this.#ended.event;

  constructor(extension: vscode.Uri, log: vscode.LogOutputChannel) {
    super();
    this.#extension = extension;
    this.#log = log;
    this.register({
      dispose: () => {
        for (const tab of this.#open) tab.dispose();
      },
    });
  }

  /** One of them is open: another tab in front would take its place. */
  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Resolves to true for *Run*, and to false for all else. */
  async decide(change: OwnChange): Promise<boolean> {
    const [{ ReviewTab }, { shownOwnReview }, { RowReview }] = await Promise.all([
      import('./reviewTab.ts'),
      import('./ownReview.ts'),
      import('../../review/reviewRows.ts'),
    ]);
    if (this.disposed) return false;
    const { t } = vscode.l10n;
    const { profile, statements } = change;
    const environment = profile.environment === undefined ? undefined : environmentName(profile.environment);
    const tab = new ReviewTab({
      ...{ extension: this.#extension, profile, log: this.#log },
      shown: shownOwnReview(change, { ticket: randomUUID(), environment }, t),
      rows: statements.map(({ changes }) => (changes === undefined ? undefined : new RowReview(changes, t))),
    });
    this.#open.add(tab);
    tab.onDidClose(() => {
      tab.expire();
    });
    try {
      tab.open(currentGesture()?.isLate === false);
      const { decision } = await tab.answer;
      currentGesture()?.renew(); // it was answered by a click
      return decision === 'run';
    } finally {
      this.#open.delete(tab);
      await tab.close();
      tab.dispose();
      this.#ended.fire();
    }
  }
}
