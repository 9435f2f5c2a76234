import path from 'node:path';
import * as vscode from 'vscode';
import type { ConsoleOutcome } from '../../engine/query/console.ts';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import { PilotError, toPilotError } from '../../engine/errors.ts';
import type { ResultSet } from '../../engine/query/resultSet.ts';
import { cutLine } from '../../engine/text.ts';
import type { RunMessage } from '../../webview/results/messages.ts';
import type { ResultTabs, RunOutput, RunPlace } from '../results/resultTabs.ts';
import type { ResultsView } from '../results/resultsView.ts';
import { count, duration } from '../results/status.ts';
import type { JudgedStatement } from './confirm.ts';
import type { Consoles } from './consoles.ts';
import type { History } from './history.ts';
import { readSetting } from '../settings/settings.ts';
import { type Reviews } from '../writes/reviews.ts';
import { type ConnectionProfile } from '../../engine/driver/profile.ts';

/** What a run needs. */
export interface RunnerParts {
  readonly databases: DatabaseCache;
  readonly consoles: Consoles;
  readonly tabs: ResultTabs;
  readonly view: ResultsView;
  readonly history: History;
  readonly reviews: Reviews;
  /** Throws where the rights on a connection are no longer those that were read. */
  readonly stillAsConfirmed: (profile: ConnectionProfile) => Promise<void>;
}

/** A statement and the line that it begins on, counted from 1. */
export interface RunStatement {
  readonly sql: string;
  readonly line: number;
}

/** A read that takes longer than this on a read-only connection is stopped; elsewhere the person stops it. */
const READ_ONLY_TIMEOUT_MS = 30 * 60_000;
/** As much of one result as is kept. */
const MAX_CHARACTERS = 100_000_000;
const SHOWN_SQL = 200;
const TITLE = 30;
/** The server ends these by itself behind the rows that are wanted. */
const LIMITED = new Set(['SELECT', 'TABLE', 'VALUES', 'WITH', '(']);

/** Runs what a person has written, one statement after the other, and shows what comes of it. */
export class StatementRunner {
  readonly #parts: RunnerParts;
  readonly #running = new Set<string>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** `file` has the session; a run of it takes the place of what its last one has left. Resolves when all is done, or after the first failure. */
  async run(file: vscode.Uri, place: RunPlace, statements: readonly RunStatement[]): Promise<void> {
    const owner = file.toString();
    if (this.#running.has(owner)) {
      throw new PilotError('input.invalid', vscode.l10n.t('A statement of this file still runs.'), {
        nextStep: vscode.l10n.t('Wait for it, or stop it.'),
      });
    }
    this.#running.add(owner); // before anything is waited for: a second click is told
    try {
      const { judgeForPeople } = await import('../../engine/guard/people.ts');
      const judged = statements.map((statement) => ({ ...statement, verdict: judgeForPeople(statement.sql) }));
      if (place.profile.readOnly === true && judged.some(({ verdict }) => verdict.effect !== 'reads')) {
        await this.#runAll(file, place, judged); // which refuses what may change something: there is nothing to ask about
        return;
      }
      const database = this.#parts.consoles.peek(file)?.database ?? place.database;
      const { confirmRun } = await import('./confirm.ts');
      if (!(await confirmRun(this.#parts.reviews, judged, { ...place, database }))) return;
      await this.#runAll(file, place, judged);
    } finally {
      this.#running.delete(owner);
    }
  }

  async #runAll(file: vscode.Uri, place: RunPlace, statements: readonly (RunStatement & JudgedStatement)[]): Promise<void> {
    const { tabs, view, history } = this.#parts;
    const owner = file.toString();
    const stop = new AbortController();
    const output = tabs.begin(owner, path.posix.basename(file.path));
    await view.show();
    try {
      for (const statement of statements) {
        output.running({
          ...{ sql: cutLine(statement.sql, SHOWN_SQL), place },
          stop: () => {
            stop.abort();
          },
        });
        const started = new Date();
        try {
          await this.#parts.stillAsConfirmed(place.profile);
          const outcome = await this.#runOne(file, place, statement, stop.signal);
          show(output, place, statement, outcome);
          await history.add({ sql: statement.sql, place, started, milliseconds: outcome.elapsedMs });
        } catch (error) {
          const failure = toPilotError(error);
          output.say(failureMessage(statement, failure), true);
          await history.add({ sql: statement.sql, place, started, milliseconds: Date.now() - started.getTime(), error: failure.code });
          return;
        }
      }
    } finally {
      output.end();
    }
  }

  async #runOne(file: vscode.Uri, place: RunPlace, { sql, verdict }: JudgedStatement, signal: AbortSignal): Promise<ConsoleOutcome> {
    const limits = { maxRows: await readSetting('results.maxRows'), maxCharacters: MAX_CHARACTERS };
    if (place.profile.readOnly !== true) {
      const console = await this.#parts.consoles.get(file, place);
      return console.run(sql, { limits, limited: verdict.effect === 'reads' && LIMITED.has(verdict.verb), signal });
    }
    if (verdict.effect !== 'reads') throw readOnlyRefusal(place);
    const database = await this.#parts.databases.get(place.profile);
    const results = await database.query(sql, { database: place.database, limits, timeoutMs: READ_ONLY_TIMEOUT_MS, signal });
    const elapsedMs = results.reduce((sum, result) => sum + result.elapsedMs, 0);
    return { results, changed: undefined, warnings: results.flatMap(({ warnings }) => warnings), elapsedMs, newSession: false };
  }
}

function show(
  output: RunOutput,
  place: RunPlace,
  { sql, line, verdict }: RunStatement & JudgedStatement,
  { results, changed, warnings, elapsedMs, newSession }: ConsoleOutcome,
): void {
  const say = (kind: RunMessage['kind'], text: string): void => {
    output.say({ kind, text, sql: cutLine(sql, SHOWN_SQL) });
  };
  if (newSession)
    say('warning', vscode.l10n.t('The session before was lost. Variables, temporary tables and an open transaction went with it.'));
  for (const result of results)
    output.rows({ title: titleOf(sql, result), place, sql, reads: verdict.effect === 'reads', utc: false, result });
  const rows = results.reduce((sum, result) => sum + result.rows.length, 0);
  const what =
    results.length > 0
      ? count(rows)
      : changed === undefined
        ? vscode.l10n.t('Done')
        : vscode.l10n.t('{0} changed', count(changed.affected));
  const more = changed === undefined || changed.info === '' ? '' : ` · ${changed.info}`;
  say('ok', vscode.l10n.t('Line {0}: {1}', line, `${what} · ${duration(elapsedMs)}${more}`));
  for (const { level, errno, message } of warnings) say(level === 'Note' ? 'info' : 'warning', `${level} ${String(errno)}: ${message}`);
}

function failureMessage({ sql, line }: RunStatement, { code, errno, message, nextStep }: PilotError): Omit<RunMessage, 'where'> {
  if (code === 'statement.cancelled')
    return { kind: 'warning', text: vscode.l10n.t('Line {0}: stopped', line), sql: cutLine(sql, SHOWN_SQL) };
  // What a statement's error means stands in the server's message; the rest needs to be told what to do.
  const text = errno === undefined ? `${message} ${nextStep}` : vscode.l10n.t('MySQL error {0}: {1}', errno, message);
  return { kind: 'error', text: vscode.l10n.t('Line {0}: {1}', line, text), sql: cutLine(sql, SHOWN_SQL) };
}

function readOnlyRefusal({ profile }: RunPlace): PilotError {
  return new PilotError(
    'statement.refused',
    vscode.l10n.t('"{0}" is read-only for everybody: this statement may change something. Nothing was run.', profile.name),
    {
      nextStep: vscode.l10n.t('Run it on another connection, or let writes through with "Read-Only for Everybody".'),
    },
  );
}

function titleOf(sql: string, { columns }: ResultSet): string {
  const tables = new Set(columns.flatMap(({ source }) => source?.table ?? []));
  const [table, second] = tables;
  return table !== undefined && second === undefined ? table : cutLine(sql, TITLE);
}
