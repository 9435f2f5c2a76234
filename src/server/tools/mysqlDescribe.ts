import * as z from 'zod';
import type { Database } from '../../engine/database.ts';
import { PilotError } from '../../engine/errors.ts';
import type { ColumnDescription, TableDescription, TableSummary } from '../../engine/schema/catalog.ts';
import { connectionInput, databaseInput, defineTool } from './tool.ts';

/** More names than this are counted and not listed. */
const MAX_NAMES = 500;

export const mysqlDescribe = defineTool({
  name: 'mysql_describe',
  title: 'Describe MySQL tables',
  description:
    'Shows the schema. With `tables`: columns, keys, indexes, foreign keys, comments and row estimates of all of them in one call. Without: the tables and ' +
    'views of the database, or the databases if none is chosen. Use it before writing SQL. Example: {"tables": ["orders", "customers"]}',
  input: z.strictObject({
    tables: z.array(z.string().min(1)).max(50).optional().describe('Table or view names, also as database.table.'),
    connection: connectionInput,
    database: databaseInput,
  }),
  operation: 'read',
  async run({ tables = [], connection, database: databaseName }, context) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const current = databaseName ?? profile.database;
    if (tables.length > 0) {
      const parts: string[] = [];
      for (const table of tables) parts.push(await describeOne(database, current, table));
      return context.untrusted(parts.join('\n\n'));
    }
    if (current === undefined) return context.untrusted(listNames('databases', await database.databases()));
    const summaries = await database.tables(current);
    if (summaries.length === 0 && !(await database.databases()).includes(current))
      throw unknownDatabase(current, await database.databases());
    return context.untrusted(listNames(`tables of ${current}`, summaries.map(summaryLine)));
  },
});

async function describeOne(database: Database, current: string | undefined, name: string): Promise<string> {
  // A name with a dot is tried as it is first: a dot may be part of it.
  const found = current === undefined ? undefined : await database.describe(current, name);
  if (found !== undefined) return tableText(found);
  const dot = name.indexOf('.');
  const qualified = dot > 0 ? await database.describe(name.slice(0, dot), name.slice(dot + 1)) : undefined;
  if (qualified !== undefined) return tableText(qualified);
  if (current === undefined && dot <= 0) {
    throw new PilotError('input.invalid', `No database is chosen for ${name}.`, { nextStep: 'Pass `database`, or write database.table.' });
  }
  return `${name}: does not exist${current === undefined ? '' : ` in ${current}`}, or the account may not see it.`;
}

function tableText({ database, name, kind, rowEstimate, comment, columns, indexes, foreignKeys }: TableDescription): string {
  const estimate = rowEstimate === undefined ? '' : `, ~${String(rowEstimate)} rows`;
  const lines = [`${database}.${name} (${kind}${estimate})${comment === '' ? '' : `: ${comment}`}`, ...columns.map(columnLine)];
  const more = indexes.filter((index) => index.name !== 'PRIMARY');
  const primary = indexes.find((index) => index.name === 'PRIMARY');
  if (primary !== undefined) lines.push(`  PRIMARY KEY (${primary.parts.join(', ')})`);
  for (const index of more) lines.push(`  ${index.unique ? 'UNIQUE' : 'INDEX'} ${index.name} (${index.parts.join(', ')})`);
  for (const key of foreignKeys) {
    lines.push(`  FOREIGN KEY (${key.columns.join(', ')}) -> ${key.referencedTable} (${key.referencedColumns.join(', ')})`);
  }
  return lines.join('\n');
}

function columnLine({ name, type, nullable, defaultValue, extra, comment }: ColumnDescription): string {
  const parts = [name, type];
  if (!nullable) parts.push('NOT NULL');
  if (defaultValue !== undefined && defaultValue !== 'NULL') parts.push(`default ${defaultValue}`);
  if (extra !== '') parts.push(extra);
  return `  ${parts.join(' ')}${comment === '' ? '' : ` -- ${comment}`}`;
}

function summaryLine({ name, kind, rowEstimate, comment }: TableSummary): string {
  const estimate = rowEstimate === undefined ? '' : ` ~${String(rowEstimate)} rows`;
  return `${name}${kind === 'view' ? ' (view)' : estimate}${comment === '' ? '' : ` -- ${comment}`}`;
}

function listNames(what: string, lines: readonly string[]): string {
  const more =
    lines.length > MAX_NAMES ? `\n… and ${String(lines.length - MAX_NAMES)} more: query information_schema with a LIKE filter` : '';
  return `${String(lines.length)} ${what}:\n${lines.slice(0, MAX_NAMES).join('\n')}${more}`;
}

function unknownDatabase(name: string, databases: readonly string[]): PilotError {
  return new PilotError('database.unknown', `There is no database ${name}, or the account may not see it.`, {
    nextStep: `Use one of: ${databases.join(', ')}.`,
    errno: 1049,
  });
}
