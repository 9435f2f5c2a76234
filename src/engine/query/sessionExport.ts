import { isDigits, type Column } from '../driver/values.ts';
import { isPilotError, PilotError } from '../errors.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { sql, type OwnSql } from '../sql/ownSql.ts';
import type { SessionMoment } from './console.ts';
import { rowWriter } from './exportFormats.ts';
import { hasTimestamps } from './exportNotes.ts';
import { exportRows, type Exported, type FileOptions } from './exportRead.ts';
import { FileSink } from './fileSink.ts';
import { columnKey, isGenerated, tablesOf, type GeneratedColumns } from './generatedColumns.ts';
import type { ResultSet } from './resultSet.ts';

/** A result as a person sees it, and where it came from. */
export interface ShownResult {
  readonly sql: string;
  readonly result: ResultSet;
  readonly moment: SessionMoment;
}

/** Asks the session; rows by the names of their columns in lower case. */
type Ask = (question: OwnSql) => Promise<readonly Readonly<Record<string, string | null>>[]>;

const LIMITS = { maxRows: 10_000, maxCharacters: 10_000_000 };

/** True where all rows are in memory, whole. */
function isWhole({ cutBy, cutCells }: ResultSet): boolean {
  return cutBy === undefined && cutCells === 0;
}

/**
 * Writes all rows of a result: from memory where they are there, else by its statement, again in its session and only if that stands where it stood. Throws a PilotError; what is in
 * the file then is to be thrown away.
 */
export async function exportShown(
  { sql: statement, result, moment }: ShownResult,
  options: FileOptions,
  signal: AbortSignal,
): Promise<Exported> {
  const started = performance.now();
  const { console } = moment;
  const ask: Ask = async (question) => {
    // Asked of the session itself: its time zone and temporary tables are its own.
    if (!isSame(console.moment, moment)) {
      throw new PilotError(
        'input.invalid',
        'The session has changed since these rows were read, and an SQL file needs its time zone and tables. Nothing was exported.',
        { advice: 'export.againOrCsv' },
      );
    }
    const { results } = await console.run(question, { limits: LIMITS, signal });
    const [answer] = results;
    return (answer?.rows ?? []).map((row) =>
      Object.fromEntries((answer?.columns ?? []).map(({ name }, i) => [name.toLowerCase(), row[i] ?? null])),
    );
  };
  const session = {
    charset: result.columns.every(isDigits) ? undefined : moment.charset,
    ...(options.format === 'sql'
      ? await readSession(result.columns, ask)
      : hasTimestamps(result.columns) && isSame(console.moment, moment)
        ? { timeZone: await readZone(ask) }
        : {}),
  };
  if (isWhole(result)) return exportRows(result, { ...options, ...session });
  const writer = await rowWriter({ ...options, ...session });
  const sink = new FileSink({ ...options, rowsOfAnySize: true, shown: result.cutCells === 0 ? result.rows : undefined }, writer);
  try {
    const { complete } = await console.stream(statement, sink, moment, signal);
    if (!complete) throw sink.refusal();
    await sink.finish();
    const { rows, bytes } = sink;
    return { rows, bytes, elapsedMs: Math.round(performance.now() - started), blockedStatements: [], notes: writer.notes };
  } finally {
    await sink.settled();
  }
}

function isSame(a: SessionMoment, b: SessionMoment): boolean {
  return a.session !== undefined && a.session === b.session && a.steps === b.steps;
}

/** What an SQL file has to know of the session that read its rows. */
async function readSession(
  columns: readonly Column[],
  ask: Ask,
): Promise<{ readonly timeZone?: string; readonly generated: GeneratedColumns }> {
  const generated = new Set<string>();
  for (const { database, name } of tablesOf(columns)) {
    // MariaDB tells a common table expression as a table of the database.
    const rows = await ask(sql`SHOW COLUMNS FROM ${quoteIdentifier(database)}.${quoteIdentifier(name)}`).catch((error: unknown) => {
      if (isPilotError(error, 'object.unknown')) return [];
      throw error;
    });
    for (const row of rows)
      if (isGenerated(row['extra'] ?? '')) generated.add(columnKey({ database, table: name, column: row['field'] ?? '' }));
  }
  return hasTimestamps(columns) ? { generated, timeZone: await readZone(ask) } : { generated };
}

async function readZone(ask: Ask): Promise<string> {
  // Servers in containers are in UTC and call it SYSTEM.
  const [row] = await ask(
    sql`SELECT IF(@@session.time_zone = 'UTC' OR (@@session.time_zone = 'SYSTEM' AND @@system_time_zone = 'UTC'), '+00:00', @@session.time_zone) AS zone`,
  );
  return row?.['zone'] ?? 'SYSTEM';
}
