import * as vscode from 'vscode';
import { plainLine } from '../../engine/foreignText.ts';
import { cut } from '../../engine/text.ts';
import type { FromReview, ToReview } from '../../webview/review/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { openPage, receiveMessages } from '../panels/webviewPage.ts';
import { FromReviewSchema } from '../../review/reviewMessages.ts';
import { reviewStrings } from '../../review/reviewStrings.ts';

/** As `activeWebviewPanelId` has it. */
const VIEW_TYPE = 'mysqlPilot.review';
const SHOWN_TITLE = 60;

export interface ReviewPanelOptions {
  readonly title: string;
  readonly takeFocus: boolean;
  readonly log: vscode.LogOutputChannel;
}

/** The tab of a review. What it says is checked, and a message that nobody knows is none. */
export class ReviewPanel extends Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #messages = this.register(new vscode.EventEmitter<FromReview>());
  readonly onMessage = this.#messages.event;

  constructor(extension: vscode.Uri, { title, takeFocus, log }: ReviewPanelOptions) {
    super();
    const place = { viewColumn: vscode.ViewColumn.Active, preserveFocus: !takeFocus };
    const name = vscode.l10n.t('Review: {0}', cut(title, SHOWN_TITLE));
    this.#panel = this.register(
      vscode.window.createWebviewPanel(VIEW_TYPE, plainLine(name, 200), place, { retainContextWhenHidden: true }),
    );
    this.register(
      receiveMessages(this.#panel.webview, {
        schema: FromReviewSchema,
        log,
        receive: (message) => {
          this.#messages.fire(message);
        },
        failed: (error) => {
          log.error('A review failed to handle a message.', error);
        },
      }),
    );
    this.register(
      this.#panel.onDidDispose(() => {
        this.dispose();
      }),
    );
    openPage(this.#panel.webview, extension, { name: 'review', title: name, strings: reviewStrings(vscode.l10n.t) });
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  get onDidChangeView(): vscode.Event<unknown> {
    return this.#panel.onDidChangeViewState;
  }

  get onDidClose(): vscode.Event<void> {
    return this.#panel.onDidDispose;
  }

  reveal(takeFocus: boolean): void {
    this.#panel.reveal(undefined, !takeFocus);
  }

  /** By its tab: behind a panel that is disposed of, nothing would have the keyboard. */
  async close(): Promise<void> {
    const { title } = this.#panel;
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const own = tabs.find(
      ({ label, input }) => label === title && input instanceof vscode.TabInputWebview && input.viewType.endsWith(VIEW_TYPE),
    );
    if (own !== undefined) await vscode.window.tabGroups.close(own);
    this.dispose();
  }

  post(message: ToReview): void {
    if (!this.disposed) void this.#panel.webview.postMessage(message);
  }
}
