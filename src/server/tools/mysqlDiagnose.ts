import * as z from 'zod';
import { adviceForAgent } from '../messages/adviceWords.ts';
import { showsRows } from '../../engine/sql/agentVisibility.ts';
import { connectionInput, defineTool } from './tool.ts';

export const mysqlDiagnose = defineTool({
  name: 'mysql_diagnose',
  title: 'MySQL health check',
  description:
    'Checks schemas (missing primary keys, duplicate and unused indexes, auto-increment limits, engines, fragmentation, collations) and the server. There: buffer pool, connections, long transactions, lock waits, replication, settings, accounts. Gives evidence and advice.',
  input: () =>
    z.strictObject({
      connection: connectionInput(),
      database: z.string().min(1).max(64).optional().describe('For schema checks; default: all.'),
    }),
  operation: 'read',
  gives: 'structure',
  async run({ connection, database: databaseName }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const { findings, passed, withheld, unseen, unknown } = await database.diagnostics.diagnose(databaseName);
    const lines = findings.map(({ severity, what, advice }) => `${severity.toUpperCase()}: ${what}\n  → ${adviceForAgent(advice)}`);
    return [
      lines.length === 0 ? 'No findings.' : context.untrusted(lines.join('\n')),
      ...(passed.length === 0 ? [] : [`Nothing found: ${passed.join(', ')}.`]),
      ...(withheld.length === 0 ? [] : [`Not checked on a connection ${showsRows(profile.agents) ? 'with table rules' : 'of which agents see only the structure'}: ${withheld.join(', ')}.`]),
      ...(unseen.length === 0 ? [] : [`Not checked, because the account lacks the privilege: ${unseen.join(', ')}.`]),
      ...(unknown.length === 0 ? [] : [`Not supported by this server version: ${unknown.join(', ')}.`]),
    ].join('\n');
  },
});
