import type { UserSessionLease } from '../../driver/sessionPool.ts';
import type { Session } from '../../driver/session.ts';
import { toPilotError } from '../../errors.ts';
import { statementType } from '../../observability/statementEvents.ts';
import type { ProgramEffect, SessionContent, TransactionEffect } from '../../guard/sessionEffects.ts';
import { dialectOf, type Dialect } from '../../sql/lexer/dialect.ts';
import { quoteIdentifier } from '../../sql/identifiers.ts';
import { sql as ownSql } from '../../sql/ownSql.ts';
import type { UserSessionOutcome, UserSessionRunOptions } from './userSessionRun.ts';
import { Stopper } from './stopper.ts';
import { UserSessionSink } from './userSessionSink.ts';
import { canceled, readWarnings, wasStopped } from './userSessionReads.ts';
import { followState } from './followState.ts';
import { LastAnswer } from './lastAnswer.ts';
import type { UserSessionParts, MomentSession } from './userSessionParts.ts';
import { doubtSettings, momentOfRows, type SessionMoment } from './sessionMoment.ts';
import { commitsUnasked, SessionPrograms } from './sessionPrograms.ts';
import { askForCharset, askForMode, askUnseen, NO_ROWS } from './settingQuestions.ts';
import { effectsOf } from './statementEffects.ts';
import { lossError, lostContents, moved, type SessionLoss } from './sessionLoss.ts';

/** A session that has rested for so long is looked for on the server before something is sent: a laptop may have slept. */
const PAUSE_MS = 30_000;

/**
 * A session for what one person writes, kept as long as they use it: `USE`, variables, temporary tables and transactions last.
 * It is as the server makes sessions, and what a statement changes is for the caller to judge. Statements run one after the other, each as it was written and to its end.
 * Where the session or its transaction is lost, nothing runs until the person has accepted that.
 */
export class UserSession {
  readonly #parts: UserSessionParts;
  #lease: UserSessionLease | undefined;
  #database: string | undefined;
  /** What statements have left in the session, beside what the server's flags tell. */
  readonly #contents = new Set<SessionContent>();
  readonly #programs: SessionPrograms;
  #used = false;
  #steps = 0;
  readonly #answer = new LastAnswer();
  /** The first word of the last statement that was no plain read. */
  #lastStep = '';
  #loss: SessionLoss | undefined;
  #running: string | undefined;
  #lastUsed = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** Told in the moment in which the session is lost, and when a statement has ended. */
  onChange: (() => void) | undefined;

  constructor(parts: UserSessionParts) {
    this.#parts = parts;
    this.#programs = new SessionPrograms(parts.commitsInside);
    this.#database = parts.database;
  }

  /** Where names without a database are looked for. */
  get database(): string | undefined {
    return this.#database;
  }

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

  /** How the server reads statements now; undefined before the session is open, for MariaDB's Oracle mode, and where the mode may have been changed without a word. */
  get dialect(): Dialect | undefined {
    if (this.#lease?.session.usable !== true) return undefined;
    const { server, state } = this.#lease.session;
    return state.knows('sqlMode') ? dialectOf(server.flavor, server.versionNumber, state.sqlMode.join(',')) : undefined;
  }

  async idle(): Promise<void> {
    await this.#turn;
  }

  /** What would be lost with the session now. */
  get contents(): readonly SessionContent[] {
    if (this.#lease?.session.usable !== true) return [];
    return lostContents(this.#contents, this.inTransaction, this.dialect);
  }

  /** What was lost and has not been accepted yet: until it is, nothing runs. */
  get loss(): SessionLoss | undefined {
    return this.#loss;
  }

  acceptLoss(): void {
    this.#loss = undefined;
    this.onChange?.();
  }

  /** Whether a statement would commit the transaction that is open now, itself or by what it runs: a procedure, or a statement that was prepared. */
  async commitsTransaction(sql: string): Promise<ProgramEffect> {
    return this.inTransaction ? this.#programs.commits(sql, this) : 'keeps';
  }

  get moment(): SessionMoment {
    return {
      ...{
        userSession: this,
        session: this.#lease?.session.usable === true ? this.#lease : undefined,
        steps: this.#steps,
        answer: this.#answer.of,
      },
      timeZone: this.#state?.timeZone,
      charset: this.#state?.results?.name,
      padsChars: this.#state?.sqlMode.includes('PAD_CHAR_TO_FULL_LENGTH') === true,
      mayHideTables: this.#contents.has('temporaryTables') || this.#contents.has('routines'),
    };
  }

  /** What FOUND_ROWS(), ROW_COUNT() and the warnings are of. */
  get answer(): Pick<LastAnswer, 'isQuiet' | 'isOurs'> {
    return this.#answer;
  }

  /** Work in the session as it stood at a moment; throws `input.invalid` where it is another one or stands elsewhere. */
  async inMoment<T>(moment: SessionMoment, work: (session: MomentSession) => Promise<T>): Promise<T> {
    return this.#inTurn(() => {
      const lease = this.#same(moment);
      const authorize = async (sql: string): Promise<string> => (await this.#parts.authorize?.(sql, this.#database)) ?? sql;
      return work({ lease, answer: this.#answer, authorize });
    });
  }

  #same(moment: SessionMoment): UserSessionLease {
    const lease = this.#lease;
    if (lease?.session.usable !== true || lease !== moment.session) throw moved('The session that read these rows has ended.');
    if (this.#steps !== moment.steps) throw moved(`The session has changed since these rows were read (${this.#lastStep}).`);
    return lease;
  }

  /** How the session reads a text, asked for where that matters to it. Opens the session before its first statement, and never again. */
  async readDialect(text = ''): Promise<Dialect | undefined> {
    await this.#inTurn(async () => {
      if (!this.#used && this.#loss === undefined) await this.#open();
      await askForMode(this.#lease?.session, text, this.#answer);
    });
    return this.dialect;
  }

  async useDatabase(database: string): Promise<void> {
    await this.#inTurn(async () => {
      const session = this.#lease?.session;
      this.#step('USE');
      this.#answer.begin();
      if (session?.usable === true && session.database !== database) {
        await session.streamAsWritten(ownSql`USE ${quoteIdentifier(database)}`, NO_ROWS);
        session.state.isIn(database);
      }
      this.#database = database;
    });
  }

  /** Opens the session, if it is not open, so that its modes are known. */
  async open(): Promise<void> {
    await this.#inTurn(() => (this.#loss === undefined ? this.#open() : Promise.resolve(undefined)));
  }

  /** Runs one statement. Throws a PilotError; the session goes on after one, unless it is lost. */
  async run(sql: string, options: UserSessionRunOptions): Promise<UserSessionOutcome> {
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
    return this.isOpen ? this.#lease?.session.state : undefined;
  }

  #step(verb: string): void {
    this.#steps++;
    this.#lastStep = verb;
  }

  #drop(): void {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease !== undefined) {
      lease.session.onLost = undefined;
      lease.release();
    }
    this.#contents.clear();
    this.#programs.clear();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #run(sql: string, options: UserSessionRunOptions, started: number): Promise<UserSessionOutcome> {
    const { limits, signal } = options;
    const isCanceled = (): boolean => signal.aborted;
    if (isCanceled()) throw canceled();
    const effect = this.#programs.effectOf(sql, this.dialect);
    this.#refuseAfterLoss(effect);
    const wasUsed = this.#used;
    const wasOpen = this.#lease?.session.usable === true;
    const lease = await this.#open();
    this.#refuseAfterLoss(effect); // it may have been found out just now
    const { session } = lease;
    const mustStay = session.state.inTransaction && options.mayCommit !== true;
    if (mustStay) await this.#programs.refuseToCommit(sql, this);
    const text = (await this.#parts.authorize?.(sql, this.#database)) ?? sql;
    await askForCharset(session, text, this.#answer);
    if (isCanceled()) throw canceled(); // meanwhile
    this.#running = sql;
    this.#used = true;
    this.#answer.begin();
    const { dialect } = this;
    const { verb, reads, contents, released } = effectsOf(sql, dialect);
    if (!reads) this.#step(verb); // before it runs: one that fails may have done a part
    for (const content of contents) this.#contents.add(content);
    const stopper = new Stopper(lease);
    const sink = new UserSessionSink(limits, options.onFull);
    signal.addEventListener('abort', stopper.stop);
    const { tellsSettings: told, timeZone: timeZoneBefore } = session.state;
    const follow = async (end: { readonly hasRows: boolean; readonly failed: boolean }): Promise<void> => {
      this.#database = await followState({ sql, verb, reads, ...end, database: this.#database }, lease);
      this.#programs.ran({ sql, reads, failed: end.failed, dialect });
    };
    const outcome = (rest: Partial<UserSessionOutcome>): UserSessionOutcome => ({
      ...{ changed: undefined, warnings: [], warningCount: 0, newSession: wasUsed && !wasOpen },
      ...{ stopped: isCanceled(), endedTransaction: false, untold: false, moment: this.moment, ...rest },
      results: sink.results(),
      elapsedMs: Math.round(performance.now() - started),
    });
    try {
      const end = await session.streamAsWritten(text, sink).finally(() => stopper.done());
      for (const content of released) this.#contents.delete(content);
      const hasRows = sink.results().length > 0;
      await follow({ hasRows: hasRows && end.changed === undefined, failed: false });
      const endedTransaction = this.#noticeEnd(mustStay, effect, undefined);
      const warnings = await readWarnings(session, end, hasRows);
      this.#answer.ended(end, hasRows);
      if (reads) doubtSettings(session.state, sink.results());
      const behind = this.moment;
      await askUnseen(session, sql, end, this.#answer.isQuiet);
      const moment = hasRows ? momentOfRows({ untilAsked: behind, asked: this.moment, reads, timeZoneBefore }) : behind;
      const untold = told && !session.state.tellsSettings;
      return outcome({ moment, changed: end.changed, warnings, warningCount: end.warnings, endedTransaction, untold });
    } catch (error) {
      if (session.usable) await session.readStatus().catch(() => undefined); // an error does not tell whether the transaction is still open
      await follow({ hasRows: false, failed: true });
      if (session.usable) this.#noticeEnd(mustStay, effect, error);
      const isStopped = isCanceled() && wasStopped(error);
      if (isStopped && session.usable && sink.results().some(({ cutBy }) => cutBy !== undefined)) return outcome({});
      const shown = sink.completeResults();
      if (shown.length > 0) options.onFailed?.(shown, this.moment);
      throw isStopped ? canceled(error) : error;
    } finally {
      signal.removeEventListener('abort', stopper.stop);
    }
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
    const isExpected = effect === 'commit' || effect === 'rollback' || commitsUnasked(effect, this.autocommit);
    if (!mustStay || this.inTransaction || isExpected) return false;
    // Also without autocommit, where the next statement would begin another transaction on the quiet.
    this.#loss = {
      ...{ what: 'transaction', contents: ['transaction'], unfinished: false },
      reason: error === undefined ? undefined : toPilotError(error).message,
    };
    return true;
  }

  async #open(): Promise<UserSessionLease> {
    const open = this.#lease;
    if (open?.session.usable === true) {
      const rested = performance.now() - this.#lastUsed > PAUSE_MS;
      if (rested && !(await open.isThere())) open.session.destroy(); // which tells that it is lost
      return this.#orRefuse(open);
    }
    this.#drop();
    const lease = await this.#parts.pool.openUserSession();
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
  #orRefuse(lease: UserSessionLease): Promise<UserSessionLease> {
    if (lease.session.usable) return Promise.resolve(lease);
    if (this.#loss !== undefined) throw lossError(this.#loss);
    return this.#open();
  }

  #lose(reason: string | undefined): void {
    const lease = this.#lease;
    const contents = lostContents(this.#contents, lease?.session.state.inTransaction === true, this.dialect);
    const unfinished = this.#running !== undefined && !effectsOf(this.#running, this.dialect).reads;
    this.#lease = undefined;
    this.#contents.clear();
    lease?.release();
    if (contents.length > 0) this.#loss = { what: 'session', contents, unfinished, reason };
    this.onChange?.();
  }
}
