import * as z from 'zod';
import { planText } from './resultText.ts';
import { connectionInput, databaseInput, defineTool, paramsInput, timeoutInput } from './tool.ts';

export const mysqlExplain = defineTool({
  name: 'mysql_explain',
  title: 'MySQL query plan',
  description:
    'Explains how the server runs a statement: access to each table, findings (full scans, sorts, joins without index, wrong estimates), plan. Writes are planned, not run. `analyze` runs a read and compares estimates with actual rows.',
  input: () =>
    z.strictObject({
      sql: z.string().min(1).describe('One statement, without EXPLAIN.'),
      params: paramsInput(),
      connection: connectionInput(),
      database: databaseInput(),
      analyze: z.boolean().optional(),
      timeoutSeconds: timeoutInput(),
    }),
  operation: 'read',
  gives: 'data',
  async run({ sql, params, connection, database: databaseName, analyze = false, timeoutSeconds: given }, context) {
    const timeoutSeconds = given ?? context.limits.seconds;
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const plan = await database.reads.explain(sql, analyze, {
      database: databaseName,
      limits: { maxRows: 1000, maxCharacters: 100_000 },
      timeoutMs: timeoutSeconds * 1000,
      signal: context.signal,
      parameters: params,
    });
    return planText(plan, context.untrusted);
  },
});
