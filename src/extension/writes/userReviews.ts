import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { withTimeout } from '../../engine/timeout.ts';
import { environmentName } from '../connections/environments.ts';
import { focusEditor } from '../ui/dialogs.ts';
import { currentGesture } from '../ui/gestures.ts';
import { REVIEW_PANEL } from '../ui/viewIds.ts';
import type { OwnChange } from './ownReview.ts';
import type { ReviewTab } from './reviewTab.ts';

const CLOSING_MS = 1000;

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
      import('./reviewRows.ts'),
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
      const wasClosed = !tab.isOpen;
      const gone = wasClosed ? undefined : tabGone();
      tab.dispose();
      this.#ended.fire();
      // VS Code gives the keyboard back where a person closes a tab, and not where we do.
      await gone;
      if (!wasClosed) await focusEditor();
    }
  }
}

/** VS Code tells when it has closed the tab of a review. */
async function tabGone(): Promise<undefined> {
  const gone = Promise.withResolvers<undefined>();
  const listener = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
    if (closed.some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(REVIEW_PANEL)))
      gone.resolve(undefined);
  });
  try {
    await withTimeout(CLOSING_MS, gone.promise);
  } finally {
    listener.dispose();
  }
}
