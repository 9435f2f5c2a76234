import type { ChangedRows } from '../driver/changedRows.ts';
import type { RowSink, ServerWarning, Session } from '../driver/session.ts';
import { PilotError } from '../errors.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { parseReads } from '../query/authorization/parseReads.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { isAsGuarded } from './guards.ts';
import type { ParsedWrite } from './parseWrites.ts';
import { columnList, mayMoveKeys, quoteTable } from './snapshotSql.ts';
import { MAX_SNAPSHOT_ROWS, RowSnapshot } from './rowSnapshot.ts';
import type { StatementPreview } from './writePreview.ts';
import { joined, sql } from '../sql/ownSql.ts';
import { inEnglish } from '../phrase.ts';

export interface StatementEffect {
  /** Rows that it matched or added, as the server counts them. */
  readonly counted: number;
  /** Rows that are different now. */
  readonly affected: number;
  readonly warnings: readonly ServerWarning[];
  /** The digest of the rows as they were, and as many of them as were to be kept; where they were read. */
  readonly before: { readonly digest: string; readonly count: number; readonly table: ResultTable; readonly all: boolean } | undefined;
  /** The kept rows as they are now, by the same keys. */
  readonly after: ResultTable | undefined;
  /** The first AUTO_INCREMENT value that it used; 0 for none. */
  readonly insertId: number;
}

/** Looks on while a transaction runs, in its session. */
export interface StatementWatch {
  /** Called before the statement, with the rows that it picks where they were read. */
  before(preview: StatementPreview, rows: StatementEffect['before']): Promise<void>;
  after(preview: StatementPreview, effect: StatementEffect): Promise<void>;
}

export interface RunOptions {
  /** How many rows are kept as they were. */
  readonly keep: number;
  /** In UTF-16 units. */
  readonly keepCharacters?: number;
  /** Holds the run to the preview: throws `write.changed` where rows or counts are others now. */
  readonly held: boolean;
  readonly database: string | undefined;
  readonly watch?: StatementWatch | undefined;
}

/** Keys in one query for the rows as they are now. */
const KEYS_AT_ONCE = 500;

/** Runs one statement in a transaction that is open: first locks and reads the rows that it picks, then changes them. */
export async function runStatement(
  session: Session,
  path: ReadPath,
  preview: StatementPreview,
  options: RunOptions,
): Promise<StatementEffect> {
  const { statement, snapshot, expected } = preview;
  const database = options.database ?? path.database;
  const printed = await printAgain(session, path, preview);
  const before =
    snapshot === undefined
      ? undefined
      : await readLocked(session, await printSnapshotQuery(session, path, snapshot.sql, database), options);
  if (options.held && snapshot !== undefined && before?.digest !== snapshot.digest)
    throw changedSince('The rows that the statement affects');
  if (options.held)
    for (const guard of preview.guards)
      if (!(await isAsGuarded(session, await printSnapshotQuery(session, path, guard.sql, database), guard)))
        throw changedSince(capitalized(inEnglish(guard.what)));
  await options.watch?.before(preview, before);
  const { changed, warnings } = await session.stream(printed, IGNORED);
  const effect = {
    counted: countOf(statement, changed),
    affected: changed?.affected ?? 0,
    warnings: warnings > 0 ? await session.warnings() : [],
    before,
    insertId: changed?.insertId ?? 0,
  };
  if (options.held && expected !== undefined && effect.counted !== expected) {
    throw changedSince(`The server counts ${String(effect.counted)} rows and not ${String(expected)}: they`);
  }
  const done = { ...effect, after: options.watch === undefined ? await readAfter(session, preview, before) : undefined };
  await options.watch?.after(preview, done);
  return done;
}

/** Every name is looked up once more: it must still mean what it meant. */
export async function printAgain(session: Session, path: ReadPath, { statement, printed }: StatementPreview): Promise<string> {
  const { sql } = await path.authorizer.authorizeWrite(session, statement);
  if (sql !== printed) throw changedSince('The objects in the statement');
  return sql;
}

/** The condition is the agent's: what is sent is printed from its tree like everything else. */
export async function printSnapshotQuery(session: Session, path: ReadPath, sql: string, database: string | undefined): Promise<string> {
  const [read] = parseReads(sql, { ...path.authorizer.rules, dialect: agentDialect(session.server), database });
  if (read === undefined) throw new Error('There is no statement.');
  return (await path.authorizer.authorize(session, sql, read)).sql;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The error for what is no longer as the preview showed it. */
export function changedSince(what: string): PilotError {
  return new PilotError('write.changed', `${what} differ from the preview. Nothing was changed.`, {
    advice: 'write.changedMeanwhile',
  });
}

/** A changing statement of a transaction has no rows. */
const IGNORED: RowSink = {
  columns: () => undefined,
  row: () => true,
  tooLarge: () => undefined,
};

async function readLocked(session: Session, sql: string, { keep, keepCharacters }: RunOptions): Promise<StatementEffect['before']> {
  const images = new RowSnapshot(keep, keepCharacters);
  const { complete } = await session.stream(`${sql} FOR UPDATE`, images);
  if (!complete || !images.whole) throw changedSince(`There are more than ${String(MAX_SNAPSHOT_ROWS)} rows, or larger rows: they`);
  return { digest: images.digest(), count: images.count, table: images.table, all: images.allKept };
}

/** The server counts rows that an UPDATE leaves as they were only in its text, and rows of an INSERT … SELECT, too. */
function countOf({ shape, verb }: ParsedWrite, changed: ChangedRows | undefined): number {
  const affected = changed?.affected ?? 0;
  const [, matched] = /Rows matched: (\d+)/.exec(changed?.info ?? '') ?? [];
  if (matched !== undefined) return Number(matched);
  if (shape?.kind !== 'added' || verb !== 'INSERT' || shape.onDuplicate !== 'fail') return affected;
  const [, records] = /Records: (\d+)/.exec(changed?.info ?? '') ?? [];
  return records === undefined ? affected : Number(records);
}

/** Only where the statement leaves the keys alone: else the rows are others. */
async function readAfter(
  session: Session,
  { statement, table, columns }: StatementPreview,
  before: StatementEffect['before'],
): Promise<ResultTable | undefined> {
  const { shape } = statement;
  if (before === undefined || table === undefined || shape?.kind !== 'picked' || shape.verb !== 'UPDATE' || before.table.rows.length === 0)
    return undefined;
  const keys = columns.filter(({ key }) => key);
  const assigned = shape.assigned.map((name) => name.toLowerCase());
  if (mayMoveKeys(columns, assigned)) return undefined;
  const places = keys.map(({ name }) => before.table.columns.findIndex((column) => column.name === name));
  const names = joined(keys.map(({ name }) => quoteIdentifier(name)));
  const after = new RowSnapshot(before.table.rows.length);
  for (let i = 0; i < before.table.rows.length; i += KEYS_AT_ONCE) {
    const wanted = before.table.rows
      .slice(i, i + KEYS_AT_ONCE)
      .map((row) => sql`(${joined(places.map((place) => sqlLiteral(row[place] ?? null, before.table.columns[place])))})`);
    const read = sql`SELECT ${columnList('t', columns)} FROM ${quoteTable(table)} AS t WHERE (${names}) IN (${joined(wanted)}) ORDER BY ${names}`;
    await session.stream(read, after);
  }
  return after.table;
}
