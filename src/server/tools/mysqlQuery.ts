import * as z from 'zod';
import { describeHeldUp } from '../../engine/query/blockWatch.ts';
import { FORMATS, formatResult } from '../../engine/query/formats.ts';
import type { ResultSet } from '../../engine/query/resultSet.ts';
import type { Mark } from '../untrusted.ts';
import { connectionInput, databaseInput, defineTool, paramsInput, timeoutInput, DEFAULT_SECONDS } from './tool.ts';

const DEFAULT_ROWS = 200;
const MAX_ROWS = 10_000;
/** About 25,000 tokens: more drowns a model. */
const MAX_CHARACTERS = 100_000;
const DEFAULT_CELL = 5000;

export const mysqlQuery = defineTool({
  name: 'mysql_query',
  title: 'Query MySQL (read-only)',
  description:
    'Runs read-only SQL (SELECT, WITH, SHOW, DESCRIBE, EXPLAIN [ANALYZE]), one or several statements, and returns CSV with a header for each; an empty ' +
    'cell is NULL, "" an empty string. ' +
    'Values are exact to the last digit, dates as stored, TIMESTAMP in UTC, binary as 0x…: no CAST is needed. ' +
    'Writes, locks, stored functions and file access are refused. Example: {"sql": "SELECT country, COUNT(*) FROM customers GROUP BY country"}',
  input: z.strictObject({
    sql: z.string().min(1).describe('MySQL dialect; separate statements with ;'),
    params: paramsInput,
    connection: connectionInput,
    database: databaseInput,
    maxRows: z
      .int()
      .min(1)
      .max(MAX_ROWS)
      .optional()
      .describe(`Rows to return, ${String(DEFAULT_ROWS)} by default.`),
    format: z.enum(FORMATS).optional().describe('csv by default: fewest tokens.'),
    maxCellCharacters: z
      .int()
      .min(10)
      .max(MAX_CHARACTERS)
      .optional()
      .describe(`Longer cells are cut, at ${String(DEFAULT_CELL)} by default.`),
    timeoutSeconds: timeoutInput,
  }),
  operation: 'read',
  async run(
    { sql, params, connection, database: databaseName, maxRows, format = 'csv', maxCellCharacters = DEFAULT_CELL, timeoutSeconds },
    context,
  ) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const results = await database.query(sql, {
      database: databaseName,
      limits: { maxRows: maxRows ?? DEFAULT_ROWS, maxCharacters: MAX_CHARACTERS, maxCellCharacters },
      timeoutMs: (timeoutSeconds ?? DEFAULT_SECONDS) * 1000,
      signal: context.signal,
      parameters: params,
    });
    return results.map((result) => `${context.untrusted(formatResult(result, format))}\n${footer(result, context.untrusted)}`).join('\n\n');
  },
});

function footer(result: ResultSet, untrusted: Mark): string {
  const { heldUp } = result;
  return heldUp.length === 0 ? count(result) : `${count(result)}\nWARNING: ${untrusted(describeHeldUp(heldUp))}`;
}

function count({ rows, cutBy, cutCells }: ResultSet): string {
  const total = `${String(rows.length)} row${rows.length === 1 ? '' : 's'}`;
  const cells =
    cutCells === 0 ? '' : `; ${String(cutCells)} long cell${cutCells === 1 ? '' : 's'} CUT: raise maxCellCharacters, or use SUBSTRING`;
  if (cutBy === undefined) return `(${total}${cells})`;
  const limit = cutBy === 'rows' ? 'the row limit' : `the limit of ${String(MAX_CHARACTERS)} characters`;
  return `(${total}${cells}, TRUNCATED by ${limit}: there are more. Aggregate, narrow with WHERE or fewer columns, or page with ORDER BY and LIMIT.)`;
}
