import * as z from 'zod';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { adviceForAgent } from '../messages/adviceWords.ts';
import { showsRows } from '../../engine/sql/agentVisibility.ts';
import { connectionInput, defineTool } from './tool.ts';

function whyWithheld({ agents, columns = [] }: ConnectionProfile): string {
  if (!showsRows(agents)) return 'of which agents see only the structure';
  return columns.length === 0 ? 'with table rules' : 'with column rules';
}

export const mysqlDiagnose = defineTool({
  name: 'mysql_diagnose',
  title: 'MySQL health check',
  description:
    'Checks schemas (primary keys, redundant and unused indexes, auto-increment, engines, fragmentation, collations) and the server (buffer pool, connections, transactions, lock waits, replication, settings, accounts). Gives evidence, advice, facts such as uptime, and why a check was not made. Changes nothing.',
  input: () =>
    z.strictObject({
      connection: connectionInput(),
      database: z.string().min(1).max(64).optional().describe('For schema checks.'),
    }),
  operation: 'read',
  gives: 'structure',
  async run({ connection, database: databaseName }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const { findings, facts, notJudged, passed, withheld, unseen, unknown } = await database.diagnostics.diagnose(databaseName);
    const lines = findings.map(({ severity, what, advice }) => `${severity.toUpperCase()}: ${what}\n  → ${adviceForAgent(advice)}`);
    return [
      ...(lines.length === 0 ? ['No findings.'] : []),
      context.untrusted([...lines, `Facts: ${facts.join(', ')}.`].join('\n')),
      ...(passed.length === 0 ? [] : [`Nothing found: ${passed.join(', ')}.`]),
      ...(notJudged.length === 0 ? [] : [`Not assessed: ${notJudged.map(({ id, reason }) => `${id} (${reason})`).join(', ')}.`]),
      ...(withheld.length === 0 ? [] : [`Not checked on a connection ${whyWithheld(profile)}: ${withheld.join(', ')}.`]),
      ...(unseen.length === 0 ? [] : [`Not checked, because the account lacks the privilege: ${unseen.join(', ')}.`]),
      ...(unknown.length === 0 ? [] : [`Not supported by this server version: ${unknown.join(', ')}.`]),
    ].join('\n');
  },
});
