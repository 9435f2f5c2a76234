import path from 'node:path';
import * as vscode from 'vscode';
import type { UserSession } from '../../engine/query/userSession/userSession.ts';
import type { SessionMoment } from '../../engine/query/userSession/sessionMoment.ts';
import type { UserSessionOutcome } from '../../engine/query/userSession/userSessionRun.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { isPilotError, PilotError, toPilotError } from '../../engine/errors.ts';
import type { ResultSet } from '../../engine/query/results/resultSet.ts';
import { withTimeout } from '../../engine/timeout.ts';
import { cutLine } from '../../engine/text.ts';
import type { ResultTabs, RunningStatement, RunOutput, ExecutionTarget } from '../results/resultTabs.ts';
import type { ResultsView } from '../results/resultsView.ts';
import type { JudgedStatement } from './runQuestions.ts';
import type { FileSessions } from './fileSessions.ts';
import type { History } from './history.ts';
import { below } from './uriBelow.ts';
import { failureMessage, lossTitle, notRunMessage, show, SHOWN_SQL } from './runMessages.ts';
import { askAboutLoss, askToCommit } from './sessionQuestions.ts';
import { lossLines } from './sessionTexts.ts';
import { showStatus } from '../ui/dialogs.ts';
import { currentGesture, type Gesture } from '../ui/gestures.ts';
import type { StatementProblems } from './statementProblems.ts';
import { readSetting } from '../settings/settings.ts';
import type { UnfinishedWork } from '../writes/unfinishedWork.ts';
import type { UserReviews } from '../writes/userReviews.ts';
import { type ConnectionProfile } from '../../engine/driver/profile.ts';

export interface RunnerParts {
  readonly databases: DatabaseCache;
  readonly fileSessions: FileSessions;
  readonly tabs: ResultTabs;
  readonly view: ResultsView;
  readonly history: History;
  readonly reviews: UserReviews;
  readonly problems: StatementProblems;
  readonly unfinished: UnfinishedWork;
  /** Throws where the rights on a connection are no longer those that were read. */
  readonly stillAsConfirmed: (profile: ConnectionProfile) => Promise<void>;
}

/** A statement and the line that it begins on, counted from 1. */
export interface RunStatement {
  readonly sql: string;
  readonly line: number;
  /** UTF-16 offset in the file; undefined for one that is in no file. */
  readonly start?: number | undefined;
}

/** As much of one result as is kept. */
const MAX_CHARACTERS = 100_000_000;
const TITLE = 30;

const SETTLING_MS = 1000;
const SHOWN_MS = 5000;

interface HowAsked {
  /** Nobody has been in the file. */
  readonly unseen: boolean;
  /** As part of a double click, or by a key that is held. */
  readonly isRepeated: boolean;
  /** True once the person has typed something since. */
  readonly typesOn: () => boolean;
}

interface Run extends PromiseWithResolvers<undefined> {
  /** Statements may have been sent; before that only questions were asked. */
  hasBegun: boolean;
  /** What it was asked for by. */
  readonly gesture: Gesture | undefined;
}

/** Runs what a person has written, one statement after the other, and shows what comes of it. */
export class StatementRunner {
  readonly #parts: RunnerParts;
  readonly #running = new Map<string, Run>();
  /** What ran last, by file. */
  readonly #ran = new Map<string, string>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** `file` has the session; a run of it takes the place of what its last one has left. Resolves when all is done, or after the first failure. */
  async run(
    file: vscode.Uri,
    place: ExecutionTarget,
    statements: readonly RunStatement[],
    { unseen, isRepeated, typesOn }: HowAsked,
  ): Promise<void> {
    const owner = file.toString();
    this.requireIdle(file);
    const run: Run = { ...Promise.withResolvers<undefined>(), hasBegun: false, gesture: currentGesture() };
    this.#running.set(owner, run); // before anything is waited for: a second click is told
    try {
      if (!(await this.#acceptLoss(file, statements))) return;
      const { classifyUserStatement } = await import('../../engine/guard/userStatementPolicy.ts');
      const dialect = this.#parts.fileSessions.peek(file)?.dialect;
      const judged = statements.map((statement) => ({ ...statement, verdict: classifyUserStatement(statement.sql, dialect) }));
      const texts = JSON.stringify(statements.map(({ sql }) => sql));
      if (isRepeated && this.#ran.get(owner) === texts && judged.some(({ verdict }) => verdict.effect === 'changes')) {
        showStatus('info', vscode.l10n.t('Not run again: the statement ran a moment ago.'), SHOWN_MS);
        return;
      }
      this.#ran.delete(owner); // what is answered with a no may be asked again at once
      if (place.profile.readOnly === true && judged.some(({ verdict }) => verdict.effect !== 'reads')) {
        await this.#runAll(file, place, judged); // which refuses what may change something: there is nothing to ask about
        return;
      }
      const database = this.#parts.fileSessions.databaseOf(file, place);
      const { confirmRun } = await import('./runQuestions.ts');
      const isPlain = this.#parts.fileSessions.isPlain(file);
      if (!(await confirmRun(this.#parts, judged, { ...place, database }, { session: dialect, isPlain, unseen, typesOn }))) return;
      this.#ran.set(owner, texts);
      await this.#runAll(file, place, judged);
    } finally {
      this.#running.delete(owner);
      run.resolve(undefined);
    }
  }

  /** A run whose question was answered with a no, or still waits to be shown, is over a moment later: who runs the file again at once is not to be told that it still runs. */
  async settled(file: vscode.Uri): Promise<void> {
    const run = this.#running.get(file.toString());
    if (run?.hasBegun !== false) return;
    run.gesture?.abandon();
    await withTimeout(SETTLING_MS, run.promise);
  }

  /** Throws while statements of a file run: what they are written for must stay as it is until the last of them has ended. */
  requireIdle(file: vscode.Uri): void {
    const run = this.#running.get(file.toString());
    if (run === undefined) return;
    if (!run.hasBegun) {
      throw new PilotError('input.invalid', vscode.l10n.t('A question about this file is still open.'), {
        nextStep: vscode.l10n.t('Answer it, or close its review.'),
      });
    }
    throw new PilotError('input.invalid', vscode.l10n.t('A statement in this file is still running.'), {
      nextStep: vscode.l10n.t('Wait for it to finish, or cancel it.'),
    });
  }

  /** Resolves when no run of a file, or of a file in this folder, has anything left to do. */
  async idle(file: vscode.Uri): Promise<void> {
    for (const [owner, { promise }] of this.#running) if (below(vscode.Uri.parse(owner), file) !== undefined) await promise;
  }

  async #runAll(file: vscode.Uri, place: ExecutionTarget, statements: readonly (RunStatement & JudgedStatement)[]): Promise<void> {
    const { tabs, view, history, problems, unfinished } = this.#parts;
    const owner = file.toString();
    const run = this.#running.get(owner);
    if (run !== undefined) run.hasBegun = true;
    const stop = new AbortController();
    const name = path.posix.basename(file.path);
    const output = tabs.begin(owner, name, file);
    const session: RunSession = { userSession: undefined };
    problems.clear(file);
    await view.show();
    const changes = statements.some(({ verdict }) => verdict.effect === 'changes');
    const begun = { kind: 'run', file: name, line: statements[0]?.line ?? 1, connection: place.profile.name } as const;
    const work = changes ? unfinished.begin(begun) : undefined;
    try {
      for (const [i, statement] of statements.entries()) {
        const running: RunningStatement = {
          ...{ sql: cutLine(statement.sql, SHOWN_SQL), place },
          stop: () => {
            stop.abort();
          },
        };
        output.running(running);
        work?.at(statement.line);
        const started = new Date();
        try {
          await this.#parts.stillAsConfirmed(place.profile);
          const outcome = await this.#runKnowingly(file, place, statement, {
            ...{ output, session, running, signal: stop.signal },
            all: i === 0 ? statements : undefined,
          });
          await history.add({ sql: statement.sql, place, started, milliseconds: outcome.elapsedMs });
        } catch (error) {
          const failure = toPilotError(error);
          output.say(failureMessage(statement, failure), true);
          const loss = this.#parts.fileSessions.peek(file)?.loss;
          for (const text of loss === undefined ? [] : [lossTitle(loss), ...lossLines(loss)])
            output.say({ kind: 'warning', text, sql: cutLine(statement.sql, SHOWN_SQL) }, true);
          const left = statements[i + 1];
          if (left !== undefined) output.say(notRunMessage(left, statements.length - i - 1), true);
          if (statement.start !== undefined) await problems.mark(file, { sql: statement.sql, start: statement.start }, failure);
          await history.add({ sql: statement.sql, place, started, milliseconds: Date.now() - started.getTime(), error: failure.code });
          return;
        }
      }
    } finally {
      work?.end();
      output.end();
    }
  }

  /** What was lost since the last run is named before anything runs. False where the person does not want to go on. */
  async #acceptLoss(file: vscode.Uri, statements: readonly RunStatement[]): Promise<boolean> {
    const session = this.#parts.fileSessions.placeOf(file);
    const loss = session?.userSession.loss;
    if (session === undefined || loss === undefined) return true;
    const texts = statements.map(({ sql }) => sql);
    if (!(await askAboutLoss(session, loss, texts))) return false;
    session.userSession.acceptLoss();
    return true;
  }

  /** A loss that only the first statement of a run has found is asked about; behind it, the rest was written for what is lost. */
  async #runKnowingly(
    file: vscode.Uri,
    place: ExecutionTarget,
    statement: RunStatement & JudgedStatement,
    run: OneRun,
  ): Promise<UserSessionOutcome> {
    try {
      return await this.#runOne(file, place, statement, run);
    } catch (error) {
      const wasRunning = this.#parts.fileSessions.peek(file)?.loss?.unfinished === true;
      const { all } = run;
      if (all === undefined || wasRunning || !isPilotError(error, 'session.lost')) throw error;
      if (!(await whileNothingRuns(run, () => this.#acceptLoss(file, all)))) throw error;
      return this.#runOne(file, place, statement, run);
    }
  }

  async #runOne(
    file: vscode.Uri,
    place: ExecutionTarget,
    statement: RunStatement & JudgedStatement,
    run: OneRun,
  ): Promise<UserSessionOutcome> {
    const { output, session, signal } = run;
    const { sql, verdict } = statement;
    if (place.profile.readOnly === true && verdict.effect === 'changes') throw readOnlyRefusal(place);
    const limits = { maxRows: await readSetting('results.maxRows'), maxCharacters: MAX_CHARACTERS };
    const userSession = await this.#parts.fileSessions.get(file, place);
    session.userSession ??= userSession;
    if (session.userSession !== userSession) throw sessionClosed();
    const effect = await userSession.commitsTransaction(sql);
    if (effect !== 'keeps') {
      const wanted = await whileNothingRuns(run, () => askToCommit({ file, userSession, connection: place.profile.name }, sql, effect));
      if (!wanted) throw notCommitted();
    }
    const shown = new Map<number, ReturnType<RunOutput['rows']>>();
    const rows = (result: ResultSet): Parameters<RunOutput['rows']>[0] => ({
      ...{ title: titleOf(sql, result), place, sql, reads: verdict.effect === 'reads', utc: false, moment: undefined, result },
    });
    const onFull = (result: ResultSet, index: number): void => {
      shown.set(index, output.rows(rows({ ...result, total: undefined }))); // while the rest is still being counted
    };
    const showResults = (results: readonly ResultSet[], moment: SessionMoment | undefined): void => {
      for (const [index, result] of results.entries()) {
        const replace = shown.get(index) ?? output.rows({ ...rows(result), moment });
        replace({ result, moment });
      }
    };
    const outcome = await userSession.run(sql, { limits, signal, mayCommit: effect !== 'keeps', onFull, onFailed: showResults });
    showResults(outcome.results, outcome.moment);
    show(output, statement, outcome);
    return outcome;
  }
}

interface RunSession {
  userSession: UserSession | undefined;
}

interface OneRun {
  readonly output: RunOutput;
  readonly session: RunSession;
  readonly running: RunningStatement;
  readonly signal: AbortSignal;
  /** All statements of the run, for its first one. */
  readonly all: readonly RunStatement[] | undefined;
}

/** A statement that waits for an answer does not run. */
async function whileNothingRuns<T>({ output, running }: OneRun, ask: () => Promise<T>): Promise<T> {
  output.end();
  const answer = await ask();
  output.running(running);
  return answer;
}

function sessionClosed(): PilotError {
  return new PilotError(
    'statement.refused',
    vscode.l10n.t("The session of this file was closed while its statements ran. The remaining statements weren't run."),
    {
      nextStep: vscode.l10n.t('Check which statements ran, then run the rest.'),
    },
  );
}

function notCommitted(): PilotError {
  return new PilotError('statement.refused', vscode.l10n.t("The statement wasn't run, because it would commit the open transaction."), {
    nextStep: vscode.l10n.t('Commit or roll back the transaction first.'),
  });
}

function readOnlyRefusal({ profile }: ExecutionTarget): PilotError {
  return new PilotError(
    'statement.refused',
    vscode.l10n.t('"{0}" is read-only, and this statement may make changes. Nothing was run.', profile.name),
    { nextStep: vscode.l10n.t('Run it on another connection, or turn off "Read-only for everyone" with "Edit Connection…".') },
  );
}

function titleOf(sql: string, { columns }: ResultSet): string {
  const tables = new Set(columns.flatMap(({ source }) => source?.table ?? []));
  const [table, second] = tables;
  return table !== undefined && second === undefined ? table : cutLine(sql, TITLE);
}
