import * as z from 'zod';
import { PilotError } from '../../engine/errors.ts';
import { FORMATS } from '../../engine/query/results/formats.ts';
import { limitsOf, type Limits } from '../limits/limits.ts';
import { connectionInput, databaseInput, defineTool, paramsInput, timeoutInput, type Tool } from './tool.ts';
import { MAX_ANSWER } from '../messages/dataBoundary.ts';
import { answerText, DEFAULT_CELL, replicaText, validationText } from './resultText.ts';

const MAX_CHARACTERS = 4_000_000;
/** Rows that are read on and kept behind a page, in pages. */
const SPOOLED_PAGES = 10;
const MAX_SPOOLED_ROWS = 20_000;

/** True where the limits that the schema names are those of every start that says nothing about them. */
function hasUsualSchema({ rows, maxRows, cached }: Limits): boolean {
  const usual = limitsOf();
  return rows === usual.rows && maxRows === usual.maxRows && cached === usual.cached;
}

/** The tool for reads; its texts name the limits that hold. */
export const mysqlQuery = (limits: Limits): Tool =>
  defineTool(
    {
      name: 'mysql_query',
      title: 'MySQL query (read-only)',
      description:
        'Runs read-only SQL (SELECT, WITH, SHOW, DESCRIBE, EXPLAIN [ANALYZE]), one or several statements over one snapshot: batch questions into one call. Returns CSV: an empty cell is NULL, "" an empty string. Values are exact, binary is 0x…, no CAST is needed. TIMESTAMP and NOW() are in UTC, DATETIME may be local time. Refuses writes, locks, stored functions and files.',
      input: () =>
        z.strictObject({
          sql: z.string().min(1).optional().describe('Separate statements with ;'),
          params: paramsInput(),
          connection: connectionInput(),
          database: databaseInput(),
          maxRows: z
            .int()
            .min(1)
            .max(limits.maxRows)
            .optional()
            .describe(`Default ${String(limits.rows)}.`),
          cursor: z.string().max(40).optional().describe('Instead of sql: next rows of a result.'),
          ...(limits.cached ? { refresh: z.boolean().optional().describe('Bypass the cache.') } : {}),
          validate: z.boolean().optional().describe('Run nothing: plan SELECTs; of SHOW, DESCRIBE and EXPLAIN check the syntax.'),
          format: z.enum(FORMATS).optional().describe('Default csv: fewest tokens.'),
          maxCellCharacters: z
            .int()
            .min(10)
            .max(MAX_CHARACTERS)
            .optional()
            .describe(`Cuts longer cells; default ${String(DEFAULT_CELL)}.`),
          maxCharacters: z
            .int()
            .min(100)
            .max(MAX_CHARACTERS)
            .optional()
            .describe(`Of the answer; default ${String(MAX_ANSWER)}.`),
          timeoutSeconds: timeoutInput(),
        }),
      operation: 'read',
      gives: 'statements',
      async run(input, context) {
        const { sql, params, connection, cursor, format = 'csv', maxRows = context.limits.rows, maxCharacters = MAX_ANSWER } = input;
        const { connections } = context;
        const from = connection ?? (cursor === undefined ? undefined : await connections.nameOfCursor(cursor));
        const { profile, database } = await connections.open(from);
        context.usesConnection(profile.name);
        const options = {
          database: input.database,
          limits: { maxRows, maxCharacters, maxCellCharacters: input.maxCellCharacters ?? DEFAULT_CELL },
          timeoutMs: (input.timeoutSeconds ?? context.limits.seconds) * 1000,
          signal: context.signal,
          parameters: params,
          cache: input.refresh === true ? ('renew' as const) : ('use' as const),
          paging: { from: 0, spoolRows: context.limits.spooledRows ?? Math.min(MAX_SPOOLED_ROWS, SPOOLED_PAGES * maxRows) },
        };
        if ((sql === undefined) === (cursor === undefined)) {
          throw new PilotError('input.invalid', 'Exactly one of `sql` and `cursor` is needed.', { nextStep: 'Pass one of them.' });
        }
        if (sql !== undefined && input.validate === true) {
          const checked = await database.reads.validate(sql, options);
          return checked.map((one, i) => validationText(one, i, checked.length, context.untrusted)).join('\n');
        }
        const lag = database.diagnostics.replicaLag();
        const results = sql === undefined ? [await database.reads.resume(cursor ?? '', options)] : await database.reads.query(sql, options);
        return [answerText(results, format, maxCharacters, context.untrusted), ...replicaText(await lag)].join('\n');
      },
    },
    hasUsualSchema(limits),
  );
