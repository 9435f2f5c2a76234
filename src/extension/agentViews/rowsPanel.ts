import * as vscode from 'vscode';
import { toPilotError } from '../../engine/errors.ts';
import type { CellRange, FromResultsView, ToResultsView } from '../../webview/results/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { errorText } from '../messages/errorText.ts';
import { openPage, receiveMessages } from '../panels/webviewPage.ts';
import { gridOf, gridStrings, rowsFor } from '../results/gridMessages.ts';
import type { RowsTab } from '../results/resultTabs.ts';
import { orderRows } from '../../engine/query/results/rowOrder.ts';
import type { RowsActions, RowsTarget } from '../results/rowsActions.ts';
import { FromResultsViewSchema } from '../results/viewMessages.ts';
import { showError } from '../ui/dialogs.ts';

export interface RowsPanelParts {
  readonly extension: vscode.Uri;
  readonly actions: RowsActions;
  /** Attaches what is selected to a chat. */
  readonly send: (target: RowsTarget) => Promise<void>;
  readonly log: vscode.LogOutputChannel;
}

/** Fills an editor tab with rows that an agent shows. They are read, sorted, copied and exported there; nothing is edited. */
export class RowsPanel extends Disposable {
  readonly #parts: RowsPanelParts;
  readonly #panel: vscode.WebviewPanel;
  readonly #tab: RowsTab;
  readonly #from: string;
  #selection: readonly CellRange[] = [];

  constructor(parts: RowsPanelParts, panel: vscode.WebviewPanel, tab: RowsTab, from: string) {
    super();
    [this.#parts, this.#panel, this.#tab, this.#from] = [parts, panel, tab, from];
    this.register(
      receiveMessages(panel.webview, {
        schema: FromResultsViewSchema,
        log: parts.log,
        receive: (said) => this.#receive(said),
        failed: (error) => {
          parts.log.error(`rows of an agent: ${toPilotError(error).code}`, error);
          void showError(errorText(error));
        },
      }),
    );
    this.register(
      panel.onDidDispose(() => {
        this.dispose();
      }),
    );
    openPage(panel.webview, parts.extension, { name: 'results', title: panel.title, strings: gridStrings() });
  }

  async #receive(said: FromResultsView): Promise<void> {
    switch (said.type) {
      case 'ready':
        this.#tell();
        return;
      case 'rows': {
        const rows = rowsFor(this.#tab, said);
        if (rows !== undefined) this.#post(rows);
        return;
      }
      case 'order':
        this.#selection = [];
        this.#tab.order = { sort: said.sort, filter: said.filter };
        this.#tab.shown = orderRows(this.#tab.result, this.#tab.order);
        this.#tab.version++;
        this.#tell();
        return;
      case 'selection':
        this.#selection = said.ranges;
        return;
      case 'action':
        await this.#act(said.action);
        return;
      case 'extra': // there is one
        await this.#parts.send(this.#target);
        return;
      default: // there is one result, which is neither closed nor pinned by itself
        return;
    }
  }

  async #act(action: Extract<FromResultsView, { type: 'action' }>['action']): Promise<void> {
    const target = this.#target;
    const { actions } = this.#parts;
    if (action === 'copy') await actions.copy(target);
    else if (action === 'copyAs') await actions.copyAs(target);
    else if (action === 'view') await actions.view(target);
    else if (action === 'export') await actions.export(target);
  }

  get #target(): RowsTarget {
    return { tab: this.#tab, ranges: this.#selection };
  }

  #tell(): void {
    const extras = [{ icon: 'send', title: vscode.l10n.t('Send Selected Cells to Agent') }];
    this.#post({ type: 'state', tabs: [gridOf(this.#tab)], active: this.#tab.id, running: undefined, from: this.#from, extras });
  }

  #post(message: ToResultsView): void {
    if (!this.disposed) void this.#panel.webview.postMessage(message);
  }
}
