import type { Database } from '../../engine/connection/database.ts';
import { isPilotError } from '../../engine/errors.ts';
import type { Cell } from '../../engine/driver/values.ts';
import type { TableDescription } from '../../engine/schema/catalog.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { integer, sql } from '../../engine/sql/ownSql.ts';

/** Above this only so many rows are looked at. */
const MAX_ROWS = 1_000_000;
const TOP_VALUES = 10;
const MAX_VALUE = 60;
const LIMITS = { maxRows: TOP_VALUES, maxCharacters: 10_000, maxCellCharacters: MAX_VALUE };

export interface ProfileOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What a column holds, in a line: nulls, distinct values, range, the most frequent values. */
export async function profileColumn(database: Database, table: TableDescription, column: string, options: ProfileOptions): Promise<string> {
  const name = quoteIdentifier(column);
  const whole = sql`${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)}`;
  // An estimate may be half of the truth or twice as much; a LIMIT on all of a small table costs nothing.
  const rows = sql`(SELECT ${name} FROM ${whole} LIMIT ${integer(MAX_ROWS)}) AS looked_at`;
  const read = async (statement: string): Promise<readonly (readonly Cell[])[]> =>
    (await database.reads.query(statement, { ...options, limits: LIMITS }))[0]?.rows ?? [];
  try {
    const [[count, filled, distinct, least, most] = []] = await read(
      sql`SELECT COUNT(*), COUNT(${name}), COUNT(DISTINCT ${name}), MIN(${name}), MAX(${name}) FROM ${rows}`,
    );
    const top = await read(
      sql`SELECT ${name}, COUNT(*) AS n FROM ${rows} WHERE ${name} IS NOT NULL GROUP BY ${name} ORDER BY n DESC, ${name} LIMIT ${integer(TOP_VALUES)}`,
    );
    const part = Number(count) === MAX_ROWS ? ' (the first)' : '';
    const range = Number(filled) === 0 ? '' : `, from ${JSON.stringify(least)} to ${JSON.stringify(most)}`;
    const repeated = top.filter(([, n]) => Number(n) > 1).map(([value, n]) => `${JSON.stringify(value)} ${String(n)}`);
    const frequent = repeated.length === 0 ? '' : `; most frequent: ${repeated.join(', ')}`;
    return `PROFILE ${column}: ${String(count)} rows${part}, ${String(Number(count) - Number(filled))} null, ${String(distinct)} distinct${range}${frequent}`;
  } catch (error) {
    // Geometry has neither order nor equality; what there is to say of it are its nulls.
    if (!isPilotError(error, 'statement.failed')) throw error;
    const [[count, filled] = []] = await read(sql`SELECT COUNT(*), COUNT(${name}) FROM ${rows}`);
    return `PROFILE ${column}: ${String(count)} rows, ${String(Number(count) - Number(filled))} null (${error.message})`;
  }
}
