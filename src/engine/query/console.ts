import type { ConsoleLease, SessionPool } from '../driver/sessionPool.ts';
import type { RowSink, Session, StreamEnd } from '../driver/session.ts';
import { toPilotError } from '../errors.ts';
import { statementType, type Observe } from '../observability/statementEvents.ts';
import { classifyUserStatement } from '../guard/userStatementPolicy.ts';
import { transactionEffect, type SessionContent, type TransactionEffect } from '../guard/sessionEffects.ts';
import { dialectOf, NEWEST_MYSQL, type Dialect } from '../sql/dialect.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { sql as ownSql } from '../sql/ownSql.ts';
import type { ConsoleOutcome, ConsoleRunOptions } from './consoleRun.ts';
import { ConsoleSink, Stopper } from './consoleSink.ts';
import { cancelled, readWarnings, streamAgain, wasStopped } from './consoleReads.ts';
import { databaseOf, effectsOf, isLongInsert } from './statementEffects.ts';
import { lossError, moved, wouldCommit, type SessionLoss } from './sessionLoss.ts';

/** From here on XA PREPARE leaves the session free for another transaction (MySQL manual, 15.3.8.3 XA transaction restrictions). */
const XA_DETACHES = 80_029;

/**
 * Where a session stands: equal moments mean that a read gives the same rows, as far as that is up to the session. Plain reads leave it as it is; whatever else ran (USE, SET, a
 * temporary table, a lock, a transaction's begin or end) makes it another one.
 */
export interface SessionMoment {
  readonly console: Console;
  /** Undefined before its first statement, and where it was lost. */
  readonly session: object | undefined;
  /** How many statements that were no plain reads have run. */
  readonly steps: number;
  /** In which its TIMESTAMP values are shown; undefined where that is not known. */
  readonly timeZone: string | undefined;
  /** The character set in which it shows texts, where that is not UTF-8: what the set does not have is shown as question marks. */
  readonly charset: string | undefined;
  /** PAD_CHAR_TO_FULL_LENGTH: values of CHAR columns are shown with blanks that they do not hold. */
  readonly padsChars: boolean;
  /** A table may be a temporary one of the session, which hides one of the database. */
  readonly mayHideTables: boolean;
}

/** What a session has to know to be a person's. */
export interface ConsoleParts {
  readonly pool: SessionPool;
  readonly observe: Observe;
  readonly database: string | undefined;
  /** On a connection that is read-only for people: what is sent for a statement. Throws where it may change something. */
  readonly authorize?: ((sql: string, database: string | undefined) => Promise<string>) | undefined;
  /** Whether a procedure that a statement calls commits, as far as its definition can be read. */
  readonly commitsInside?: ((sql: string, dialect: Dialect, database: string | undefined) => Promise<boolean>) | undefined;
}

/** A session that has rested for so long is looked for on the server before something is sent: a laptop may have slept. */
const PAUSE_MS = 30_000;

/**
 * A session for what one person writes, kept as long as they use it: `USE`, variables, temporary tables and transactions last.
 * It is as the server makes sessions, and what a statement changes is for the caller to judge. Statements run one after the other, each as it was written and to its end.
 * Where the session or its transaction is lost, nothing runs until the person has accepted that.
 */
export class Console {
  readonly #parts: ConsoleParts;
  #lease: ConsoleLease | undefined;
  #database: string | undefined;
  /** What statements have left in the session, beside what the server's flags tell. */
  readonly #contents = new Set<SessionContent>();
  #used = false;
  #steps = 0;
  /** The first word of the last statement that was no plain read. */
  #lastStep = '';
  #loss: SessionLoss | undefined;
  #running: string | undefined;
  #lastUsed = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** Told in the moment in which the session is lost, and when a statement has ended. */
  onChange: (() => void) | undefined;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
    this.#database = parts.database;
  }

  /** Where names without a database are looked for. */
  get database(): string | undefined {
    return this.#database;
  }

  /** True while a transaction is open on the server. */
  get inTransaction(): boolean {
    return this.#state?.inTransaction === true;
  }

  /** False where each statement begins a transaction, or goes on with one. */
  get autocommit(): boolean {
    return this.#state?.autocommit ?? true;
  }

  /** The words of `sql_mode`; undefined before the session is open. */
  get sqlMode(): readonly string[] | undefined {
    return this.#state?.sqlMode;
  }

  /** How the server reads statements now; undefined before the session is open, and for MariaDB's Oracle mode. */
  get dialect(): Dialect | undefined {
    if (this.#lease?.session.usable !== true) return undefined;
    const { server, state } = this.#lease.session;
    return dialectOf(server.flavour, server.versionNumber, state.sqlMode.join(','));
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  /** What would be lost with the session now. */
  get contents(): readonly SessionContent[] {
    if (this.#lease?.session.usable !== true) return [];
    return this.#contentsWith(this.inTransaction);
  }

  /** What was lost and has not been accepted yet: until it is, nothing runs. */
  get loss(): SessionLoss | undefined {
    return this.#loss;
  }

  /** The person knows what was lost. */
  acceptLoss(): void {
    this.#loss = undefined;
    this.onChange?.();
  }

  /** True for a statement that would commit the transaction that is open now, itself or by what a procedure does that it calls. */
  async commitsTransaction(sql: string): Promise<boolean> {
    return this.inTransaction && this.#commits(await this.#effectOf(sql));
  }

  get moment(): SessionMoment {
    return {
      ...{ console: this, session: this.#lease?.session.usable === true ? this.#lease : undefined, steps: this.#steps },
      timeZone: this.#state?.timeZone,
      charset: this.#state?.results?.name,
      padsChars: this.#state?.sqlMode.includes('PAD_CHAR_TO_FULL_LENGTH') === true,
      mayHideTables: this.#contents.has('temporaryTables') || this.#contents.has('routines'),
    };
  }

  /**
   * Hands all rows of a plain read to a sink, in the session as it stood when the rows were shown. Throws `input.invalid`, before anything is sent, where it is another session or
   * stands elsewhere.
   */
  async stream(sql: string, sink: RowSink, moment: SessionMoment, signal: AbortSignal): Promise<StreamEnd> {
    return this.#inTurn(async () => {
      const lease = this.#lease;
      if (lease?.session.usable !== true || lease !== moment.session) throw moved('The session that read these rows has ended.');
      if (this.#steps !== moment.steps) throw moved(`The session has changed since these rows were read (${this.#lastStep}).`);
      if (classifyUserStatement(sql, this.dialect).effect !== 'reads')
        throw moved('The statement may change something, so it is not run a second time.');
      return streamAgain(lease, (await this.#parts.authorize?.(sql, this.#database)) ?? sql, sink, signal);
    });
  }

  /** How the session reads a text. Opens it before its first statement, and never again. */
  async readDialect(): Promise<Dialect | undefined> {
    await this.#inTurn(async () => {
      if (!this.#used && this.#loss === undefined) await this.#open();
    });
    return this.dialect;
  }

  /** For the statements that follow. */
  async useDatabase(database: string): Promise<void> {
    await this.#inTurn(async () => {
      const session = this.#lease?.session;
      this.#step('USE');
      if (session?.usable === true && session.database !== database)
        await session.streamAsWritten(ownSql`USE ${quoteIdentifier(database)}`, NO_ROWS);
      this.#database = database;
    });
  }

  /** Opens the session, if it is not open, so that its modes are known. */
  async open(): Promise<void> {
    await this.#inTurn(() => (this.#loss === undefined ? this.#open() : Promise.resolve(undefined)));
  }

  /** Runs one statement. Throws a PilotError; the session goes on after one, unless it is lost. */
  async run(sql: string, options: ConsoleRunOptions): Promise<ConsoleOutcome> {
    return this.#inTurn(async () => {
      const started = performance.now();
      const { observe } = this.#parts;
      try {
        const outcome = await this.#run(sql, options, started);
        const rows = outcome.results.reduce((sum, result) => sum + result.rows.length, 0);
        observe({ type: statementType(sql), milliseconds: outcome.elapsedMs, rows });
        return outcome;
      } catch (error) {
        observe({ type: statementType(sql), milliseconds: performance.now() - started, rows: 0, error: toPilotError(error).code });
        throw error;
      } finally {
        this.#running = undefined;
        this.#lastUsed = performance.now();
        this.onChange?.();
      }
    });
  }

  /** True between its first statement and its end, or its loss. */
  get isOpen(): boolean {
    return this.#lease?.session.usable === true;
  }

  /** True while a statement runs. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Takes the place of a session that was lost: nothing runs until the person has accepted that. */
  inherit(loss: SessionLoss | undefined): void {
    this.#loss ??= loss;
  }

  /** Ends the session; an open transaction is rolled back. The next statement opens another. */
  close(): void {
    this.#drop();
    this.#used = false;
    this.#loss = undefined;
  }

  get #state(): Session['state'] | undefined {
    return this.#lease?.session.usable === true ? this.#lease.session.state : undefined;
  }

  /** A transaction that is prepared is open to MariaDB, and nothing that is lost. */
  #contentsWith(isInTransaction: boolean): readonly SessionContent[] {
    const { flavor, version } = this.dialect ?? NEWEST_MYSQL;
    const isDetached = flavor === 'mysql' && version >= XA_DETACHES;
    const isLost = isInTransaction && (isDetached || !this.#contents.has('preparedTransaction'));
    return isLost ? ['transaction', ...this.#contents] : [...this.#contents];
  }

  #step(verb: string): void {
    this.#steps++;
    this.#lastStep = verb;
  }

  /** A procedure may commit and begin another transaction: no answer of the server tells that afterwards. */
  async #effectOf(sql: string, own: TransactionEffect = transactionEffect(sql)): Promise<TransactionEffect> {
    if (own !== 'unknown') return own;
    const { dialect } = this;
    if (dialect === undefined) return own;
    return (await this.#parts.commitsInside?.(sql, dialect, this.#database)) === true ? 'commits' : own;
  }

  #commits(effect: TransactionEffect): boolean {
    return effect === 'commits' || effect === 'begins' || (effect === 'autocommit' && !this.autocommit);
  }

  #drop(): void {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease !== undefined) {
      lease.session.onLost = undefined;
      lease.release();
    }
    this.#contents.clear();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #run(sql: string, options: ConsoleRunOptions, started: number): Promise<ConsoleOutcome> {
    const { limits, signal } = options;
    const isCancelled = (): boolean => signal.aborted;
    if (isCancelled()) throw cancelled();
    const effect = isLongInsert(sql) ? 'keeps' : transactionEffect(sql);
    this.#refuseAfterLoss(effect);
    const wasUsed = this.#used;
    const wasOpen = this.#lease?.session.usable === true;
    const lease = await this.#open();
    this.#refuseAfterLoss(effect); // it may have been found out just now
    const { session } = lease;
    const wasInTransaction = session.state.inTransaction;
    if (wasInTransaction && options.mayCommit !== true && this.#commits(await this.#effectOf(sql, effect))) throw wouldCommit();
    const text = (await this.#parts.authorize?.(sql, this.#database)) ?? sql;
    this.#running = sql;
    this.#used = true;
    const { verb, reads, contents, released } = effectsOf(sql, this.dialect);
    if (!reads) this.#step(verb); // before it runs: one that fails may have done a part
    for (const content of contents) this.#contents.add(content);
    const stopper = new Stopper(lease);
    const sink = new ConsoleSink(limits, options.onFull);
    signal.addEventListener('abort', stopper.stop);
    if (isCancelled()) stopper.stop();
    const outcome = (rest: Partial<ConsoleOutcome>): ConsoleOutcome => ({
      ...{ changed: undefined, warnings: [], warningCount: 0, newSession: wasUsed && !wasOpen },
      ...{ stopped: isCancelled(), endedTransaction: false, moment: this.moment, ...rest },
      results: sink.results(),
      elapsedMs: Math.round(performance.now() - started),
    });
    try {
      const end = await session.streamAsWritten(text, sink);
      for (const content of released) this.#contents.delete(content);
      this.#database = this.#databaseBehind(sql, session.state);
      const endedTransaction = this.#noticeEnd(wasInTransaction && options.mayCommit !== true, effect, undefined);
      const warnings = await readWarnings(session, end, sink.results().length > 0);
      return outcome({ changed: end.changed, warnings, warningCount: end.warnings, endedTransaction });
    } catch (error) {
      if (session.usable) await session.readStatus().catch(() => undefined); // an error does not tell whether the transaction is still open
      if (session.usable) this.#noticeEnd(wasInTransaction && options.mayCommit !== true, effect, error);
      const isStopped = isCancelled() && wasStopped(error);
      if (isStopped && session.usable && sink.results().some(({ cutBy }) => cutBy !== undefined)) return outcome({});
      const shown = sink.completeResults();
      if (shown.length > 0) options.onFailed?.(shown, this.moment);
      throw isStopped ? cancelled(error) : error;
    } finally {
      signal.removeEventListener('abort', stopper.stop);
      await stopper.done();
    }
  }

  /** Where the next statement looks for names: as the server tells, who also tells of a database that was dropped; else as USE says. */
  #databaseBehind(sql: string, { database }: Session['state']): string | undefined {
    if (database !== undefined) return database ?? undefined;
    return databaseOf(sql) ?? this.#database;
  }

  /** With a lost transaction, what ends or begins one is as good as accepting that. */
  #refuseAfterLoss(effect: TransactionEffect): void {
    if (this.#loss === undefined) return;
    const isSettled = this.#loss.what === 'transaction' && (effect === 'rollback' || effect === 'begins');
    if (!isSettled) throw lossError(this.#loss);
    this.#loss = undefined;
  }

  /** A transaction that has ended without being told to: what was written for it must not run without it. */
  #noticeEnd(mustStay: boolean, effect: TransactionEffect, error: unknown): boolean {
    const isExpected = effect === 'commit' || effect === 'rollback' || this.#commits(effect);
    if (!mustStay || this.inTransaction || isExpected) return false;
    // Also without autocommit, where the next statement would begin another transaction on the quiet.
    this.#loss = {
      ...{ what: 'transaction', contents: ['transaction'], unfinished: false },
      reason: error === undefined ? undefined : toPilotError(error).message,
    };
    return true;
  }

  async #open(): Promise<ConsoleLease> {
    const open = this.#lease;
    if (open?.session.usable === true) {
      const rested = performance.now() - this.#lastUsed > PAUSE_MS;
      if (rested && !(await open.isThere())) open.session.destroy(); // which tells that it is lost
      return this.#orRefuse(open);
    }
    this.#drop();
    const lease = await this.#parts.pool.openConsole();
    try {
      if (this.#database !== undefined) await lease.session.useDatabase(this.#database);
    } catch (error) {
      lease.release();
      throw error;
    }
    lease.session.onLost = (error) => {
      const { errno, message } = toPilotError(error);
      this.#lose(errno === undefined ? undefined : message); // what the driver says of a closed socket tells nobody anything
    };
    this.#lease = lease;
    this.#lastUsed = performance.now();
    return lease;
  }

  /** A session that was found lost and had nothing in it is replaced. */
  #orRefuse(lease: ConsoleLease): Promise<ConsoleLease> {
    if (lease.session.usable) return Promise.resolve(lease);
    if (this.#loss !== undefined) throw lossError(this.#loss);
    return this.#open();
  }

  #lose(reason: string | undefined): void {
    const lease = this.#lease;
    const isOpen = lease?.session.state.inTransaction === true;
    const contents = this.#contentsWith(isOpen);
    const unfinished = this.#running !== undefined && !effectsOf(this.#running, this.dialect).reads;
    this.#lease = undefined;
    this.#contents.clear();
    lease?.release();
    if (contents.length > 0) this.#loss = { what: 'session', contents, unfinished, reason };
    this.onChange?.();
  }
}

const NO_ROWS = { columns: () => undefined, row: () => true, tooLarge: () => true };
