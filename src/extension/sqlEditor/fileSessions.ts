import * as vscode from 'vscode';
import type { UserSession } from '../../engine/query/userSession/userSession.ts';
import type { SessionLoss } from '../../engine/query/userSession/sessionLoss.ts';
import type { Database } from '../../engine/connection/database.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { sessionKey } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../base/disposable.ts';
import type { ExecutionTarget } from '../results/resultTabs.ts';
import type { OpenTransactions } from './openTransactions.ts';
import { below } from './uriBelow.ts';
import type { SessionPlace, TransactionEnd } from './sessionQuestions.ts';

interface Open extends SessionPlace {
  file: vscode.Uri;
  connection: string;
  /** Where the file was to run when it last did; what its own USE has chosen since then stays. */
  database: string | undefined;
  /** What its session goes by in the profile: another one needs another session. */
  readonly key: string;
  /** Of the connection; the session of one that was forgotten goes on, and no other begins on it. */
  readonly openedOn: Database;
  /** What was told of its loss. */
  told: SessionLoss | undefined;
}

/** Of the names of sessions whose documents are gone: no document has one. */
const RETIRED = 'mysql-pilot-closed';

/** What is more than an annoyance to lose with an editor. */
const KEPT = new Set(['transaction', 'temporaryTables', 'locks', 'tableLocks']);

/** The session of each SQL file: opened with its first statement, and kept until the file is closed and nothing is open in it that the person wants to keep. */
export class FileSessions extends Disposable {
  readonly #databases: DatabaseCache;
  readonly #transactions: OpenTransactions;
  readonly #open = new Map<string, Open>();
  readonly #changed = this.register(new vscode.EventEmitter<vscode.Uri>());
  readonly #lost = this.register(new vscode.EventEmitter<SessionPlace>());
  #isDisposed = false;
  /** How many untitled documents have gone. */
  #retired = 0;

  readonly onDidChange = this.#changed.event;
  /** A transaction was lost that nobody has ended. */
  readonly onDidLoseTransaction = this.#lost.event;

  constructor(databases: DatabaseCache, profiles: ProfileStore, transactions: OpenTransactions) {
    super();
    this.#databases = databases;
    this.#transactions = transactions;
    this.register(
      profiles.onDidChange(() => {
        void profiles.list().then((saved) => {
          const names = new Map(saved.map((profile) => [sessionKey(profile), profile.name]));
          for (const open of this.#open.values()) {
            open.connection = names.get(open.key) ?? open.connection;
            // What holds anything ends with the next statement, which asks first.
            if (!names.has(open.key) && !open.userSession.running && lossOf(open.userSession) === undefined) this.close(open.file);
          }
        });
      }),
    );
  }

  /** The session of a file where it is to run. Where that is no longer the one before, what was in that is lost: the new one runs nothing until the person has accepted that. */
  async get(file: vscode.Uri, place: ExecutionTarget): Promise<UserSession> {
    const key = sessionKey(place.profile);
    const openedOn = await this.#databases.get(place.profile);
    const open = this.#open.get(file.toString());
    if (open?.key === key && (open.openedOn === openedOn || open.userSession.isOpen)) {
      if (place.database !== undefined && open.database !== place.database) await open.userSession.useDatabase(place.database);
      open.database = place.database;
      return open.userSession;
    }
    if (open?.userSession.inTransaction === true) throw isElsewhere(open);
    const loss = lossOf(open?.userSession);
    this.close(file);
    const userSession = openedOn.sessions.open(place.database);
    userSession.inherit(loss);
    const made: Open = { file, userSession, connection: place.profile.name, database: place.database, key, openedOn, told: loss };
    userSession.onChange = () => {
      this.#notice(made);
    };
    this.#open.set(file.toString(), made);
    if (loss !== undefined) this.#tell(file);
    return userSession;
  }

  /** Takes the session of a file to another database of its connection. False where it has none there. */
  async useDatabase(file: vscode.Uri, { profile, database }: ExecutionTarget): Promise<boolean> {
    const open = this.#open.get(file.toString());
    if (open?.key !== sessionKey(profile)) return false;
    if (database !== undefined) await open.userSession.useDatabase(database); // its own USE may have led elsewhere since
    open.database = database;
    return true;
  }

  /** The sessions of a file, or of all files in a folder, go on under its new name; one that has a session there already stays where it is. */
  move(from: vscode.Uri, to: vscode.Uri): void {
    for (const open of [...this.#open.values()]) {
      const rest = below(open.file, from);
      if (rest === undefined) continue;
      const file = to.with({ path: to.path + rest });
      if (this.#open.has(file.toString())) continue;
      this.#open.delete(open.file.toString());
      open.file = file;
      this.#open.set(file.toString(), open);
      this.#tell(file);
    }
  }

  /** The session of an untitled document that is gone: the next one of its name is another, and begins its own. Returns under which name it goes on. */
  retire(file: vscode.Uri): vscode.Uri {
    const retired = file.with({ scheme: RETIRED, authority: String(++this.#retired), path: `/${file.path}` });
    this.move(file, retired);
    return retired;
  }

  peek(file: vscode.Uri): UserSession | undefined {
    return this.#open.get(file.toString())?.userSession;
  }

  /** True where the session of a file sees the tables as every other one does: no transaction, and nothing of its own. */
  isPlain(file: vscode.Uri): boolean {
    const userSession = this.peek(file);
    if (userSession === undefined) return true;
    const { inTransaction, contents, moment } = userSession;
    return !inTransaction && !moment.mayHideTables && contents.every((content) => content === 'counts' || content === 'database');
  }

  /** Where the statements of a file look for names: none once a session has dropped the database that it was in. */
  databaseOf(file: vscode.Uri, place: ExecutionTarget): string | undefined {
    const userSession = this.peek(file);
    return userSession === undefined ? place.database : userSession.database;
  }

  placeOf(file: vscode.Uri): SessionPlace | undefined {
    return this.#open.get(file.toString());
  }

  /** Those with an open transaction. */
  get inTransaction(): readonly SessionPlace[] {
    return [...this.#open.values()].filter(({ userSession }) => userSession.inTransaction);
  }

  /** True for a session with something in it that must not end with its editor. */
  holds(file: vscode.Uri): boolean {
    const open = this.#open.get(file.toString());
    return open !== undefined && isKept(open);
  }

  /** Ends the transaction of a file where it is open, whatever the file runs on now. */
  async end(file: vscode.Uri, how: TransactionEnd): Promise<void> {
    const limits = { maxRows: 1, maxCharacters: 1000 };
    await this.#open.get(file.toString())?.userSession.run(how, { limits, signal: new AbortController().signal });
  }

  close(file: vscode.Uri): void {
    const open = this.#open.get(file.toString());
    if (open === undefined) return;
    this.#open.delete(file.toString());
    open.userSession.onChange = undefined;
    open.userSession.close();
    this.#tell(file);
  }

  /** What is open now is remembered as it is: the window closes, and nobody can be asked. */
  override dispose(): void {
    this.#isDisposed = true;
    for (const { file } of this.#open.values()) this.close(file);
    super.dispose();
  }

  #notice(open: Open): void {
    const { loss } = open.userSession;
    if (loss !== open.told && isTransactionLost(loss) && !this.#isDisposed) this.#lost.fire(open);
    open.told = loss;
    this.#tell(open.file);
  }

  #tell(file: vscode.Uri): void {
    if (this.#isDisposed) return;
    // What was lost counts until the person knows of it: a window that closes ends its sessions first.
    const open = [...this.#open.values()].filter(({ userSession: { inTransaction, loss } }) => inTransaction || isTransactionLost(loss));
    this.#transactions.update(open);
    this.#changed.fire(file);
  }
}

function isKept({ userSession }: SessionPlace): boolean {
  return userSession.contents.some((content) => KEPT.has(content));
}

/** The person has changed the connection: what ends with the session there is asked about, and not what they could not have meant to keep. */
function lossOf(userSession: UserSession | undefined): SessionLoss | undefined {
  const loss = userSession?.loss;
  if (loss !== undefined) return loss;
  const contents = userSession?.contents.filter((content) => content !== 'counts') ?? [];
  if (contents.length === 0) return undefined;
  return { what: 'session', contents, unfinished: false, reason: vscode.l10n.t('The connection was changed.') };
}

function isTransactionLost(loss: SessionLoss | undefined): boolean {
  return loss?.what === 'session' && loss.contents.includes('transaction');
}

function isElsewhere({ connection }: SessionPlace): PilotError {
  return new PilotError(
    'input.invalid',
    vscode.l10n.t(
      'This file has an open transaction on {0} that began before the connection settings changed. Nothing was run.',
      connection,
    ),
    {
      nextStep: vscode.l10n.t('Commit it or roll it back from the status bar.'),
    },
  );
}
