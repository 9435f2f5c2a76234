import * as z from 'zod';
import type { Advice, IndexAdvice } from '../../engine/diagnostics/indexAdvice.ts';
import { conditionText } from '../../engine/diagnostics/plainConditions.ts';
import { describeStep } from '../../engine/diagnostics/planFindings.ts';
import { sizeText } from './tableText.ts';
import { connectionInput, databaseInput, defineTool, timeoutInput } from './tool.ts';

/** Kinds of statements that are looked at. */
const WORKLOAD = 20;

export const mysqlIndexAdvice = defineTool({
  name: 'mysql_index_advice',
  title: 'MySQL index advice',
  description:
    'Proposes indexes for slow statements, or without sql for the most expensive ones: evidence, size, write cost, and indexes made superfluous. Creates none.',
  input: () =>
    z.strictObject({
      sql: z.string().min(1).optional().describe('SELECT, UPDATE or DELETE; several with ;'),
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
    if (sql !== undefined) return context.untrusted(adviceText(await database.diagnostics.adviseIndexes(sql, options), true));
    const { looked, skipped, ...advice } = await database.diagnostics.adviseWorkload(WORKLOAD, options);
    const about = `Statements examined: ${String(looked)}${skipped === 0 ? '' : `, ${String(skipped)} of them could not be planned`}.`;
    return `${about}\n${context.untrusted(adviceText(advice, false))}`;
  },
});

/** `withValues` where the statements are the caller's own: those of a workload hold values of others. */
function adviceText({ advice, remarks }: Advice, withValues: boolean): string {
  const proposals = advice.map((one, i) => `${String(i + 1)}. ${proposalText(one, withValues)}`);
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

function proposalText(one: IndexAdvice, withValues: boolean): string {
  const { candidate, ddl, bytes, superfluous, writes, statements, checked } = one;
  const { serves, step, table, covering, covers } = candidate;
  const written = writes === undefined ? '' : ` (${String(writes)} changes of ${table} since the server started)`;
  return [
    ddl,
    `   for: ${serves.join(', ')}${statements > 1 ? ` (${String(statements)} statements)` : ''}`,
    `   now: ${describeStep(step)}`,
    ...estimateLines(one, withValues),
    `   cost: ${sizeText(bytes)}, and an update on each write${written}`,
    ...(covers ? [`   covering: all columns read from ${table} are in it`] : []),
    ...(covering.length === 0 ? [] : [`   with ${covering.join(', ')} added, it covers all columns read from ${table}`]),
    ...(superfluous.length === 0 ? [] : [`   makes redundant: ${superfluous.join(', ')}`]),
    `   ${checkText(checked)}`,
  ].join('\n');
}

/** One estimate, with where it is from. */
function estimateLines({ candidate, rowsNow, rowsThen, sampled, shares }: IndexAdvice, withValues: boolean): string[] {
  if (rowsThen === undefined) return [];
  const by = `by ${String(sampled)} sampled rows`;
  if (shares.length === 0)
    return [`   then: ~${String(rowsThen)} of ~${String(rowsNow)} rows each time, on average over its values, ${by}`];
  const parts = shares.map(
    ({ column, condition, part }, i) =>
      `${i === 0 ? '' : 'with '}${withValues ? conditionText(column, condition) : column}: ${percentText(100 * part)}`,
  );
  const { filtered, access } = candidate.step;
  // Of rows that an index finds it is another part.
  const thinks = filtered === undefined || access !== 'ALL' ? '' : `; the optimizer thinks ${percentText(filtered)}`;
  return [`   then: ~${String(rowsThen)} of ~${String(rowsNow)} rows: ${parts.join('; ')}, ${by}${thinks}`];
}

function percentText(percent: number): string {
  return `${String(Number(percent.toPrecision(3)))} %`;
}
