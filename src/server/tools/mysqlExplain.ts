import * as z from 'zod';
import { PilotError } from '../../engine/errors.ts';
import { isMigration } from '../../engine/ddl/isMigration.ts';
import { forecastText } from './forecastText.ts';
import { planText } from './resultText.ts';
import { connectionInput, databaseInput, defineTool, paramsInput, timeoutInput } from './tool.ts';

export const mysqlExplain = defineTool({
  name: 'mysql_explain',
  title: 'MySQL query plan',
  description:
    "Explains how the server runs a statement: access to each table, findings (full scans, sorts, joins without index, wrong estimates), plan. Runs no writes. `analyze` runs a read and compares estimates with actual rows. For DDL, also a script of 200 statements: algorithm, lock, or error; rows that don't fit; dependents; undo SQL.",
  input: () =>
    z.strictObject({
      sql: z.string().min(1).describe('Without EXPLAIN; several if DDL.'),
      params: paramsInput(),
      connection: connectionInput(),
      database: databaseInput(),
      analyze: z.boolean().optional(),
      timeoutSeconds: timeoutInput(),
    }),
  operation: 'read',
  gives: ({ sql }) => (isMigration(sql) ? 'structure' : 'data'),
  async run({ sql, params, connection, database: databaseName, analyze = false, timeoutSeconds: given }, context, gives) {
    const timeoutSeconds = given ?? context.limits.seconds;
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const options = {
      database: databaseName,
      limits: { maxRows: 1000, maxCharacters: 100_000 },
      timeoutMs: timeoutSeconds * 1000,
      signal: context.signal,
      parameters: params,
    };
    const isScript = gives === 'structure';
    if (isScript && analyze)
      throw new PilotError('input.invalid', "A statement that changes a definition isn't run.", { nextStep: 'Omit `analyze`.' });
    if (isScript) return context.untrusted(forecastText(await database.diagnostics.forecast(sql, options)));
    return planText(await database.reads.explain(sql, analyze, options), context.untrusted);
  },
});
