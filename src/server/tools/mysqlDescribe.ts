import * as z from 'zod';
import type { Database } from '../../engine/database.ts';
import { PilotError } from '../../engine/errors.ts';
import { toCsv } from '../../engine/query/csv.ts';
import type { TableDescription } from '../../engine/schema/catalog.ts';
import { nearest } from '../../engine/schema/words.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import { profileColumn } from './columnProfile.ts';
import { detailsText, nameText, programText, summaryText, tableText } from './tableText.ts';
import { connectionInput, databaseInput, DEFAULT_SECONDS, defineTool, type ToolContext } from './tool.ts';

/** More names than this are counted and not listed. */
const MAX_NAMES = 500;
const MAX_SAMPLE_ROWS = 20;
const MAX_SAMPLE_CHARACTERS = 10_000;

const LEVELS = ['summary', 'columns', 'full'] as const;

export const mysqlDescribe = defineTool({
  name: 'mysql_describe',
  title: 'Describe MySQL tables',
  description:
    'Shows the schema. With `tables`: columns (NOT NULL unless marked NULL), keys, indexes, foreign keys, checks, comments and row estimates of all of them in ' +
    'one call. Without: the tables and views of the database, or the databases if none is chosen. Use it before writing SQL. Example: {"tables": ["orders", "customers"]}',
  input: z.strictObject({
    tables: z.array(z.string().min(1)).max(50).optional().describe('Tables, views, routines or events, also as database.name.'),
    connection: connectionInput,
    database: databaseInput,
    level: z
      .enum(LEVELS)
      .optional()
      .describe('columns by default; summary: column names only; full: also storage, size, partitions, triggers, text of views.'),
    profile: z
      .array(z.string().min(1))
      .max(20)
      .optional()
      .describe('Columns: nulls, distinct values, range, most frequent values. Reads up to 1,000,000 rows.'),
    sampleRows: z.int().min(1).max(MAX_SAMPLE_ROWS).optional().describe('Some rows of each table.'),
  }),
  operation: 'read',
  async run({ tables = [], connection, database: databaseName, level = 'columns', sampleRows, profile: profiled = [] }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const current = databaseName ?? profile.database;
    if (tables.length > 0) {
      const parts: string[] = [];
      for (const table of tables) parts.push(await describeOne(table));
      return context.untrusted(parts.join(level === 'summary' && sampleRows === undefined ? '\n' : '\n\n'));
    }
    if (current === undefined) return context.untrusted(listNames('databases', await database.databases()));
    const summaries = await database.tables(current);
    if (summaries.length === 0 && !(await database.databases()).includes(current))
      throw unknownDatabase(current, await database.databases());
    const programs = (await database.programs(current)).map(({ name, head }) => `${name} ${head}`);
    const lists = [
      listNames(`tables of ${current}`, summaries.map(nameText)),
      ...(programs.length === 0 ? [] : [listNames('stored programs', programs)]),
    ];
    return context.untrusted(lists.join('\n'));

    async function describeOne(name: string): Promise<string> {
      const found = await find(database, current, name);
      if (found === undefined) return (await findProgram(database, current, name)) ?? notFound(database, current, name);
      const lines = [level === 'summary' ? summaryText(found) : tableText(found, level === 'full')];
      if (level === 'full') lines.push(detailsText(await database.details(found.database, found.name)));
      if (sampleRows !== undefined) lines.push(await readSample(database, found, sampleRows, context));
      const options = { timeoutMs: DEFAULT_SECONDS * 1000, signal: context.signal };
      for (const column of profiled) lines.push(await profileColumn(database, found, column, options));
      return lines.filter((line) => line !== '').join('\n');
    }
  },
});

/** A name with a dot is tried as it is first: a dot may be part of it. */
async function find(database: Database, current: string | undefined, name: string): Promise<TableDescription | undefined> {
  const found = current === undefined ? undefined : await database.describe(current, name);
  if (found !== undefined) return found;
  const dot = name.indexOf('.');
  if (dot > 0) return database.describe(name.slice(0, dot), name.slice(dot + 1));
  if (current !== undefined) return undefined;
  throw new PilotError('input.invalid', `No database is chosen for ${name}.`, { nextStep: 'Pass `database`, or write database.table.' });
}

async function findProgram(database: Database, current: string | undefined, name: string): Promise<string | undefined> {
  const dot = name.indexOf('.');
  const places = [[current, name], ...(dot > 0 ? [[name.slice(0, dot), name.slice(dot + 1)]] : [])];
  for (const [place, plain = ''] of places) {
    const programs = place === undefined ? [] : await database.programs(place);
    const found = programs.filter((program) => program.name.toLowerCase() === plain.toLowerCase());
    if (found.length > 0) return found.map((program) => programText(place ?? '', program)).join('\n\n');
  }
  return undefined;
}

async function notFound(database: Database, current: string | undefined, name: string): Promise<string> {
  const near =
    current === undefined
      ? []
      : nearest(
          name,
          (await database.tables(current)).map((table) => table.name),
        );
  const where = current === undefined ? '' : ` in ${current}`;
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
  return `${name}: does not exist${where}, or the account may not see it.${hint}`;
}

async function readSample(database: Database, table: TableDescription, rows: number, { signal }: ToolContext): Promise<string> {
  const sql = `SELECT * FROM ${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)} LIMIT ${String(rows)}`;
  const limits = { maxRows: rows, maxCharacters: MAX_SAMPLE_CHARACTERS };
  const [result] = await database.query(sql, { limits, timeoutMs: DEFAULT_SECONDS * 1000, signal });
  if (result === undefined || result.rows.length === 0) return '  (no rows)';
  return `${toCsv(result)}${result.cutBy === undefined ? '' : '\n(sample cut)'}`;
}

function listNames(what: string, lines: readonly string[]): string {
  const more = lines.length > MAX_NAMES ? `\n… and ${String(lines.length - MAX_NAMES)} more: find them with mysql_search_schema` : '';
  return `${String(lines.length)} ${what}:\n${lines.slice(0, MAX_NAMES).join('\n')}${more}`;
}

function unknownDatabase(name: string, databases: readonly string[]): PilotError {
  return new PilotError('database.unknown', `There is no database ${name}, or the account may not see it.`, {
    nextStep: 'Use one that there is.',
    evidence: `There are: ${databases.join(', ')}.`,
    errno: 1049,
  });
}
