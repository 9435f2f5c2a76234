import type { AgentDatabase } from '../../engine/connection/database.ts';
import { isPilotError } from '../../engine/errors.ts';
import type { Cell } from '../../engine/driver/values.ts';
import type { TableDescription } from '../../engine/schema/catalog.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { integer, sql } from '../../engine/sql/ownSql.ts';
import { jsonShape, textPatterns } from './valuePatterns.ts';

/** Above this only so many rows are looked at. */
const MAX_ROWS = 1_000_000;
const TOP_VALUES = 10;
const MAX_VALUE = 60;
const LIMITS = { maxRows: TOP_VALUES, maxCharacters: 10_000, maxCellCharacters: MAX_VALUE };
/** Values whose form is looked at. */
const SAMPLE = 1000;
const SAMPLE_LIMITS = { maxRows: SAMPLE, maxCharacters: 2_000_000, maxCellCharacters: 5000 };

const TEXT = /^(?:var)?char\b|^(?:tiny|medium|long)?text\b/i;
const DATE = /^(?:date|datetime|timestamp)\b/i;

export interface ProfileOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface ProfiledColumn {
  readonly name: string;
  /** As the description has it. */
  readonly type: string;
}

/** What a column holds, in a line: nulls, distinct values, range, and what its type makes interesting. */
export async function profileColumn(
  database: AgentDatabase,
  table: TableDescription,
  { name: column, type }: ProfiledColumn,
  options: ProfileOptions,
): Promise<string> {
  const name = quoteIdentifier(column);
  const whole = sql`${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)}`;
  // An estimate may be half of the truth or twice as much; a LIMIT on all of a small table costs nothing.
  const rows = sql`(SELECT ${name} FROM ${whole} LIMIT ${integer(MAX_ROWS)}) AS looked_at`;
  const read = async (statement: string, limits = LIMITS): Promise<readonly (readonly Cell[])[]> =>
    (await database.reads.query(statement, { ...options, limits }))[0]?.rows ?? [];
  const readSample = async (): Promise<string[]> =>
    (await read(sql`SELECT ${name} FROM ${rows} WHERE ${name} IS NOT NULL LIMIT ${integer(SAMPLE)}`, SAMPLE_LIMITS)).map(([value]) =>
      String(value),
    );
  const counts = async (): Promise<string> => {
    const [[count, filled] = []] = await read(sql`SELECT COUNT(*), COUNT(${name}) FROM ${rows}`);
    return `PROFILE ${column}: ${String(count)} rows${partText(count)}, ${String(Number(count) - Number(filled))} null`;
  };
  if (/^json\b/i.test(type)) {
    const sample = await readSample();
    return `${await counts()}${sample.length === 0 ? '' : `; JSON of ${String(sample.length)}: ${jsonShape(sample)}`}`;
  }
  try {
    const [[count, filled, distinct, least, most] = []] = await read(
      sql`SELECT COUNT(*), COUNT(${name}), COUNT(DISTINCT ${name}), MIN(${name}), MAX(${name}) FROM ${rows}`,
    );
    const range = Number(filled) === 0 ? '' : `, from ${JSON.stringify(least)} to ${JSON.stringify(most)}`;
    const more = DATE.test(type) ? await years() : `${await frequent()}${TEXT.test(type) ? await patterns() : ''}`;
    return `PROFILE ${column}: ${String(count)} rows${partText(count)}, ${String(Number(count) - Number(filled))} null, ${String(distinct)} distinct${range}${more}`;
  } catch (error) {
    // Geometry has neither order nor equality; what there is to say of it are its nulls.
    if (!isPilotError(error, 'statement.failed')) throw error;
    return `${await counts()} (${error.message})`;
  }

  async function frequent(): Promise<string> {
    const top = await read(
      sql`SELECT ${name}, COUNT(*) AS n FROM ${rows} WHERE ${name} IS NOT NULL GROUP BY ${name} ORDER BY n DESC, ${name} LIMIT ${integer(TOP_VALUES)}`,
    );
    const repeated = top.filter(([, n]) => Number(n) > 1).map(([value, n]) => `${JSON.stringify(value)} ${String(n)}`);
    return repeated.length === 0 ? '' : `; most frequent: ${repeated.join(', ')}`;
  }

  async function years(): Promise<string> {
    const found = await read(
      sql`SELECT YEAR(${name}) AS y, COUNT(*) FROM ${rows} WHERE ${name} IS NOT NULL GROUP BY y ORDER BY y DESC LIMIT ${integer(TOP_VALUES)}`,
    );
    return found.length === 0 ? '' : `; by year: ${found.map(([year, n]) => `${String(year)} ${String(n)}`).join(', ')}`;
  }

  async function patterns(): Promise<string> {
    const sample = await readSample();
    const found = textPatterns(sample);
    return found === '' ? '' : `; of ${String(sample.length)}: ${found}`;
  }
}

function partText(count: Cell | undefined): string {
  return Number(count) === MAX_ROWS ? ' (the first)' : '';
}
