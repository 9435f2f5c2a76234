import path from 'node:path';
import * as vscode from 'vscode';
import { toPilotError } from '../../engine/errors.ts';
import { indexAt, orderRows, shownRows, type OrderedRows, type RowOrder } from '../../engine/query/results/rowOrder.ts';
import type { CellRange, FromResultsView, GridTab, RowChoice, ToResultsView } from '../../webview/results/messages.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { saveWhole } from '../files/saveWhole.ts';
import { PagePanel } from '../panels/pagePanel.ts';
import { copyText, type CopyFormat } from '../results/copyFormats.ts';
import { gridStrings, rowsFor } from '../results/gridMessages.ts';
import { pickCopyFormat } from '../results/pickCopyFormat.ts';
import { selectedCells } from '../results/selection.ts';
import { FromResultsViewSchema } from '../results/viewMessages.ts';
import { showInformation } from '../ui/dialogs.ts';
import { readAuditLog, type AuditRead } from './auditFiles.ts';
import { auditColumns, auditCsv, auditJsonLines, auditRows, auditText, COLUMN, type AuditRow } from './auditTable.ts';

export interface AuditPanelParts {
  readonly extension: vscode.Uri;
  readonly documents: ReadOnlyDocuments;
  readonly log: vscode.LogOutputChannel;
  /** Of the audit log. */
  readonly folder: string;
}

const TAB = 1;
/** By which columns the calls can be narrowed down. */
const FILTERS = [COLUMN.connection, COLUMN.agent, COLUMN.outcome] as const;
const FORMATS: readonly CopyFormat[] = ['tsv', 'csv', 'json', 'markdown'];

/** The audit log as a table in an editor tab. It shows what was there when it was opened or refreshed. */
export class AuditPanel extends PagePanel<FromResultsView, ToResultsView> {
  readonly #parts: AuditPanelParts;
  readonly #columns = auditColumns(vscode.l10n.t);
  #read: AuditRead;
  #rows: readonly AuditRow[] = [];
  /** Those that the lists leave. */
  #left: readonly AuditRow[] = [];
  #cells: readonly (readonly string[])[] = [];
  #values: readonly (readonly string[])[] = [];
  /** What is chosen in each list; undefined for all. */
  #chosen: readonly (string | undefined)[] = FILTERS.map(() => undefined);
  #order: RowOrder = { sort: undefined, filter: '' };
  #shown: Uint32Array | undefined;
  #version = 0;
  #selection: readonly CellRange[] = [];

  private constructor(parts: AuditPanelParts, read: AuditRead, rows: readonly AuditRow[]) {
    const title = vscode.l10n.t('Agent Audit Log');
    const options = { retainContextWhenHidden: true };
    super(vscode.window.createWebviewPanel('mysqlPilot.auditLog', title, vscode.ViewColumn.Active, options));
    [this.#parts, this.#read] = [parts, read];
    this.#take(read, rows);
    const { t } = vscode.l10n;
    const strings = { ...gridStrings(), export: t('Export These Calls…'), noRows: t('No calls') };
    this.open({ ...{ extension: parts.extension, log: parts.log, schema: FromResultsViewSchema }, name: 'results', title, strings });
  }

  /** Undefined where there is no audit log yet. Rejects where it can't be read. */
  static async open(parts: AuditPanelParts): Promise<AuditPanel | undefined> {
    const read = await readAuditLog(parts.folder);
    return read.newest === undefined ? undefined : new AuditPanel(parts, read, await auditRows(read.calls, vscode.l10n.t));
  }

  get isOpen(): boolean {
    return !this.disposed;
  }

  /** Brings the tab to the front with the calls of now. */
  async reveal(): Promise<void> {
    this.panel.reveal();
    await this.#refresh();
  }

  protected override failed(error: unknown): void {
    this.#parts.log.error(`audit log: ${toPilotError(error).code}`, error);
    super.failed(error);
  }

  protected async receive(said: FromResultsView): Promise<void> {
    switch (said.type) {
      case 'ready':
        this.#tell();
        return;
      case 'rows': {
        const rows = rowsFor({ ...this.#table, id: TAB, version: this.#version }, said);
        if (rows !== undefined) this.post(rows);
        return;
      }
      case 'order':
        this.#order = { sort: said.sort, filter: said.filter };
        this.#arrange();
        return;
      case 'choose':
        if (said.choice >= FILTERS.length) return;
        this.#chosen = this.#chosen.with(said.choice, said.value === 0 ? undefined : this.#values[said.choice]?.[said.value - 1]);
        this.#arrange();
        return;
      case 'selection':
        this.#selection = said.ranges;
        return;
      case 'extra':
        await (said.button === 0 ? this.#refresh() : this.#openText());
        return;
      case 'action':
        await this.#act(said.action);
        return;
      default: // there is one table, which is neither closed nor pinned by itself
        return;
    }
  }

  async #act(action: Extract<FromResultsView, { type: 'action' }>['action']): Promise<void> {
    if (action === 'copy') await this.#copy('tsv');
    else if (action === 'copyAs') await this.#copy(await pickCopyFormat(FORMATS));
    else if (action === 'view') await this.#view();
    else if (action === 'export') await this.#export();
  }

  get #table(): OrderedRows {
    return { result: { columns: this.#columns, rows: this.#cells }, shown: this.#shown };
  }

  #rowAt(place: number): AuditRow | undefined {
    return this.#left[indexAt({ shown: this.#shown }, place)];
  }

  async #copy(format: CopyFormat | undefined): Promise<void> {
    if (format !== undefined) await vscode.env.clipboard.writeText(copyText(selectedCells(this.#table, this.#selection), format));
  }

  /** Opens the first selected cell in an editor, a statement with its lines. */
  async #view(): Promise<void> {
    const { fromRow, fromColumn } = this.#selection[0] ?? { fromRow: 0, fromColumn: COLUMN.statement };
    const row = this.#rowAt(fromRow);
    if (row === undefined) return;
    const name = this.#columns[fromColumn]?.name ?? '';
    const isStatement = fromColumn === COLUMN.statement;
    const text = isStatement ? auditText(row.call, vscode.l10n.t) : (row.cells[fromColumn] ?? '');
    const ending = isStatement && row.call.receipt === undefined ? '.sql' : '.txt';
    await this.#parts.documents.show({ name, ending, text });
  }

  /** The file of the selected call, at its first line. */
  async #openText(): Promise<void> {
    const selected = this.#selection[0];
    const place = selected === undefined ? undefined : this.#rowAt(selected.fromRow)?.call.place;
    const file = place?.file ?? this.#read.newest;
    if (file === undefined) return;
    const start = new vscode.Position(place?.line ?? 0, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true, selection: new vscode.Range(start, start) });
  }

  async #export(): Promise<void> {
    const { t } = vscode.l10n;
    const rows = Array.from({ length: shownRows(this.#table) }, (_, place) => this.#rowAt(place)).filter((row) => row !== undefined);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({
      title: t('Export calls'),
      filters: { CSV: ['csv'], 'JSON Lines': ['jsonl'] },
      ...(folder?.scheme === 'file' ? { defaultUri: vscode.Uri.joinPath(folder, 'audit.csv') } : {}),
    });
    if (target === undefined) return;
    const isJson = /\.(?:jsonl|ndjson)$/i.test(target.path);
    await saveWhole(target, Buffer.from(isJson ? auditJsonLines(rows) : auditCsv(rows, t)));
    void showInformation(t('Exported to {0}: {1}', path.posix.basename(target.path), countOf(rows.length)));
  }

  async #refresh(): Promise<void> {
    const read = await readAuditLog(this.#parts.folder);
    const rows = await auditRows(read.calls, vscode.l10n.t);
    if (this.disposed) return;
    this.#take(read, rows);
    this.#tell();
  }

  #take(read: AuditRead, rows: readonly AuditRow[]): void {
    [this.#read, this.#rows] = [read, rows];
    this.#values = FILTERS.map((column) =>
      [...new Set(rows.map(({ cells }) => cells[column] ?? ''))].filter((value) => value !== '').sort(),
    );
    this.#chosen = this.#chosen.map((value, i) => (value !== undefined && this.#values[i]?.includes(value) === true ? value : undefined));
    this.#select();
  }

  #arrange(): void {
    this.#select();
    this.#tell();
  }

  /** Chooses and orders what is shown. */
  #select(): void {
    const wanted = FILTERS.flatMap((column, i) => {
      const value = this.#chosen[i];
      return value === undefined ? [] : [{ column, value }];
    });
    this.#left =
      wanted.length === 0 ? this.#rows : this.#rows.filter(({ cells }) => wanted.every(({ column, value }) => cells[column] === value));
    this.#cells = this.#left.map(({ cells }) => cells);
    this.#shown = orderRows(this.#table.result, this.#order);
    this.#selection = [];
    this.#version++;
  }

  #tell(): void {
    const { t } = vscode.l10n;
    const all = [t('All connections'), t('All agents'), t('All outcomes')];
    const labels = [t('Connection'), t('Agent'), t('Outcome')];
    const choices = this.#values.map((values, i): RowChoice => ({
      label: labels[i] ?? '',
      values: [all[i] ?? '', ...values],
      chosen: values.indexOf(this.#chosen[i] ?? '') + 1,
    }));
    this.post({
      ...{ type: 'state', tabs: [this.#tab()], active: TAB, running: undefined, from: t('Local time, newest first') },
      offers: ['copyAs', 'view', 'export'],
      choices,
      extras: [
        { icon: 'refresh', title: t('Refresh') },
        { icon: 'json', title: t('Open as Text') },
      ],
    });
  }

  #tab(): GridTab {
    const shown = shownRows(this.#table);
    return {
      ...{ kind: 'grid', id: TAB, title: vscode.l10n.t('Agent Audit Log'), tooltip: this.#parts.folder, pinned: false },
      status: this.#status(shown),
      columns: this.#columns.map(({ name, numeric }) => ({ name, align: numeric === undefined ? 'start' : 'end' })),
      ...{ version: this.#version, shown, total: this.#rows.length, ...this.#order },
    };
  }

  #status(shown: number): string {
    const { t } = vscode.l10n;
    const { isWhole, unreadable } = this.#read;
    const all = countOf(this.#rows.length);
    return [
      shown === this.#rows.length ? all : t('{0} of {1}', shown.toLocaleString(), all),
      ...(isWhole ? [] : [t('Older calls aren\'t shown. Their files are in the same folder as the one that "Open as Text" opens.')]),
      ...(unreadable === 0 ? [] : [t("Lines that couldn't be read: {0}", unreadable.toLocaleString())]),
    ].join(' · ');
  }
}

function countOf(calls: number): string {
  return calls === 1 ? vscode.l10n.t('1 call') : vscode.l10n.t('{0} calls', calls.toLocaleString());
}
