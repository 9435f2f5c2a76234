import type { Session } from '../driver/session.ts';
import type { Cell } from '../driver/values.ts';
import { isPilotError, PilotError } from '../errors.ts';
import { modeOf } from '../query/exports/sqlFile.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { Stop } from '../query/reads/stop.ts';
import { holdTables } from '../query/reads/heldTables.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { sql } from '../sql/ownSql.ts';
import { readLockedRows } from './capturedTable.ts';
import { commitTransaction } from './commitTransaction.ts';
import { readIdentity, type ServerIdentity } from './serverIdentity.ts';
import { readWrittenColumns } from './snapshotSql.ts';
import { readTouched, type RowEvent } from './touchedTables.ts';
import { orphanQueries, readForeignKeys, type ForeignKey } from './undoForeignKeys.ts';
import { keyText, rowsOf, type UndoObstacle, type UndoRecord, type UndoTable } from './undoRecord.ts';
import { rowsByKey, undoStatements, type UndoStatement } from './undoStatements.ts';
import { readUniqueKeys } from './uniqueKeys.ts';

export interface UndoOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What undoing a write would do, as it was looked at or tried. */
export interface UndoPreview {
  readonly identity: ServerIdentity;
  readonly statements: readonly UndoStatement[];
  readonly triggers: readonly string[];
  /** Milliseconds of the trial; undefined where nothing was tried. */
  readonly triedMs: number | undefined;
}

export interface UndoOutcome {
  readonly rows: number;
  readonly elapsedMs: number;
}

/** Looks whether a write can be undone now. With `tries` it is undone and rolled back. */
export async function previewUndo(
  path: ReadPath,
  record: UndoRecord,
  tries: boolean,
  options: UndoOptions,
): Promise<UndoPreview | UndoObstacle> {
  return inTransaction(path, record, options, async (session, stop, undo) => {
    const started = performance.now();
    const obstacle = tries ? await stop.race(apply(session, record, undo)) : undefined;
    await stop.race(session.command('ROLLBACK'));
    if (obstacle !== undefined) return obstacle;
    const triedMs = tries ? Math.round(performance.now() - started) : undefined;
    return { identity: undo.identity, statements: undo.statements, triggers: undo.triggers, triedMs };
  });
}

/**
 * Undoes a write in one transaction: only if its rows are now as it left them, and only if they are then as they were before it. An obstacle means that nothing was changed.
 * Throws `write.unknown` where the server has not answered the COMMIT.
 */
export async function runUndo(path: ReadPath, record: UndoRecord, options: UndoOptions): Promise<UndoOutcome | UndoObstacle> {
  const started = performance.now();
  try {
    return await inTransaction(path, record, options, async (session, stop, undo) => {
      const obstacle = await stop.race(apply(session, record, undo));
      if (obstacle !== undefined) {
        await session.command('ROLLBACK');
        return obstacle;
      }
      await commitTransaction(session, (_, cause) => unknownCommit(cause));
      return { rows: rowsOf(record), elapsedMs: Math.round(performance.now() - started) };
    });
  } finally {
    path.written(record.tables);
  }
}

/** What is to be done, in a session that holds the tables and rows. */
interface Undo {
  readonly identity: ServerIdentity;
  readonly statements: readonly UndoStatement[];
  readonly keys: readonly ForeignKey[];
  readonly triggers: readonly string[];
}

async function inTransaction<T>(
  path: ReadPath,
  record: UndoRecord,
  { timeoutMs, signal }: UndoOptions,
  work: (session: Session, stop: Stop, undo: Undo) => Promise<T>,
): Promise<T | UndoObstacle> {
  const stop = new Stop(timeoutMs, signal);
  try {
    return await path.pool.withWritableSession(undefined, async (session) => {
      const undo = await stop.race(prepare(session, record)).catch(refusedByServer);
      return 'code' in undo ? undo : await work(session, stop, undo);
    });
  } finally {
    stop.dispose();
  }
}

async function prepare(session: Session, record: UndoRecord): Promise<Undo | UndoObstacle> {
  const identity = await readIdentity(session);
  if (identity.server !== record.server) return { code: 'server', about: [] };
  await session.command(sql`SET SESSION sql_mode = ${modeOf('strict')}`);
  // The server would change or delete rows along that nobody has seen. What foreign keys demand is looked at afterwards.
  await session.command('SET SESSION foreign_key_checks = 0');
  await session.command('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'); // it locks all that it reads
  await session.command('START TRANSACTION');
  const [left] = await holdTables(session, record.tables);
  if (left !== undefined) return { code: 'changedTable', about: [left.name] };
  for (const table of record.tables)
    if (JSON.stringify(await readWrittenColumns(session, table)) !== table.definition) return { code: 'changedTable', about: [table.name] };
  const keys = await readForeignKeys(session, record.tables);
  const found = await compare(session, record);
  if (found !== undefined) return found;
  const tables = [];
  for (const table of record.tables) tables.push({ ...table, uniqueKeys: await readUniqueKeys(session, table) });
  const statements = undoStatements(tables, keys, { checked: false });
  const touched = await readTouched(
    session,
    record.tables.map((table) => ({
      table,
      events: [...new Set(statements.filter((one) => isOf(one, table)).map(({ verb }): RowEvent => verb))],
    })),
  );
  const fires = touched.triggers.find(({ changesRows }) => changesRows);
  if (fires !== undefined) return { code: 'fires', about: [fires.name] };
  if (touched.unknown !== undefined) return { code: 'unseen', about: [touched.unknown] };
  if (touched.lasting !== undefined) return { code: 'lasting', about: [touched.lasting] };
  return { identity, statements, keys, triggers: touched.triggers.map(({ name }) => name) };
}

function isOf({ table }: UndoStatement, { database, name }: UndoTable): boolean {
  return table.database === database && table.name === name;
}

/** Whether the rows are now as the write left them, and where it has left none, there is none. */
async function compare(session: Session, record: UndoRecord): Promise<UndoObstacle | undefined> {
  let others = 0;
  let undone = 0;
  let where: string | undefined;
  for (const table of record.tables) {
    const now = await readNow(session, table);
    if (now === undefined) return { code: 'changedRows', about: [table.name, '', ''] };
    const differ = countDifferent(table, now, 'after');
    if (differ > 0) where ??= table.name;
    others += differ;
    if (countDifferent(table, now, 'before') === 0) undone++;
  }
  if (where === undefined) return undefined;
  if (undone === record.tables.length) return { code: 'done', about: [] };
  return { code: 'changedRows', about: [where, String(others), String(rowsOf(record))] };
}

/** The rows that are there now of those that the write has changed, by key. */
async function readNow(session: Session, table: UndoTable): Promise<ReadonlyMap<string, readonly Cell[]> | undefined> {
  const { columns, key, changes } = table;
  const rows = changes.flatMap(({ before, after }) => [before, after]).filter((row) => row !== null);
  const tuples = new Map(rows.map((row) => [keyText(row, key), key.map((at) => sqlLiteral(row[at] ?? null, columns[at]))]));
  const test = { columns: key.map((at) => columns[at]?.name ?? ''), tuples: [...tuples.values()] };
  const found = await readLockedRows(session, table, await readWrittenColumns(session, table), [test]);
  return found && new Map(found.rows.map((row) => [keyText(row, key), row]));
}

/** Changes whose row is another one now, or is there where it should not be. */
function countDifferent(table: UndoTable, now: ReadonlyMap<string, readonly Cell[]>, which: 'before' | 'after'): number {
  const wanted = rowsByKey(table, which);
  const keys = new Set([...wanted.keys(), ...now.keys()]);
  return [...keys].filter((key) => {
    const [is, should] = [now.get(key), wanted.get(key)];
    return is === undefined || should === undefined || table.written.some((at) => is[at] !== should[at]);
  }).length;
}

async function apply(session: Session, record: UndoRecord, { statements, keys }: Undo): Promise<UndoObstacle | undefined> {
  try {
    return await applyStatements(session, record, statements, keys);
  } catch (error) {
    return refusedByServer(error);
  }
}

async function applyStatements(
  session: Session,
  record: UndoRecord,
  statements: readonly UndoStatement[],
  keys: readonly ForeignKey[],
): Promise<UndoObstacle | undefined> {
  let mode = 'strict';
  for (const statement of statements) {
    if (statement.mode !== mode) await session.command(sql`SET SESSION sql_mode = ${modeOf(statement.mode)}`);
    mode = statement.mode;
    await session.command(statement.sql);
  }
  for (const table of record.tables) {
    const now = await readNow(session, table);
    if (now === undefined || countDifferent(table, now, 'before') > 0) return { code: 'differs', about: [table.name] };
  }
  for (const { key, sql: query } of orphanQueries(record.tables, keys)) {
    const [row] = await session.command(query);
    if (Number(row?.['n']) > 0) return { code: 'references', about: [key.child.name, key.name] };
  }
  return undefined;
}

/** The server's own word on a statement is a reason; anything else is an error. */
function refusedByServer(error: unknown): UndoObstacle {
  if (!isPilotError(error) || error.errno === undefined || error.code === 'connection.lost') throw error;
  return { code: 'refused', about: [error.message] };
}

function unknownCommit(cause: unknown): PilotError {
  return new PilotError('write.unknown', 'The server did not say whether it has committed.', { advice: 'write.look', cause });
}
