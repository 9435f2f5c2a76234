import * as z from 'zod';
import type { Advice, IndexAdvice } from '../../engine/diagnostics/indexAdvice.ts';
import { describeStep } from '../../engine/diagnostics/planFindings.ts';
import { sizeText } from './tableText.ts';
import { connectionInput, databaseInput, defineTool, timeoutInput } from './tool.ts';

/** Kinds of statements that are looked at. */
const WORKLOAD = 20;

export const mysqlIndexAdvice = defineTool({
  name: 'mysql_index_advice',
  title: 'MySQL index advice',
  description:
    'Proposes indexes for a slow statement, or without sql for the most expensive ones: evidence, size, write cost, and indexes made superfluous. Changes nothing.',
  input: () =>
    z.strictObject({
      sql: z.string().min(1).optional().describe('SELECT, UPDATE or DELETE.'),
      connection: connectionInput(),
      database: databaseInput(),
      timeoutSeconds: timeoutInput(),
    }),
  operation: 'read',
  gives: 'data',
  async run({ sql, connection, database: databaseName, timeoutSeconds: given }, context) {
    const timeoutSeconds = given ?? context.limits.seconds;
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const options = {
      database: databaseName,
      limits: { maxRows: 1000, maxCharacters: 100_000 },
      timeoutMs: timeoutSeconds * 1000,
      signal: context.signal,
    };
    if (sql !== undefined) return context.untrusted(adviceText(await database.diagnostics.adviseIndexes(sql, options)));
    const { looked, skipped, ...advice } = await database.diagnostics.adviseWorkload(WORKLOAD, options);
    const about = `Statements examined: ${String(looked)}${skipped === 0 ? '' : `, ${String(skipped)} of them could not be planned`}.`;
    return `${about}\n${context.untrusted(adviceText(advice))}`;
  },
});

function adviceText({ advice, remarks }: Advice): string {
  const proposals = advice.map((one, i) => `${String(i + 1)}. ${proposalText(one)}`);
  const none = 'No index is proposed: the tables are small, or an existing index is used.';
  return [...(proposals.length === 0 ? [none] : proposals), ...remarks.map((remark) => `- ${remark}`)].join('\n');
}

function checkText(checked: IndexAdvice['checked']): string {
  if (checked === undefined)
    return 'This is an estimate. To test indexes, the user can set a scratch database (command "Set Scratch Database…").';
  if ('reason' in checked) return `This is an estimate: ${checked.reason}.`;
  const { rows, before, after, used } = checked;
  const [now, then] = [before, after].map((step) => (step === undefined ? 'nothing' : describeStep(step)));
  return `checked on a copy with ${String(rows)} rows: before ${now ?? ''}; after ${then ?? ''}${used ? '' : '. The optimizer does NOT use it there'}`;
}

function proposalText({
  candidate,
  ddl,
  rowsNow,
  rowsThen,
  sampled,
  bytes,
  superfluous,
  writes,
  statements,
  checked,
}: IndexAdvice): string {
  const { serves, step, table, covering } = candidate;
  const then =
    rowsThen === undefined ? '' : `; then ~${String(rowsThen)} of ~${String(rowsNow)} rows each time, by ${String(sampled)} sampled rows`;
  const written = writes === undefined ? '' : ` (${String(writes)} changes of ${table} since the server started)`;
  return [
    ddl,
    `   for: ${serves.join(', ')}${statements > 1 ? ` (${String(statements)} statements)` : ''}`,
    `   now: ${describeStep(step)}${then}`,
    `   cost: ${sizeText(bytes)}, and an update on each write${written}`,
    ...(covering.length === 0 ? [] : [`   with ${covering.join(', ')} added, it covers all columns read from ${table}`]),
    ...(superfluous.length === 0 ? [] : [`   makes redundant: ${superfluous.join(', ')}`]),
    `   ${checkText(checked)}`,
  ].join('\n');
}
