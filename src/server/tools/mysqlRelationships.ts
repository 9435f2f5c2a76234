import * as z from 'zod';
import type { Relation } from '../../engine/schema/joinPaths.ts';
import { mermaid } from '../../engine/schema/mermaid.ts';
import { joinLines, pathRelations, relationLine } from './joinLines.ts';
import { relatedTables } from './relatedTables.ts';
import { connectionInput, databaseInput, defineTool } from './tool.ts';

/** More relations than this are counted and not listed. */
const MAX_LINES = 300;

export const mysqlRelationships = defineTool({
  name: 'mysql_relationships',
  title: 'MySQL relationships',
  description:
    'Shows foreign keys with their rules, and likely ones by name and type (marked ~). One table: its references in both directions. Several: the shortest joins from the first to each other, as FROM … JOIN …, or why there is none. None: the whole database.',
  input: () =>
    z.strictObject({
      tables: z.array(z.string().min(1)).max(20).optional(),
      connection: connectionInput(),
      database: databaseInput(),
      diagram: z.boolean().optional().describe('As Mermaid.'),
    }),
  operation: 'read',
  gives: 'structure',
  async run({ tables = [], connection, database: databaseName, diagram = false }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const current = databaseName ?? profile.database;
    const { relationships, names } = await relatedTables(database, current, tables);
    const { relations } = relationships;
    const [first, ...others] = names;
    if (first === undefined) {
      const own = relations.filter(
        ({ fromDatabase, toDatabase }) => current === undefined || [fromDatabase, toDatabase].includes(undefined),
      );
      const none = current === undefined ? 'No table references another.' : `No table in ${current} references another.`;
      const left = relations.length - own.length;
      return `${list(own, none)}${left === 0 ? '' : `\n${String(left)} more within other databases: pass \`database\`.`}`;
    }
    if (others.length === 0) {
      const own = relations.filter(({ from, to }) => from === first || to === first);
      return list(own, 'It has no references in either direction.');
    }
    if (diagram) return list(pathRelations(relations, first, others), 'There is no join path between them.');
    return context.untrusted(others.map((other) => joinLines(relations, first, other)).join('\n\n'));

    function list(found: readonly Relation[], none: string): string {
      if (found.length === 0) return none;
      if (diagram) return context.untrusted(mermaid(found));
      const more = found.length > MAX_LINES ? `\n… ${String(found.length - MAX_LINES)} more: name the tables.` : '';
      return `${context.untrusted(found.slice(0, MAX_LINES).map(relationLine).join('\n'))}${more}`;
    }
  },
});
