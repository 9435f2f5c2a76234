import * as vscode from 'vscode';
import { toPilotError } from '../../engine/errors.ts';
import type { CellRange, FromResultsView, ToResultsView } from '../../webview/results/messages.ts';
import { PagePanel } from '../panels/pagePanel.ts';
import { gridOf, gridStrings, rowsFor } from '../results/gridMessages.ts';
import type { RowsTab } from '../results/resultTabs.ts';
import { orderRows } from '../../engine/query/results/rowOrder.ts';
import type { RowsActions, RowsTarget } from '../results/rowsActions.ts';
import { FromResultsViewSchema } from '../results/viewMessages.ts';

export interface RowsPanelParts {
  readonly extension: vscode.Uri;
  readonly actions: RowsActions;
  /** Attaches what is selected to a chat. */
  readonly send: (target: RowsTarget) => Promise<void>;
  readonly log: vscode.LogOutputChannel;
}

/** Fills an editor tab with rows that an agent shows. They are read, sorted, copied and exported there; nothing is edited. */
export class RowsPanel extends PagePanel<FromResultsView, ToResultsView> {
  readonly #parts: RowsPanelParts;
  readonly #tab: RowsTab;
  readonly #from: string;
  #selection: readonly CellRange[] = [];

  constructor(parts: RowsPanelParts, panel: vscode.WebviewPanel, tab: RowsTab, from: string) {
    super(panel);
    [this.#parts, this.#tab, this.#from] = [parts, tab, from];
    const { extension, log } = parts;
    this.open({ ...{ extension, log, schema: FromResultsViewSchema }, name: 'results', title: panel.title, strings: gridStrings() });
  }

  protected override failed(error: unknown): void {
    this.#parts.log.error(`rows of an agent: ${toPilotError(error).code}`, error);
    super.failed(error);
  }

  protected async receive(said: FromResultsView): Promise<void> {
    switch (said.type) {
      case 'ready':
        this.#tell();
        return;
      case 'rows': {
        const rows = rowsFor(this.#tab, said);
        if (rows !== undefined) this.post(rows);
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
    this.post({ type: 'state', tabs: [gridOf(this.#tab)], active: this.#tab.id, running: undefined, from: this.#from, extras });
  }
}
