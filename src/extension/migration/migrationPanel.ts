import * as vscode from 'vscode';
import * as z from 'zod';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ScriptForecast } from '../../engine/ddl/script/forecastScript.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import { splitScript } from '../../engine/sql/script.ts';
import { plainLine } from '../../engine/foreignText.ts';
import type { CopiedPart, FromMigrationView, MigrationStrings, ToMigrationView } from '../../webview/migration/messages.ts';
import { fileName } from '../files/fileName.ts';
import { errorText } from '../messages/errorText.ts';
import { PagePanel } from '../panels/pagePanel.ts';
import { showInformation } from '../ui/dialogs.ts';
import { appliedPart } from './migrationFile.ts';
import { levelWords, migrationModel, startsOf } from './migrationModel.ts';
import { WatchedFile } from './watchedFile.ts';

export interface MigrationParts {
  readonly databases: DatabaseCache;
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  /** The connection as it is saved now. */
  readonly current: (profile: ConnectionProfile) => Promise<ConnectionProfile>;
  /** Tells one server, account, and database of a file from others. */
  readonly placeKey: (file: vscode.Uri) => Promise<string>;
  /** The place of some file may have changed. */
  readonly onDidChangePlaces: (listener: () => void) => vscode.Disposable;
}

export interface MigrationSubject {
  readonly file: vscode.Uri;
  readonly profile: ConnectionProfile;
  readonly database: string | undefined;
}

const LIMITS = { maxRows: 1, maxCharacters: 10_000 };
const TIMEOUT_MS = 60_000;
/** Dumps of a schema have hundreds. */
const MAX_STATEMENTS = 1000;

const index = z.number().int().min(0);
const MessageSchema: z.ZodType<FromMigrationView> = z.union([
  z.strictObject({ type: z.enum(['ready', 'refresh', 'cancel']) }),
  z.strictObject({ type: z.literal('goTo'), index }),
  z.strictObject({ type: z.literal('copy'), index, part: z.enum(['rewritten', 'wayBack']) }),
]);

/** A tab with a review of a file. */
export interface MigrationReview {
  readonly file: vscode.Uri;
  /** Reviews the file again, maybe on another connection. */
  readonly show: (subject: MigrationSubject) => Promise<void>;
}

/** Opens a tab beside the file that says what each of its statements would do. None of them is run. */
export function openMigration(parts: MigrationParts, subject: MigrationSubject, closed: () => void): MigrationReview {
  return new MigrationPanel(parts, subject, closed);
}

/** What was reviewed, and what was found. */
interface Reviewed {
  readonly text: string;
  readonly forecast: ScriptForecast;
  readonly dialect: Dialect | undefined;
  readonly place: string;
}

class MigrationPanel extends PagePanel<FromMigrationView, ToMigrationView> implements MigrationReview {
  readonly #parts: MigrationParts;
  readonly #file: WatchedFile;
  #subject: MigrationSubject;
  /** Stops the review that is being made; undefined while none is. */
  #running: AbortController | undefined;
  #reviewed: Reviewed | undefined;

  constructor(parts: MigrationParts, subject: MigrationSubject, closed: () => void) {
    const title = titleOf(subject.file);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    super(vscode.window.createWebviewPanel('mysqlPilot.migration', title, place, { retainContextWhenHidden: true }));
    [this.#parts, this.#subject] = [parts, subject];
    this.register(this.panel);
    this.register({ dispose: closed });
    this.register({ dispose: () => this.#running?.abort() });
    this.#file = this.register(new WatchedFile(subject.file));
    const check = (): void => {
      this.#check().catch((error: unknown) => {
        this.failed(error);
      });
    };
    this.register(this.#file.onDidChange(check));
    this.register(parts.onDidChangePlaces(check));
    this.open({ extension: parts.extension, log: parts.log, schema: MessageSchema, name: 'migration', title, strings: strings() });
  }

  get file(): vscode.Uri {
    return this.#file.uri;
  }

  async show(subject: MigrationSubject): Promise<void> {
    this.#subject = subject;
    this.panel.reveal(undefined, true);
    this.#running?.abort();
    this.#running = undefined;
    await this.#review();
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
      const text = await this.#file.text();
      if (text === undefined) throw new PilotError('file.failed', goneText(), { nextStep: vscode.l10n.t('Close this tab.') });
      const place = await this.#parts.placeKey(this.file);
      const profile = await this.#parts.current(this.#subject.profile);
      const forecast = await unlessAborted(this.#forecast(profile, text, stop.signal), stop.signal);
      if (this.#running !== stop) return; // another one has begun
      if (forecast === undefined) {
        this.post({ type: 'stopped', message: vscode.l10n.t('The review was canceled.') });
        return;
      }
      const dialect = (await this.#parts.databases.peek(profile.id))?.knownDialect;
      this.#reviewed = { text, forecast, dialect, place };
      const shown = { text: appliedPart(text), dialect, place: this.#placeText(profile) };
      this.post({ type: 'migration', migration: migrationModel(forecast, shown, vscode.l10n.t) });
      await this.#check(); // somebody may have typed meanwhile
    } catch (error) {
      if (this.#running === stop) this.post({ type: 'stopped', message: errorText(error) });
    } finally {
      if (this.#running === stop) this.#running = undefined;
    }
  }

  #placeText({ name }: ConnectionProfile): string {
    const { database } = this.#subject;
    const time = vscode.l10n.t('Reviewed at {0}', new Date().toLocaleTimeString(vscode.env.language));
    return [fileName(this.file), name, ...(database === undefined ? [] : [database]), time].join(' · ');
  }

  async #forecast(profile: ConnectionProfile, text: string, signal: AbortSignal): Promise<ScriptForecast> {
    const source = await this.#parts.databases.get(profile);
    const { database } = this.#subject;
    const applied = appliedPart(text);
    const { length } = splitScript(applied);
    if (length > MAX_STATEMENTS)
      throw new PilotError(
        'input.invalid',
        vscode.l10n.t('The file has {0} statements. At most {1} can be reviewed.', length, MAX_STATEMENTS),
        { nextStep: vscode.l10n.t('Split the file, or review its definitions in a file of their own.') },
      );
    const options = { database, limits: LIMITS, timeoutMs: TIMEOUT_MS, signal };
    return source.diagnostics.forecast(applied, options, { maxStatements: MAX_STATEMENTS, fresh: true });
  }

  /** Tells what has changed since the review. */
  async #check(): Promise<void> {
    this.panel.title = titleOf(this.file);
    const reviewed = this.#reviewed;
    if (reviewed === undefined) return;
    const [text, place] = [await this.#file.text(), await this.#parts.placeKey(this.file)];
    if (this.#reviewed !== reviewed) return;
    const { t } = vscode.l10n;
    const told = [
      ...(text === undefined ? [goneText()] : text === reviewed.text ? [] : [t('The file was changed after this review.')]),
      ...(place === reviewed.place
        ? []
        : [t('The connection or database of the file was changed after this review. Run "Review Migration" again to use it.')]),
    ];
    this.post({ type: 'changed', message: told.join(' ') });
  }

  async #goTo(index: number): Promise<void> {
    const reviewed = this.#reviewed;
    if (reviewed === undefined || (await this.#file.text()) !== reviewed.text) {
      void showInformation(vscode.l10n.t('The file was changed after this review. Refresh the review first.'));
      return;
    }
    const { text, forecast, dialect } = reviewed;
    const start = startsOf(appliedPart(text), forecast.statements, dialect)[index];
    const length = forecast.statements[index]?.text.length;
    if (start === undefined || length === undefined) return;
    const document = await vscode.workspace.openTextDocument(this.file);
    const selection = new vscode.Range(document.positionAt(start), document.positionAt(start + length));
    const editor = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === this.file.toString());
    await vscode.window.showTextDocument(document, { selection, viewColumn: editor?.viewColumn ?? vscode.ViewColumn.One });
  }

  async #copy(index: number, part: CopiedPart): Promise<void> {
    const forecast = this.#reviewed?.forecast.statements[index];
    const text = part === 'wayBack' ? forecast?.wayBack?.text : forecast?.rewritten;
    if (text !== undefined) await vscode.env.clipboard.writeText(text);
  }
}

function titleOf(file: vscode.Uri): string {
  return plainLine(vscode.l10n.t('Review of {0}', fileName(file)), 200);
}

function goneText(): string {
  return vscode.l10n.t('The file was deleted or moved.');
}

/** Undefined once it is aborted, also where the server does not answer. */
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
    worst: t('Look at these first'),
    statement: t('Statement {0}'),
    statements: t('Statements'),
    goTo: t('Line {0}'),
    rewritten: t('With explicit algorithm and lock'),
    wayBack: t('Undo statement'),
    copyRewritten: t('Copy Statement'),
    copyWayBack: t('Copy Undo Statement'),
  };
}
