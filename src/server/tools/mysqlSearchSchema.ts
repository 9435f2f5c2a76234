import * as z from 'zod';
import type { SearchResult } from '../../engine/schema/schemaCache.ts';
import type { SearchHit } from '../../engine/schema/searchIndex.ts';
import { cutLine } from '../../engine/text.ts';
import type { Mark } from '../messages/dataBoundary.ts';
import { connectionInput, defineTool } from './tool.ts';

const DEFAULT_HITS = 20;
const MAX_HITS = 200;
const MAX_QUERIES = 20;
const MAX_TEXT = 200;
const HITS_OF_SEVERAL = 8;
/** Matched columns that are named for one table. */
const MAX_COLUMNS = 8;
const MAX_COMMENT = 80;

const text = () => z.string().max(MAX_TEXT);
const list = () => z.union([text(), z.array(text()).max(MAX_QUERIES)]);

export const mysqlSearchSchema = defineTool({
  name: 'mysql_search_schema',
  title: 'MySQL schema search',
  description:
    'Finds tables, views, columns, routines and parameters by words of names and comments, best first: where data lives. Searches no rows, triggers or events. Several queries in one call. Example: {"query": ["customer email", "invoice"]}',
  input: () =>
    z.strictObject({
      query: list().describe('Any word may match.'),
      connection: connectionInput(),
      database: list().optional().describe('Default: all.'),
      limit: z
        .int()
        .min(1)
        .max(MAX_HITS)
        .optional()
        .describe(`Default ${String(DEFAULT_HITS)}, or ${String(HITS_OF_SEVERAL)} each.`),
      refresh: z.boolean().optional().describe('Reread a changed schema.'),
    }),
  operation: 'read',
  gives: 'structure',
  async run({ query, connection, database: databaseName, limit, refresh }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const queries = [query].flat();
    const most = limit ?? (queries.length === 1 ? DEFAULT_HITS : HITS_OF_SEVERAL);
    const parts: string[] = [];
    let pending = '';
    for (const [i, one] of queries.entries()) {
      const result = await database.schema.search(one, { database: databaseName, refresh: refresh === true && i === 0 });
      if (!result.complete) pending = '\nColumns are still being indexed: search again in a moment to include them.';
      const heading = queries.length === 1 ? '' : `${JSON.stringify(one)}: `;
      parts.push(resultText(one, { result, most, heading, isAll: databaseName === undefined, untrusted: context.untrusted }));
    }
    return `${parts.join('\n')}${pending}`;
  },
});

interface ShownResult {
  readonly result: SearchResult;
  readonly most: number;
  /** Before the answer to one of several queries. */
  readonly heading: string;
  readonly isAll: boolean;
  readonly untrusted: Mark;
}

/** The hits, and what was left out of them. */
function resultText(query: string, { result, most, heading, isAll, untrusted }: ShownResult): string {
  const { hits, missing, empty } = result;
  const seen = isAll || empty.length === 0 ? '' : ` The account sees nothing in ${empty.map((name) => JSON.stringify(name)).join(', ')}.`;
  if (hits.length === 0) {
    const where = isAll ? " The server's own databases were not searched." : '';
    return `Nothing has ${JSON.stringify(query)} in its name or comment.${seen}${where} Try other or fewer words, or list all tables with mysql_describe.`;
  }
  const shown = hits.slice(0, most);
  const left = [
    ...(hits.length > shown.length ? [`… ${String(hits.length - shown.length)} more: add words, or raise limit.`] : []),
    ...(missing.length === 0 ? [] : [`Found nowhere: ${missing.map((word) => JSON.stringify(word)).join(', ')}.`]),
  ];
  return [...(heading === '' ? [] : [heading.trim()]), untrusted(shown.map(hitLine).join('\n')), ...left].join('\n') + seen;
}

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
