import type { SessionPool } from '../../driver/sessionPool.ts';
import { hasTimestamps, isDigits } from '../../driver/values.ts';
import { PilotError } from '../../errors.ts';
import { quoteIdentifier, type QualifiedName } from '../../sql/identifiers.ts';
import { sql } from '../../sql/ownSql.ts';
import { askIn, streamShown } from '../userSession/momentReads.ts';
import { moved } from '../userSession/sessionLoss.ts';
import type { SessionMoment } from '../userSession/sessionMoment.ts';
import { rowWriter } from './exportFormats.ts';
import { exportRows, type Exported } from './exportRead.ts';
import type { FileOptions } from './fileSink.ts';
import { FileSink } from './fileSink.ts';
import { columnKey, isGenerated, readGeneratedColumns, readLeftOut, tablesOf, type GeneratedColumns } from '../results/generatedColumns.ts';
import { isTemporary } from '../userSession/hiddenTables.ts';
import { findRerunEffect, type RerunEffect } from '../authorization/rerun.ts';
import type { ResultSet } from '../results/resultSet.ts';

export interface ShownResult {
  readonly sql: string;
  readonly result: ResultSet;
  readonly moment: SessionMoment;
}

export interface SessionExport {
  /** For questions of ours, which the session of the person must not see. */
  readonly pool: SessionPool;
  readonly signal: AbortSignal;
  /** The person knows that the statement may change something when it runs again; else it is refused then. */
  readonly mayChange?: boolean;
}

/** True where all rows are in memory, whole. */
function isWhole({ cutBy, cutCells }: ResultSet): boolean {
  return cutBy === undefined && cutCells === 0;
}

/** What an export would change by running the statement again; undefined where it does not run, or only reads. */
export async function findExportEffect(
  { sql: statement, result, moment }: ShownResult,
  pool: SessionPool,
): Promise<RerunEffect | undefined> {
  const { userSession, mayHideTables } = moment;
  if (isWhole(result)) return undefined;
  return findRerunEffect(pool, statement, { dialect: userSession.dialect, database: userSession.database, mayHideTables });
}

/**
 * Writes all rows of a result: from memory where they are there, else by its statement, again in its session and only if that stands where it stood. Throws a PilotError; what is in
 * the file then is to be thrown away.
 */
export async function exportShown(shown: ShownResult, options: FileOptions, { pool, signal, mayChange }: SessionExport): Promise<Exported> {
  const started = performance.now();
  const { sql: statement, result, moment } = shown;
  const effect = mayChange === true ? undefined : await findExportEffect(shown, pool);
  if (effect !== undefined) throw mayChangeAgain();
  const session = {
    charset: result.columns.every(isDigits) ? undefined : moment.charset,
    timeZone: hasTimestamps(result.columns) ? await readZone(shown, options, pool) : undefined,
    ...(options.format === 'sql' ? { generated: await readGenerated(shown, pool) } : {}),
  };
  const leftOut = await findLeftOut(result, pool);
  const isReplaced = moment.userSession.answer.isOurs;
  if (isWhole(result)) {
    const exported = await exportRows(result, { ...options, ...session });
    return { ...exported, notes: notesOf(exported.notes, leftOut, isReplaced) };
  }
  const writer = await rowWriter({ ...options, ...session });
  const sink = new FileSink({ ...options, rowsOfAnySize: true, shown: result.cutCells === 0 ? result.rows : undefined }, writer);
  try {
    const { complete, replaced } = await streamShown(statement, sink, moment, signal);
    if (!complete) throw sink.refusal();
    await sink.finish();
    const { rows, bytes } = sink;
    const notes = notesOf(writer.notes, leftOut, replaced);
    return { rows, bytes, elapsedMs: Math.round(performance.now() - started), blockedStatements: [], notes };
  } finally {
    await sink.settled();
  }
}

/** A hint, which no export fails for. */
async function findLeftOut({ columns }: ResultSet, pool: SessionPool): Promise<readonly string[]> {
  if (tablesOf(columns).length === 0) return [];
  return pool.withSession(undefined, (session) => readLeftOut(session, columns)).catch(() => []);
}

/** What * has left out is named, and what the person may still want to know of their last statement is said to be gone. */
function notesOf(notes: readonly string[], leftOut: readonly string[], isReplaced: boolean): string[] {
  return [
    ...notes,
    ...(leftOut.length === 0 ? [] : [`Invisible columns were omitted: ${leftOut.join(', ')}. To export them, name them in the SELECT.`]),
    ...(isReplaced ? ['FOUND_ROWS(), ROW_COUNT(), and SHOW WARNINGS no longer refer to the last statement that you ran.'] : []),
  ];
}

function mayChangeAgain(): PilotError {
  return new PilotError('input.invalid', "The statement may make changes, so it isn't run again. Nothing was exported.", {
    advice: 'export.copyShown',
  });
}

function isSame(a: SessionMoment, b: SessionMoment): boolean {
  return a.session !== undefined && a.session === b.session && a.steps === b.steps;
}

/** The columns that an SQL file must leave out. The catalog tells those of tables, and the session those of a temporary one, which may hide a table. */
async function readGenerated({ result: { columns }, moment }: ShownResult, pool: SessionPool): Promise<GeneratedColumns> {
  const tables = tablesOf(columns);
  const found = new Set<string>();
  const others: QualifiedName[] = [];
  for (const table of tables) {
    const isHidden = moment.mayHideTables && (await isTemporary(moment, table, 'visibly'));
    if (!isHidden) others.push(table);
    else for (const column of await generatedInSession(moment, table)) found.add(columnKey({ ...table, table: table.name, column }));
  }
  if (others.length === 0) return found;
  return new Set([...found, ...(await pool.withSession(undefined, (session) => readGeneratedColumns(session, others)))]);
}

async function generatedInSession(moment: SessionMoment, { database, name }: QualifiedName): Promise<string[]> {
  const { columns, rows } = await askIn(moment, sql`SHOW COLUMNS FROM ${quoteIdentifier(database)}.${quoteIdentifier(name)}`);
  const [field, extra] = ['field', 'extra'].map((wanted) => columns.findIndex(({ name: one }) => one.toLowerCase() === wanted));
  return rows.filter((row) => isGenerated(row[extra ?? -1] ?? '')).map((row) => row[field ?? -1] ?? '');
}

/**
 * The time zone in which a result was read, as a file can say it: servers in containers are in UTC and call it SYSTEM. Where the server does not tell of changes, the session is asked.
 * Undefined where it can't be known, and where a file need not. Throws where it has changed while the rows were read.
 */
async function readZone({ moment }: ShownResult, { format }: FileOptions, pool: SessionPool): Promise<string | undefined> {
  if (moment.timeZone === undefined && format !== 'sql' && !isSame(moment.userSession.moment, moment)) return undefined;
  const zone = moment.timeZone ?? (await askIn(moment, sql`SELECT @@session.time_zone`)).rows[0]?.[0] ?? 'SYSTEM';
  if (moment.timeZoneBefore !== undefined && moment.timeZoneBefore !== zone)
    throw moved("A function has changed the session's time zone while these rows were read.");
  return zone === 'UTC' || (zone === 'SYSTEM' && (await isSystemUtc(pool))) ? '+00:00' : zone;
}

async function isSystemUtc(pool: SessionPool): Promise<boolean> {
  const [row] = await pool.withSession(undefined, (session) => session.read('SELECT @@system_time_zone AS zone LIMIT 1'));
  return row?.['zone'] === 'UTC';
}
