import * as vscode from 'vscode';
import * as z from 'zod';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ScriptForecast } from '../../engine/ddl/forecastScript.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import { plainLine } from '../../engine/foreignText.ts';
import type { CopiedPart, FromMigrationView, MigrationStrings, ToMigrationView } from '../../webview/migration/messages.ts';
import { fileName } from '../files/fileName.ts';
import { errorText } from '../messages/errorText.ts';
import { PagePanel } from '../panels/pagePanel.ts';
import { showInformation } from '../ui/dialogs.ts';
import { appliedPart } from './migrationFile.ts';
import { levelWords, migrationModel, startsOf } from './migrationModel.ts';

export interface MigrationParts {
  readonly databases: DatabaseCache;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** The connection as it is saved now. */
  readonly current: (profile: ConnectionProfile) => Promise<ConnectionProfile>;
}

export interface MigrationSubject {
  readonly file: vscode.Uri;
  readonly profile: ConnectionProfile;
  readonly database: string | undefined;
}

const LIMITS = { maxRows: 1, maxCharacters: 10_000 };
const TIMEOUT_MS = 60_000;

const index = z.number().int().min(0);
const MessageSchema: z.ZodType<FromMigrationView> = z.union([
  z.strictObject({ type: z.enum(['ready', 'refresh', 'cancel']) }),
  z.strictObject({ type: z.literal('goTo'), index }),
  z.strictObject({ type: z.literal('copy'), index, part: z.enum(['rewritten', 'wayBack']) }),
]);

/** Opens a tab beside the file that says what each of its statements would do. None of them is run. */
export function openMigration(parts: MigrationParts, subject: MigrationSubject): void {
  new MigrationPanel(parts, subject);
}

/** What was reviewed, and what was found. */
interface Reviewed {
  readonly text: string;
  readonly forecast: ScriptForecast;
  readonly dialect: Dialect | undefined;
}

class MigrationPanel extends PagePanel<FromMigrationView, ToMigrationView> {
  readonly #parts: MigrationParts;
  readonly #subject: MigrationSubject;
  /** Stops the review that is being made; undefined while none is. */
  #running: AbortController | undefined;
  #reviewed: Reviewed | undefined;

  constructor(parts: MigrationParts, subject: MigrationSubject) {
    const title = plainLine(vscode.l10n.t('Review of {0}', fileName(subject.file)), 200);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    super(vscode.window.createWebviewPanel('mysqlPilot.migration', title, place, { retainContextWhenHidden: true }));
    [this.#parts, this.#subject] = [parts, subject];
    this.register(this.panel);
    this.register({ dispose: () => this.#running?.abort() });
    this.register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#compare(document);
      }),
    );
    this.register(
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#compare(document);
      }),
    );
    this.open({ extension: parts.extension, log: parts.log, schema: MessageSchema, name: 'migration', title, strings: strings() });
  }

  protected async receive(message: FromMigrationView): Promise<void> {
    switch (message.type) {
      case 'ready':
      case 'refresh':
        await this.#review();
        return;
      case 'cancel':
        this.#running?.abort();
        return;
      case 'goTo':
        await this.#goTo(message.index);
        return;
      case 'copy':
        await this.#copy(message.index, message.part);
    }
  }

  async #review(): Promise<void> {
    if (this.#running !== undefined) return; // the second click of a double click
    const stop = new AbortController();
    this.#running = stop;
    this.#reviewed = undefined;
    this.post({ type: 'busy' });
    try {
      const text = (await vscode.workspace.openTextDocument(this.#subject.file)).getText();
      const profile = await this.#parts.current(this.#subject.profile);
      const { database } = this.#subject;
      const forecast = await unlessAborted(this.#forecast(profile, text, stop.signal), stop.signal);
      if (forecast === undefined) {
        this.post({ type: 'stopped', message: vscode.l10n.t('The review was canceled.') });
        return;
      }
      const dialect = (await this.#parts.databases.peek(profile.id))?.knownDialect;
      this.#reviewed = { text, forecast, dialect };
      const place = [fileName(this.#subject.file), profile.name, ...(database === undefined ? [] : [database])].join(' · ');
      this.post({ type: 'migration', migration: migrationModel(forecast, { text: appliedPart(text), dialect, place }, vscode.l10n.t) });
      this.#compare(await vscode.workspace.openTextDocument(this.#subject.file)); // somebody may have typed meanwhile
    } catch (error) {
      this.post({ type: 'stopped', message: errorText(error) });
    } finally {
      this.#running = undefined;
    }
  }

  async #forecast(profile: ConnectionProfile, text: string, signal: AbortSignal): Promise<ScriptForecast> {
    const source = await this.#parts.databases.get(profile);
    const { database } = this.#subject;
    return source.diagnostics.forecast(appliedPart(text), { database, limits: LIMITS, timeoutMs: TIMEOUT_MS, signal });
  }

  #compare(document: vscode.TextDocument): void {
    if (document.uri.toString() !== this.#subject.file.toString()) return;
    if (this.#reviewed !== undefined && document.getText() !== this.#reviewed.text) this.post({ type: 'changed' });
  }

  async #goTo(index: number): Promise<void> {
    const reviewed = this.#reviewed;
    const { file } = this.#subject;
    const document = await vscode.workspace.openTextDocument(file);
    if (document.getText() !== reviewed?.text) {
      void showInformation(vscode.l10n.t('The file was changed after this review. Refresh the review first.'));
      return;
    }
    const { text, forecast, dialect } = reviewed;
    const start = startsOf(appliedPart(text), forecast.statements, dialect)[index];
    const length = forecast.statements[index]?.text.length;
    if (start === undefined || length === undefined) return;
    const selection = new vscode.Range(document.positionAt(start), document.positionAt(start + length));
    const editor = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === file.toString());
    await vscode.window.showTextDocument(document, { selection, viewColumn: editor?.viewColumn ?? vscode.ViewColumn.One });
  }

  async #copy(index: number, part: CopiedPart): Promise<void> {
    const text = this.#reviewed?.forecast.statements[index]?.[part];
    if (text !== undefined) await vscode.env.clipboard.writeText(text);
  }
}

/** Undefined once it is aborted: what still runs are short reads of the catalog, whose answers nobody awaits. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  return Promise.race([work, aborted]);
}

function strings(): MigrationStrings {
  const { t } = vscode.l10n;
  return {
    ...levelWords(t),
    title: t('Migration Review'),
    refresh: t('Refresh'),
    cancel: t('Cancel'),
    busy: t('Reviewing the statements…'),
    changed: t('The file was changed after this review.'),
    statements: t('Statements'),
    goTo: t('Line {0}'),
    rewritten: t('With explicit algorithm and lock'),
    wayBack: t('Undo statement'),
    copyRewritten: t('Copy Statement'),
    copyWayBack: t('Copy Undo Statement'),
  };
}
