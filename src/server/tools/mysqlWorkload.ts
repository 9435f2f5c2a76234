import * as z from 'zod';
import { WORKLOAD_ORDERS, type StatementDigest } from '../../engine/diagnostics/workload.ts';
import { cut } from '../../engine/text.ts';
import { connectionInput, defineTool } from './tool.ts';

const DEFAULT_STATEMENTS = 10;
const MAX_STATEMENTS = 50;
const MAX_TEXT = 300;

export const mysqlWorkload = defineTool({
  name: 'mysql_workload',
  title: 'MySQL workload',
  description:
    'Lists the most expensive statement digests, without values: time, rows examined per row sent, errors, disk temporary tables, runs without an index. Since the server started, or since the last call.',
  input: () =>
    z.strictObject({
      connection: connectionInput(),
      database: z.string().min(1).max(64).optional().describe('Default: all.'),
      order: z.enum(WORKLOAD_ORDERS).optional().describe('Default time.'),
      limit: z
        .int()
        .min(1)
        .max(MAX_STATEMENTS)
        .optional()
        .describe(`Default ${String(DEFAULT_STATEMENTS)}.`),
      sinceLast: z.boolean().optional(),
    }),
  operation: 'read',
  gives: 'data',
  async run({ connection, database: databaseName, order = 'time', limit = DEFAULT_STATEMENTS, sinceLast = false }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const digests = await database.diagnostics.workload({ database: databaseName, order, limit, sinceLast });
    if (digests.length === 0) return "No matching statements: none were recorded, or the account can't read performance_schema.";
    return context.untrusted(digests.map(digestText).join('\n'));
  },
});

function digestText(digest: StatementDigest): string {
  const { text, database, count, seconds, maxSeconds, rowsExamined, rowsSent, errors, diskTables, withoutIndex } = digest;
  const parts = [
    `${seconds.toFixed(3)} s in ${String(count)} runs (avg ${((1000 * seconds) / count).toFixed(2)} ms, max ${(1000 * maxSeconds).toFixed(1)} ms)`,
    `${String(rowsExamined)} rows examined for ${String(rowsSent)} sent`,
    ...(errors > 0 ? [`${String(errors)} errors`] : []),
    ...(diskTables > 0 ? [`${String(diskTables)} temporary tables on disk`] : []),
    ...(withoutIndex > 0 ? [`${String(withoutIndex)} runs without an index`] : []),
  ];
  return `- ${parts.join(', ')}\n  ${database === undefined ? '' : `[${database}] `}${cut(text, MAX_TEXT)}`;
}
