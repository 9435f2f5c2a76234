import type * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { errorText } from '../messages/errorText.ts';
import { showError } from '../ui/dialogs.ts';
import { openPage, receiveMessages, type PageMessages, type PageParts } from './webviewPage.ts';

export interface PanelPage<From> extends PageParts {
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly schema: PageMessages<From>['schema'];
}

/** An editor tab with a page of ours. It ends when the tab is closed. */
export abstract class PagePanel<From, To> extends Disposable {
  protected readonly panel: vscode.WebviewPanel;

  protected constructor(panel: vscode.WebviewPanel) {
    super();
    this.panel = panel;
  }

  /** For the end of a constructor: the page speaks from now on. */
  protected open({ extension, log, schema, ...page }: PanelPage<From>): void {
    const { webview } = this.panel;
    this.register(
      receiveMessages(webview, {
        ...{ schema, log },
        receive: (message) => this.receive(message),
        failed: (error) => {
          this.failed(error);
        },
      }),
    );
    this.register(
      this.panel.onDidDispose(() => {
        this.dispose();
      }),
    );
    openPage(webview, extension, page);
  }

  protected abstract receive(message: From): Promise<void> | void;

  /** Tells the person what `receive` has thrown. */
  protected failed(error: unknown): void {
    void showError(errorText(error));
  }

  protected post(message: To): void {
    if (!this.disposed) void this.panel.webview.postMessage(message);
  }
}
