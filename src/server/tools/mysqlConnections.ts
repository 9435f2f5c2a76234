import * as z from 'zod';
import { describeError } from '../messages/describeForAgent.ts';
import { describeAccess } from '../../engine/policy/access.ts';
import { describeTableRules } from '../../engine/policy/tableRules.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { showsRows } from '../../engine/sql/agentVisibility.ts';
import { defineTool } from './tool.ts';

export const mysqlConnections = defineTool({
  name: 'mysql_connections',
  title: 'MySQL connections',
  description:
    'Lists the saved connections: name, environment, default database, access. Where there are several, pass a name as `connection` to other tools. `check` connects to each: version, excess privileges, or why it fails.',
  input: () => z.strictObject({ check: z.boolean().optional() }),
  operation: 'read',
  gives: ({ check }) => (check === true ? 'structure' : 'nothing'),
  async run({ check }, { connections, untrusted }) {
    const profiles = await connections.list();
    if (profiles.length === 0) return 'No connections are saved. Ask the user to add one (VS Code command "MySQL Pilot: Add Connection…").';
    const lines = await Promise.all(
      profiles.map(async (profile) => {
        const { name, database, environment } = profile;
        const state = check === true ? `, ${await checkConnection(name)}` : '';
        const where = environment === undefined ? '' : `${environment}, `;
        const rules = describeTableRules(profile.tables);
        const reach = rules === '' ? '' : `, tables: ${rules}`;
        return `${name}: ${where}default database ${database ?? '(none)'}, ${describeVisible(profile)}${reach}${columnsText(profile)}${state}`;
      }),
    );
    return lines.join('\n');

    function describeVisible(profile: ConnectionProfile): string {
      return showsRows(profile.agents) ? describeAccess(profile) : 'structure only (no rows)';
    }

    /** The rules themselves would name hidden columns. */
    function columnsText({ columns = [] }: ConnectionProfile): string {
      return columns.length === 0 ? '' : ', some columns protected';
    }

    async function checkConnection(name: string): Promise<string> {
      try {
        const { database } = await connections.open(name);
        const { server, warnings } = await database.check();
        return [server, ...warnings.map((warning) => `WARNING: ${warning}`)].join(', ');
      } catch (error) {
        return `NOT REACHABLE: ${describeError(error, untrusted)}`;
      }
    }
  },
});
