import { describeError } from '../messages/describeForAgent.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { describeTarget, type ConnectionProfile } from '../../engine/driver/profile.ts';
import type { Database } from '../../engine/connection/database.ts';
import { countMet } from '../../engine/schema/ruledColumns.ts';
import { isColumnRule, parseColumnRule } from '../../engine/sql/columnRule.ts';
import { describeAccess } from '../../engine/policy/access.ts';
import { describeTableRules } from '../../engine/policy/tableRules.ts';
import { showsRows, showsStructure } from '../../engine/sql/agentVisibility.ts';
import type { Config } from '../config/configSchema.ts';

export interface CheckReport {
  readonly text: string;
  readonly healthy: boolean;
}

/** Connects to each, and says what it sees and what an agent may do. The text holds no secret. */
export async function checkConnections(
  profiles: readonly ConnectionProfile[],
  databases: DatabaseCache,
  { writesFrom }: Pick<Config, 'writesFrom'>,
  notes: readonly string[],
): Promise<CheckReport> {
  const checks = await Promise.all(profiles.map((profile) => checkOne(profile, databases, writesFrom ?? [])));
  return { text: [...checks.map(({ text }) => text), ...notes].join('\n'), healthy: checks.every(({ healthy }) => healthy) };
}

async function checkOne(profile: ConnectionProfile, databases: DatabaseCache, writesFrom: readonly string[]): Promise<CheckReport> {
  const { name, environment, database, tls } = profile;
  const lines = [`${name}: ${describeTarget(profile)}${environment === undefined ? '' : `, ${environment}`}, TLS ${tls}`];
  let healthy = true;
  try {
    const opened = await databases.get(profile);
    const { server, warnings } = await opened.check();
    lines.push(`  server: ${server}`);
    if (database === undefined) lines.push(`  databases: ${(await opened.schema.databases()).join(', ')}`);
    else lines.push(`  tables and views in ${database}: ${String((await opened.schema.tables(database)).length)}`);
    lines.push(...warnings.map((warning) => `  WARNING: ${warning}`));
    lines.push(...(await columnLines(profile, opened)));
  } catch (error) {
    healthy = false;
    lines.push(`  FAILED: ${describeError(error).replaceAll('\n', '\n    ')}`);
  }
  lines.push(...agentLines(profile, writesFrom));
  return { text: lines.join('\n'), healthy };
}

/** What each column rule matches: one that matches nothing protects nothing. */
async function columnLines({ columns = [] }: ConnectionProfile, { schema }: Database): Promise<string[]> {
  if (columns.length === 0) return [];
  const names = await schema.columnNames();
  return columns.map((text) => {
    const rule = parseColumnRule(text);
    const count = isColumnRule(rule) ? countMet(rule, names) : 0;
    return count === 0
      ? `  WARNING: column rule ${text}: matches no column`
      : `  column rule ${text}: matches ${String(count)} column${count === 1 ? '' : 's'}`;
  });
}

function agentLines(profile: ConnectionProfile, writesFrom: readonly string[]): string[] {
  const { agents } = profile;
  if (!showsStructure(agents)) return ['  agents: hidden from them'];
  if (!showsRows(agents)) return ['  agents: structure only (no rows, no writes)'];
  const access = describeAccess(profile);
  const who =
    access === 'read-only'
      ? ''
      : writesFrom.length === 0
        ? '; but writesFrom is empty, so all programs can only read'
        : `, for the MCP client ${writesFrom.join(' or ')}; all others can only read`;
  const rules = describeTableRules(profile.tables);
  return [`  agents: ${access}${who}`, ...(rules === '' ? [] : [`  tables that they reach: ${rules}`])];
}
