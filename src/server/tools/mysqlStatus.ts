import * as z from 'zod';
import { PilotError } from '../../engine/errors.ts';
import { judgeHealth, type HealthThresholds } from '../../engine/observability/health.ts';
import { cutLine } from '../../engine/text.ts';
import type { RunningCall, ToolMetrics } from '../journal/callRegistry.ts';
import type { ConnectionActivity } from '../connections/connections.ts';
import { receiptLine } from '../messages/receiptWords.ts';
import { defineTool } from './tool.ts';

const SHOWN_SQL = 120;

export const mysqlStatus = defineTool({
  name: 'mysql_status',
  title: 'MySQL Pilot status',
  description:
    'Shows your running calls with their numbers, timings, the health of open connections, and what you have seen of each. `stop` ends a running call and its statement on the server.',
  input: () => z.strictObject({ stop: z.int().positive().optional().describe('Number of a running call.') }),
  operation: 'read',
  gives: 'nothing',
  async run({ stop }, { calls, callId, connections, version, limits, untrusted, receipts }) {
    const visible = new Set((await connections.list()).map(({ name }) => name));
    const others = calls.running().filter(({ id, connection }) => id !== callId && (connection === undefined || visible.has(connection)));
    if (stop !== undefined) {
      const found = others.find(({ id }) => id === stop);
      if (found === undefined || !calls.stop(stop)) {
        throw new PilotError('input.invalid', `No call ${String(stop)} runs.`, {
          nextStep: 'Call mysql_status without arguments to list the running calls.',
        });
      }
      return `Stopped:\n${untrusted(runningText(found))}`;
    }
    const minutes = ((Date.now() - calls.startedAt) / 60_000).toFixed(1);
    const memory = (process.memoryUsage.rss() / 1024 ** 2).toFixed(0);
    const sessions = await connections.activity();
    const seen = receipts().filter(({ connection }) => connection === '' || visible.has(connection));
    return [
      `mysql-pilot ${version}, up ${minutes} min, ${memory} MiB of memory.`,
      // Who gives itself the same name, with the same token, sees what the other one has written.
      others.length === 0
        ? 'No other calls are running.'
        : `Running:\n${untrusted(others.map((call) => `  ${runningText(call)}`).join('\n'))}`,
      ...sessions.flatMap((one) => connectionText(one, limits.health)),
      ...calls.metrics().map(metricsText),
      ...(seen.length === 0 ? [] : [`You have seen:\n${untrusted(seen.map((one) => `  ${receiptLine(one)}`).join('\n'))}`]),
    ].join('\n');
  },
});

function runningText({ id, tool, connection, sql, milliseconds }: RunningCall): string {
  const where = connection === undefined ? '' : ` on ${connection}`;
  const shown = cutLine(sql ?? '', SHOWN_SQL);
  return `#${String(id)} ${tool}${where}, ${(milliseconds / 1000).toFixed(1)} s${shown === '' ? '' : `: ${shown}`}`;
}

function connectionText({ name, pool, figures, cache }: ConnectionActivity, thresholds: HealthThresholds): string[] {
  const { state, reasons } = judgeHealth({ pool, figures, cache }, thresholds);
  const { total, failed, slow, byType, byError, durations, faultsInLastMinute } = figures;
  const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
  const list = (counts: Iterable<readonly [string, number]>): string =>
    [...counts].map(([key, count]) => `${key} ${String(count)}`).join(', ');
  const waits = pool.waits === 0 ? '' : `; ${String(pool.waits)} waits, ${String(pool.waitedMs)} ms in all`;
  const head = `Connection ${name}: ${state}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}. Sessions: ${String(pool.busy)} busy, ${String(pool.idle)} idle, at most ${String(pool.limit)}${waits}.`;
  if (total === 0) return [head];
  const types = list([...byType].map(([type, one]) => [type, one.total] as const));
  const errors = failed === 0 ? '' : ` (${list(byError)}; ${String(faultsInLastMinute)} faults in the last minute)`;
  const cached =
    cache === undefined
      ? []
      : [
          `  Cache: ${String(cache.hits)} hits, ${String(cache.misses)} misses, ${String(cache.evictions)} evicted; ${String(cache.entries)} answers of ${String(cache.characters)} characters.`,
        ];
  return [
    head,
    `  ${String(total)} statements (${types}), ${String(failed)} failed${errors}, ${String(slow)} over 1 s; ms: p50 ${ms(durations.p50)}, p90 ${ms(durations.p90)}, p95 ${ms(durations.p95)}, p99 ${ms(durations.p99)}.`,
    ...cached,
  ];
}

function metricsText({ tool, calls, failed, medianMs, p95Ms, maxMs }: ToolMetrics): string {
  const times = `median ${medianMs.toFixed(0)} ms, 95 % within ${p95Ms.toFixed(0)} ms, longest ${maxMs.toFixed(0)} ms`;
  return `${tool}: ${String(calls)} calls, ${String(failed)} failed, ${times}.`;
}
