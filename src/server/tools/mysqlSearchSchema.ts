import * as z from 'zod';
import type { SearchHit } from '../../engine/schema/searchIndex.ts';
import { cutLine } from '../../engine/text.ts';
import { connectionInput, defineTool } from './tool.ts';

const DEFAULT_HITS = 20;
const MAX_HITS = 200;
/** Matched columns that are named for one table. */
const MAX_COLUMNS = 8;
const MAX_COMMENT = 80;

export const mysqlSearchSchema = defineTool({
  name: 'mysql_search_schema',
  title: 'MySQL schema search',
  description:
    'Finds tables, views, columns and routines by words in names and comments, best first; parts, plurals, snake_case and camelCase match. Use it to find where data lives, then mysql_describe. Example: {"query": "customer email"}',
  input: () =>
    z.strictObject({
      query: z.string().min(1).max(200).describe('Any word may match.'),
      connection: connectionInput(),
      database: z.string().min(1).max(64).optional().describe('Default: all.'),
      limit: z
        .int()
        .min(1)
        .max(MAX_HITS)
        .optional()
        .describe(`Default ${String(DEFAULT_HITS)}.`),
      refresh: z.boolean().optional().describe('Reread a schema changed elsewhere.'),
    }),
  operation: 'read',
  gives: 'structure',
  async run({ query, connection, database: databaseName, limit = DEFAULT_HITS, refresh }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const { hits, complete } = await database.schema.search(query, { database: databaseName, refresh });
    const pending = complete ? '' : '\nColumns are still being indexed: search again in a moment to include them.';
    if (hits.length === 0) {
      return `Nothing has ${JSON.stringify(query)} in its name or comment. Try other or fewer words, or list all tables with mysql_describe.${pending}`;
    }
    const shown = hits.slice(0, limit);
    const more = hits.length > shown.length ? `\n… ${String(hits.length - shown.length)} more: add words, or raise limit.` : '';
    return `${context.untrusted(shown.map(hitLine).join('\n'))}${more}${pending}`;
  },
});

function hitLine({ object, columns }: SearchHit): string {
  const { database, name, kind, comment } = object;
  const what = kind === 'table' ? '' : ` (${kind})`;
  const named = columns.slice(0, MAX_COLUMNS).map((column) => `${column.name} ${column.type}${shorten(column.comment)}`);
  if (columns.length > MAX_COLUMNS) named.push(`+${String(columns.length - MAX_COLUMNS)}`);
  return `${database}.${name}${what}${shorten(comment)}${named.length === 0 ? '' : `: ${named.join(', ')}`}`;
}

function shorten(comment: string): string {
  return comment === '' ? '' : ` -- ${cutLine(comment, MAX_COMMENT)}`;
}
