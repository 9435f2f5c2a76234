import type { Session } from '../driver/session.ts';
import { isPilotError, PilotError, toPilotError, type ErrorCode } from '../errors.ts';
import { statementType } from '../observability/statementEvents.ts';
import { withTimeout } from '../timeout.ts';
import { toCsv } from '../query/results/csv.ts';
import type { ResultSet } from '../query/results/resultSet.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { Stop } from '../query/reads/stop.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { CallResults } from './callResults.ts';
import { isDoneWhole } from './doneWhole.ts';
import { beginHeld, inspectAgain, requireUnchanged } from './heldTransaction.ts';
import { quoteTable } from './snapshotSql.ts';
import { changedSince, printAgain, printSnapshotQuery, runStatement, type StatementEffect } from './runStatement.ts';
import { COMMIT_MS, commitTransaction } from './commitTransaction.ts';
import { isSamePlace, readIdentity } from './serverIdentity.ts';
import { MAX_UNDONE } from './capturedTable.ts';
import { UndoCapture } from './undoCapture.ts';
import { rowsOf, type UndoObstacle, type UndoRecord } from './undoRecord.ts';
import { readUndoFacts, undoScript, type UndoScript } from './undoScript.ts';
import type { StatementPreview, WritePreview } from './writePreview.ts';
import { joined, sql } from '../sql/ownSql.ts';
import { inEnglish } from '../phrase.ts';

export interface ApprovedRunOptions {
  readonly database: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Called when everything is about to happen; nothing happens before what it does is done. */
  readonly intent: () => Promise<void>;
}

export interface WriteOutcome {
  readonly effects: readonly Pick<StatementEffect, 'counted' | 'affected' | 'warnings'>[];
  readonly results?: readonly ResultSet[] | undefined;
  /** What it has changed, row by row; undefined where nothing was, or where that is not known. */
  readonly record: UndoRecord | undefined;
  /** Why it can't be undone; undefined where it can, or where nothing was changed. */
  readonly notUndone: UndoObstacle | undefined;
  /** The same as statements; undefined where these alone can't do it. */
  readonly undo: UndoScript | undefined;
  readonly elapsedMs: number;
}

/**
 * Runs what a person or the connection's mode has approved: at the same place, over the same rows, all or nothing. Throws
 * `write.changed` where that is not possible, and `write.unknown` where nobody can say what happened; every other error means that
 * nothing was changed. Never tries again.
 */
export async function runApproved(path: ReadPath, preview: WritePreview, options: ApprovedRunOptions): Promise<WriteOutcome> {
  const stop = new Stop(options.timeoutMs, options.signal);
  path.authorizer.forget(); // every name is looked up anew, while nothing has run
  const started = performance.now();
  const tell = (verb = '', rows: number, error?: ErrorCode): void => {
    path.observe({ type: statementType(verb), milliseconds: performance.now() - started, rows, error });
  };
  try {
    const done = await path.pool.withWritableSession(options.database, async (session) => {
      if (!isSamePlace(preview.identity, await stop.race(readIdentity(session)))) {
        throw new PilotError(
          'write.changed',
          'The connection now uses a different server, account, or SQL mode than the preview. Nothing was changed.',
          { advice: 'write.previewAgain' },
        );
      }
      const [first] = preview.statements;
      return first?.statement.shape === undefined
        ? await runAlone(session, path, preview, stop, options)
        : await runTransaction(session, path, preview, stop, options);
    });
    for (const [i, { affected }] of done.effects.entries()) tell(preview.statements[i]?.statement.verb, affected);
    return { ...done, elapsedMs: Math.round(performance.now() - started) };
  } catch (error) {
    tell(preview.statements[0]?.statement.verb, 0, toPilotError(error).code);
    throw error;
  } finally {
    path.authorizer.forget();
    path.written(changedTables(preview));
    stop.dispose();
  }
}

/** Undefined where a definition or a program changes, or where the account may not see what its triggers do. */
function changedTables({ statements }: WritePreview): QualifiedName[] | undefined {
  const certain = statements.every(({ statement, touched }) => statement.shape !== undefined && touched?.lasting === undefined);
  return certain ? statements.flatMap(({ touched }) => touched?.tables ?? []) : undefined;
}

type Done = Omit<WriteOutcome, 'elapsedMs'>;

async function runTransaction(
  session: Session,
  path: ReadPath,
  preview: WritePreview,
  stop: Stop,
  { database, intent }: ApprovedRunOptions,
): Promise<Done> {
  const { path: held } = await beginHeld(session, path, preview, stop);
  await intent();
  const effects: StatementEffect[] = [];
  let undone: Undone;
  const watch = new UndoCapture(session, (query) => printSnapshotQuery(session, held, query, database ?? path.database));
  try {
    for (const one of preview.statements)
      effects.push(await stop.race(runStatement(session, held, one, { keep: MAX_UNDONE, held: true, database, watch })));
    // MariaDB takes a new foreign key to a table that is in use, and what this account may not read could not be held.
    await stop.race(requireUnchanged(session, { ...path, authorizer: path.authorizer.anew() }, preview));
    undone = await stop.race(undoOf(session, watch, preview)); // before COMMIT: behind it nothing may fail that would be told as "nothing was changed"
  } catch (error) {
    const lasting = preview.statements.find(({ touched }) => touched?.lasting !== undefined)?.touched?.lasting;
    // Nothing else is done if this fails: the session ends now, and the server rolls back what a lost session left open.
    if (session.usable && !session.running)
      await withTimeout(
        COMMIT_MS,
        session.command('ROLLBACK').catch(() => undefined),
      );
    if (lasting === undefined) throw error;
    throw unknown(
      'The statement failed, and ROLLBACK may not undo its changes.',
      preview,
      error,
      `The server said: ${toPilotError(error).message}`,
      `Not undone: ${inEnglish(lasting)}.`,
    );
  }
  await commitTransaction(session, (why, cause) => unknown(UNANSWERED[why], preview, cause));
  return { effects, ...undone };
}

type Undone = Pick<WriteOutcome, 'record' | 'notUndone' | 'undo'>;

async function undoOf(session: Session, capture: UndoCapture, { identity, statements }: WritePreview): Promise<Undone> {
  const record = await capture.finish(identity.server);
  if ('code' in record) return { record: undefined, notUndone: record, undo: undefined };
  if (rowsOf(record) === 0) return { record: undefined, notUndone: undefined, undo: undefined };
  const referring = statements.flatMap(({ touched }) => touched?.keys ?? []);
  return { record, notUndone: undefined, undo: undoScript(record, await readUndoFacts(session, record, referring)) };
}

const UNANSWERED = {
  lost: 'The connection was lost while the server was committing.',
  late: "The server didn't confirm the commit in time.",
} as const;

const NOT_UNDONE: Undone = { record: undefined, notUndone: { code: 'definition', about: [] }, undo: undefined };

/** One statement that commits by itself. */
async function runAlone(
  session: Session,
  path: ReadPath,
  preview: WritePreview,
  stop: Stop,
  { intent }: ApprovedRunOptions,
): Promise<Done> {
  const [first] = preview.statements;
  if (first === undefined) throw new Error('There is no statement.');
  await stop.race(requireUnchanged(session, path, preview));
  await intent();
  const held = { ...path, authorizer: path.authorizer.anew() };
  const printed = await stop.race(printAgain(session, held, first));
  if ((await stop.race(inspectAgain(session, held, first.statement))).definition !== first.definition)
    throw changedSince('The objects that the statement is about');
  const sink = new CallResults();
  try {
    const { changed, warnings, complete } = await stop.race(session.stream(printed, sink));
    if (!complete) throw new PilotError('input.invalid', 'The statement returned a row larger than 4 MiB.', { advice: 'write.returnPart' });
    const affected = changed?.affected ?? 0;
    const effect = { counted: affected, affected, warnings: warnings > 0 ? await session.warnings() : [] };
    return { effects: [effect], results: sink.results(), ...NOT_UNDONE };
  } catch (error) {
    // An error of the server's own is its last word where nothing of the statement can have been done before it failed.
    const { errno } = toPilotError(error);
    const { statement, context } = first.statement;
    if (errno !== undefined && !isPilotError(error, 'connection.lost') && isDoneWhole(statement, context.dialect, errno)) throw error;
    const returned = sink.results().filter(({ rows }) => rows.length > 0);
    throw unknown(
      'The statement ended with an error. It may have run in full, in part, or not at all.',
      preview,
      error,
      toPilotError(error).message,
      ...(returned.length === 0 ? [] : [`Returned before it failed:\n${returned.map((result) => toCsv(result)).join('\n\n')}`]),
    );
  }
}

/** Names, keys and what the server said are evidence: whoever can write to the database can put words there. */
function unknown(message: string, preview: WritePreview, cause: unknown, ...found: readonly string[]): PilotError {
  const { since } = preview.identity;
  const row = preview.statements.map(checkQuery).find((query) => query !== undefined);
  const evidence = [
    ...found,
    ...(row === undefined ? [] : [`A row that the statement changes: ${row}`]),
    ...(since === undefined ? [] : [`Transactions of this server since the preview: ${since}`]),
  ];
  return new PilotError('write.unknown', `OUTCOME UNKNOWN: ${message}`, {
    advice: 'write.look',
    untrusted: false,
    ...(evidence.length === 0 ? {} : { evidence: evidence.join('\n') }),
    cause,
  });
}

/** The first row that the statement picks, by its key. */
function checkQuery({ table, columns, before }: StatementPreview): string | undefined {
  const [row] = before?.rows ?? [];
  if (table === undefined || row === undefined || before === undefined) return undefined;
  const conditions = columns
    .filter(({ key }) => key)
    .map(({ name }) => {
      const at = before.columns.findIndex((column) => column.name === name);
      return sql`${quoteIdentifier(name)} = ${sqlLiteral(row[at] ?? null, before.columns[at])}`;
    });
  return sql`SELECT * FROM ${quoteTable(table)} WHERE ${joined(conditions, ' AND ')}`;
}
