import * as vscode from 'vscode';
import type { CellRange, FromResultsView, ResultsStrings, ResultTabInfo, ToResultsView } from '../../webview/results/messages.ts';
import { describeTarget } from '../../engine/driver/profile.ts';
import { Disposable } from '../base/disposable.ts';
import { openPage, receiveMessages } from '../panels/webviewPage.ts';
import { cut } from '../../engine/text.ts';
import { environmentName } from '../connections/environments.ts';
import type { ResultTab, ResultTabs } from './resultTabs.ts';
import { rowAt, shownRows } from './rowOrder.ts';
import { statusOf } from './status.ts';

/** As package.json has it. */
const RESULTS_VIEW_ID = 'mysqlPilot.results';

/** A cell has room for so much; the viewer shows all of it. */
const SHOWN_CHARACTERS = 300;
/** Of names of columns and tables, which a server may make as long as it likes: the header has room for less. */
const SHOWN_NAME = 300;
/** The most rows that are sent at once. */
const MAX_ROWS = 1000;

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
    openPage(webview, this.#extension, { name: 'results', title: vscode.l10n.t('Results'), strings: strings() });
    this.register(
      receiveMessages<FromResultsView>(webview, {
        schema: async () => (await import('./viewMessages.ts')).FromResultsViewSchema,
        log: this.#log,
        receive: (said) => this.#receive(said),
        failed: (error) => {
          this.#log.error('The results view said something that could not be done.', error);
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

  #sendRows({ tab: id, version, start, count }: Extract<FromResultsView, { type: 'rows' }>): void {
    const tab = this.#tabs.find(id);
    if (tab?.kind !== 'rows' || tab.version !== version) return; // asked for before the order changed
    const end = Math.min(start + Math.min(count, MAX_ROWS), shownRows(tab));
    const rows = [];
    for (let place = start; place < end; place++)
      rows.push(
        (rowAt(tab, place) ?? []).map((cell) =>
          cell === null || cell.length <= SHOWN_CHARACTERS ? cell : `${cell.slice(0, SHOWN_CHARACTERS)}…`,
        ),
      );
    this.#post({ type: 'rows', tab: id, version, start, rows });
  }

  #tell(): void {
    const tabs = this.#tabs.tabs.map(toInfo);
    void vscode.commands.executeCommand('setContext', 'mysqlPilot.hasRows', this.#tabs.active?.kind === 'rows');
    void vscode.commands.executeCommand('setContext', 'mysqlPilot.running', this.#tabs.running !== undefined);
    this.#post({ type: 'state', tabs, active: this.#tabs.active?.id, running: this.#tabs.running });
  }

  #post(message: ToResultsView): void {
    this.#view?.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#log.warn('The results view could not be told.', error);
    });
  }
}

function toInfo(tab: ResultTab): ResultTabInfo {
  if (tab.kind === 'messages') {
    const title = vscode.l10n.t('Messages');
    return { kind: 'messages', id: tab.id, title, pinned: false, tooltip: title, status: '', messages: tab.messages };
  }
  const { id, title, pinned } = tab;
  const { profile, database } = tab.place;
  const where = [
    profile.name,
    ...(profile.environment === undefined ? [] : [environmentName(profile.environment)]),
    describeTarget(profile),
    ...(database === undefined ? [] : [database]),
  ];
  return {
    kind: 'grid',
    ...{ id, title: cut(title, SHOWN_NAME), pinned },
    tooltip: `${where.join(' · ')}\n${tab.sql.slice(0, 1000)}`,
    status: statusOf(tab),
    columns: tab.result.columns.map(({ name, numeric }) => ({
      name: cut(name, SHOWN_NAME),
      align: numeric === undefined ? 'start' : 'end',
    })),
    version: tab.version,
    shown: shownRows(tab),
    total: tab.result.rows.length,
    ...tab.order,
  };
}

function strings(): ResultsStrings {
  return {
    empty: vscode.l10n.t('Run a statement in an SQL file, or preview a table, to see rows here.'),
    filter: vscode.l10n.t('Filter rows'),
    filterHint: vscode.l10n.t('Filter: text, or column:text'),
    copyAs: vscode.l10n.t('Copy As…'),
    export: vscode.l10n.t('Export All Rows…'),
    view: vscode.l10n.t('Open Cell in Editor'),
    edit: vscode.l10n.t('Edit Cell'),
    stop: vscode.l10n.t('Cancel Running Statement'),
    running: vscode.l10n.t('Running…'),
    close: vscode.l10n.t('Close'),
    pin: vscode.l10n.t('Pin: keep this result when you run the next statement'),
    unpin: vscode.l10n.t('Unpin'),
    tabs: vscode.l10n.t('Results'),
    rowNumber: vscode.l10n.t('Row'),
    loading: vscode.l10n.t('Loading…'),
    noRows: vscode.l10n.t('No rows'),
    messages: vscode.l10n.t('Messages'),
    reveal: vscode.l10n.t('Go to Statement'),
    tools: vscode.l10n.t('Tools'),
  };
}
