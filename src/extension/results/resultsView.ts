import * as vscode from 'vscode';
import type { CellRange, FromResultsView, ResultTabInfo, ToResultsView } from '../../webview/results/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { openPage, receiveMessages } from '../panels/webviewPage.ts';
import { gridOf, gridStrings, rowsFor } from './gridMessages.ts';
import type { ResultTab, ResultTabs } from './resultTabs.ts';

/** As package.json has it. */
const RESULTS_VIEW_ID = 'mysqlPilot.results';

/** The panel with the results: tells the webview what there is, and gives it the rows that it asks for. */
export class ResultsView extends Disposable implements vscode.WebviewViewProvider {
  readonly #extension: vscode.Uri;
  readonly #tabs: ResultTabs;
  readonly #log: vscode.LogOutputChannel;
  #view: vscode.WebviewView | undefined;
  #selection: { readonly tab: number; readonly ranges: readonly CellRange[] } | undefined;

  constructor(extension: vscode.Uri, tabs: ResultTabs, log: vscode.LogOutputChannel) {
    super();
    this.#extension = extension;
    this.#tabs = tabs;
    this.#log = log;
    this.register(vscode.window.registerWebviewViewProvider(RESULTS_VIEW_ID, this));
    this.register(
      tabs.onDidChange(() => {
        this.#tell();
      }),
    );
  }

  get selection(): readonly CellRange[] {
    return this.#selection !== undefined && this.#selection.tab === this.#tabs.active?.id ? this.#selection.ranges : [];
  }

  /** Brings the panel up; the keyboard stays where it is. */
  async show(): Promise<void> {
    if (this.#view === undefined) await vscode.commands.executeCommand(`${RESULTS_VIEW_ID}.focus`, { preserveFocus: true });
    else this.#view.show(true);
  }

  selectAll(): void {
    this.#post({ type: 'selectAll' });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { webview } = view;
    openPage(webview, this.#extension, { name: 'results', title: vscode.l10n.t('Results'), strings: gridStrings() });
    this.register(
      receiveMessages<FromResultsView>(webview, {
        schema: async () => (await import('./viewMessages.ts')).FromResultsViewSchema,
        log: this.#log,
        receive: (said) => this.#receive(said),
        failed: (error) => {
          this.#log.error("The results view sent a message that couldn't be handled.", error);
        },
      }),
    );
    this.register(
      view.onDidDispose(() => {
        this.#view = undefined;
      }),
    );
  }

  async #receive(said: FromResultsView): Promise<void> {
    switch (said.type) {
      case 'ready':
        this.#tell();
        return;
      case 'rows':
        this.#sendRows(said);
        return;
      case 'order':
        this.#selection = undefined;
        this.#tabs.order(said.tab, { sort: said.sort, filter: said.filter });
        return;
      case 'selection':
        this.#selection = said;
        return;
      case 'activate':
        this.#tabs.activate(said.tab);
        return;
      case 'close':
        this.#tabs.close(said.tab);
        return;
      case 'pin':
        this.#tabs.togglePin(said.tab);
        return;
      case 'reveal':
        await this.#reveal(said.message);
        return;
      case 'action':
        await vscode.commands.executeCommand(`mysqlPilot.results.${said.action}`);
        return;
      default: // lists and buttons of other tables
        return;
    }
  }

  async #reveal(message: number): Promise<void> {
    const place = this.#tabs.placeOf(message);
    if (place === undefined) return;
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(place.file));
    const start = new vscode.Position(Math.min(place.line, editor.document.lineCount) - 1, 0);
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #sendRows(asked: Extract<FromResultsView, { type: 'rows' }>): void {
    const tab = this.#tabs.find(asked.tab);
    const rows = tab?.kind === 'rows' ? rowsFor(tab, asked) : undefined;
    if (rows !== undefined) this.#post(rows);
  }

  #tell(): void {
    const tabs = this.#tabs.tabs.map(toInfo);
    void vscode.commands.executeCommand('setContext', 'mysqlPilot.hasRows', this.#tabs.active?.kind === 'rows');
    void vscode.commands.executeCommand('setContext', 'mysqlPilot.running', this.#tabs.running !== undefined);
    this.#post({ type: 'state', tabs, active: this.#tabs.active?.id, running: this.#tabs.running });
  }

  #post(message: ToResultsView): void {
    this.#view?.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#log.warn("The results view couldn't be updated.", error);
    });
  }
}

function toInfo(tab: ResultTab): ResultTabInfo {
  if (tab.kind === 'rows') return gridOf(tab);
  const title = vscode.l10n.t('Messages');
  return { kind: 'messages', id: tab.id, title, pinned: false, tooltip: title, status: '', messages: tab.messages };
}
