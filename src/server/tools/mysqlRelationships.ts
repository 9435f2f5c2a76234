import * as z from 'zod';
import { findPaths, joinText, type Relation } from '../../engine/schema/joinPaths.ts';
import { mermaid } from '../../engine/schema/mermaid.ts';
import { chosenDatabase, relatedTables } from './relatedTables.ts';
import { connectionInput, databaseInput, defineTool } from './tool.ts';

/** More relations than this are counted and not listed. */
const MAX_LINES = 300;

export const mysqlRelationships = defineTool({
  name: 'mysql_relationships',
  title: 'MySQL relationships',
  description:
    'Shows how tables relate: foreign keys, and likely ones by name and type (marked ~ and inferred). One table: what it references and is referenced by. Several: the shortest join from the first to each other, as FROM … JOIN …. None: the whole database. Example: {"tables": ["customers", "products"]}',
  input: () =>
    z.strictObject({
      tables: z.array(z.string().min(1)).max(20).optional(),
      connection: connectionInput(),
      database: databaseInput(),
      diagram: z.boolean().optional().describe('Mermaid erDiagram instead of lines.'),
    }),
  operation: 'read',
  gives: 'structure',
  async run({ tables = [], connection, database: databaseName, diagram }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const current = chosenDatabase(databaseName, profile.database);
    const { relationships: found, names } = await relatedTables(database, current, tables);
    const [first, ...others] = names;
    if (first === undefined) return list(found.relations, `No table in ${current} references another.`);
    if (others.length === 0) {
      const own = found.relations.filter(({ from, to }) => from === first || to === first);
      return list(own, 'It has no references in either direction.');
    }
    const lines = others.map((other) => joins(found.relations, first, other));
    return diagram === true
      ? list(pathRelations(found.relations, first, others), 'There is no join path between them.')
      : context.untrusted(lines.join('\n\n'));

    function list(relations: readonly Relation[], none: string): string {
      if (relations.length === 0) return none;
      if (diagram === true) return context.untrusted(mermaid(relations));
      const more = relations.length > MAX_LINES ? `\n… ${String(relations.length - MAX_LINES)} more: name the tables.` : '';
      return `${context.untrusted(relations.slice(0, MAX_LINES).map(line).join('\n'))}${more}`;
    }
  },
});

function line({ from, columns, to, toColumns, evidence, declared, onDelete }: Relation): string {
  const why = declared ? (onDelete === undefined ? '' : ` ON DELETE ${onDelete}`) : ` (inferred: ${evidence})`;
  return `${from}(${columns.join(', ')}) ${declared ? '->' : '~>'} ${to}(${toColumns.join(', ')})${why}`;
}

function joins(relations: readonly Relation[], from: string, to: string): string {
  const paths = findPaths(relations, from, to);
  if (paths.length === 0) return `${from}, ${to}: no join path by foreign keys or matching names.`;
  return paths
    .map((path) => {
      const inferred = path.filter(({ relation }) => !relation.declared).map(({ relation }) => line(relation));
      return joinText(path, from) + (inferred.length === 0 ? '' : `\n  ${inferred.join('\n  ')}`);
    })
    .join('\n');
}

function pathRelations(relations: readonly Relation[], from: string, others: readonly string[]): Relation[] {
  const used = others.flatMap((to) => findPaths(relations, from, to)[0]?.map(({ relation }) => relation) ?? []);
  return [...new Set(used)];
}
