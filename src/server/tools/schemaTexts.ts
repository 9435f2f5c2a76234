import type { AgentDatabase } from '../../engine/connection/database.ts';
import { PilotError } from '../../engine/errors.ts';
import { toCsv } from '../../engine/query/results/csv.ts';
import type { TableDescription } from '../../engine/schema/catalog.ts';
import { groupNames } from '../../engine/schema/nameGroups.ts';
import { nearest } from '../../engine/schema/words.ts';
import { quoteIdentifier } from '../../engine/sql/identifiers.ts';
import type { TableOverview } from '../../engine/schema/tableOverview.ts';
import { referenceLines } from './deleteText.ts';
import { profileLines, tablesOfProfiles } from './profiledColumns.ts';
import { detailsText, overviewText, programText, summaryText, tableText } from './tableText.ts';
import { DEFAULT_SECONDS } from '../limits/limits.ts';
import { integer, sql } from '../../engine/sql/ownSql.ts';

/** Of more tables than that only names are told, those that begin alike together. */
const MAX_DETAILED = 300;
/** About 3,000 tokens of names; the rest is counted and found by a search. */
const MAX_LIST_CHARACTERS = 12_000;
const MAX_SAMPLE_CHARACTERS = 10_000;

export const LEVELS = ['summary', 'columns', 'full'] as const;

export interface DescribeOptions {
  readonly database: string | undefined;
  readonly names: readonly string[];
  readonly level: (typeof LEVELS)[number];
  readonly sampleRows?: number | undefined;
  /** Columns to be profiled. */
  readonly profiled?: readonly string[];
  readonly signal?: AbortSignal;
}

export async function describeDatabases(database: AgentDatabase): Promise<string> {
  return listNames('databases', await database.schema.databases());
}

/** Tables and views, then stored programs. Throws `database.unknown`. */
export async function describeDatabase(
  database: AgentDatabase,
  name: string,
  level: DescribeOptions['level'] = 'columns',
): Promise<string> {
  const names = await database.schema.tableNames(name);
  if (names.length === 0) {
    const databases = await database.schema.databases();
    if (!databases.includes(name)) throw unknownDatabase(name, databases);
  }
  const programs = (await database.schema.programs(name)).map((program) => `${program.name} ${program.head}`);
  const lists = [
    names.length > MAX_DETAILED || level === 'summary'
      ? groupedText(`tables of ${name}`, names)
      : overviewList(`tables of ${name}`, await database.schema.overview(name), level === 'full'),
    ...(programs.length === 0 ? [] : [listNames('stored programs', programs)]),
  ];
  return lists.join('\n');
}

/** With rows and sizes as far as there is room, then names alone. */
function overviewList(what: string, tables: readonly TableOverview[], exact: boolean): string {
  const lines = tables.map((table) => overviewText(table, exact));
  let characters = 0;
  const shown = lines.filter((line) => (characters += line.length) <= MAX_LIST_CHARACTERS);
  if (shown.length === lines.length) return [`${String(lines.length)} ${what}:`, ...lines].join('\n');
  const others = tables.slice(shown.length).map(({ name }) => name);
  const names = groupNames(others, MAX_LIST_CHARACTERS / 2) ?? [];
  return [`${String(lines.length)} ${what}:`, ...shown, `… and ${String(others.length)} more by name alone: ${names.join(', ')}`].join(
    '\n',
  );
}

/** Tables, views and stored programs by name; what does not exist is told in its place. */
export async function describeTables(database: AgentDatabase, options: DescribeOptions): Promise<string> {
  const { names, profiled = [], level, sampleRows } = options;
  const parts: string[] = [];
  for (const name of names) parts.push(await describeOne(database, name, options));
  for (const name of tablesOfProfiles(profiled, names, options.database)) parts.push(await profileOnly(database, name, options));
  return parts.join(level === 'summary' && sampleRows === undefined ? '\n' : '\n\n');
}

async function describeOne(database: AgentDatabase, name: string, options: DescribeOptions): Promise<string> {
  const { database: current, level, sampleRows, signal } = options;
  const found = await find(database, current, name);
  if (found === undefined) return (await findProgram(database, current, name)) ?? notFound(database, current, name);
  const lines = [level === 'summary' ? summaryText(found) : tableText(found, level === 'full')];
  if (level === 'full') lines.push(...(await fullLines(database, found)));
  if (sampleRows !== undefined) lines.push(await readSample(database, found, sampleRows, signal));
  lines.push(...(await profileLines(database, found, options.profiled ?? [], { timeoutMs: DEFAULT_SECONDS * 1000, signal })));
  return lines.filter((line) => line !== '').join('\n');
}

async function fullLines(database: AgentDatabase, table: TableDescription): Promise<string[]> {
  const details = await database.schema.details(table);
  const text = detailsText(table, details);
  return table.kind === 'view' ? [text] : [text, ...referenceLines(table, details, await database.schema.foreignKeys())];
}

/** What the columns hold of a table that is not described. */
async function profileOnly(
  database: AgentDatabase,
  name: string,
  { database: current, profiled = [], signal }: DescribeOptions,
): Promise<string> {
  const found = await find(database, current, name);
  if (found === undefined) return notFound(database, current, name);
  const lines = await profileLines(
    database,
    found,
    profiled.filter((one) => one.includes('.')),
    { timeoutMs: DEFAULT_SECONDS * 1000, signal },
  );
  return [`${found.database}.${found.name}`, ...lines].join('\n');
}

/** Two names of 64 characters, each of them doubled and quoted, have fewer. */
const MAX_NAME = 300;

/** `name` and `database.name` in back-ticks, as statements write them. */
const QUOTED = /^(?:(?:`((?:[^`]|``)+)`|([^`.]+))\.)?(?:`((?:[^`]|``)+)`|([^`.]+))$/;

/** Undefined for a name without back-ticks. */
function unquoted(name: string): { readonly database: string | undefined; readonly name: string } | undefined {
  const [, quotedDatabase, database, quotedName, plain] = name.includes('`') && name.length <= MAX_NAME ? (QUOTED.exec(name) ?? []) : [];
  const found = quotedName?.replaceAll('``', '`') ?? plain;
  return found === undefined ? undefined : { database: quotedDatabase?.replaceAll('``', '`') ?? database, name: found };
}

/** A name is tried as it is first: a dot or a back-tick may be part of it. */
async function find(database: AgentDatabase, current: string | undefined, name: string): Promise<TableDescription | undefined> {
  const found = current === undefined ? undefined : await database.schema.describe(current, name);
  if (found !== undefined) return found;
  const written = unquoted(name);
  if (written !== undefined) {
    const place = written.database ?? current;
    return place === undefined ? undefined : database.schema.describe(place, written.name);
  }
  const dot = name.indexOf('.');
  if (dot > 0) return database.schema.describe(name.slice(0, dot), name.slice(dot + 1));
  if (current !== undefined) return undefined;
  throw new PilotError('input.invalid', `No database is selected for ${name}.`, { nextStep: 'Pass `database`, or write database.table.' });
}

async function findProgram(database: AgentDatabase, current: string | undefined, name: string): Promise<string | undefined> {
  const dot = name.indexOf('.');
  const written = unquoted(name);
  const places = [
    [current, name],
    ...(written === undefined ? [] : [[written.database ?? current, written.name]]),
    ...(dot > 0 ? [[name.slice(0, dot), name.slice(dot + 1)]] : []),
  ];
  for (const [place, plain = ''] of places) {
    const programs = place === undefined ? [] : await database.schema.programs(place);
    const found = programs.filter((program) => program.name.toLowerCase() === plain.toLowerCase());
    if (found.length > 0) return found.map((program) => programText(place ?? '', program)).join('\n\n');
  }
  return undefined;
}

async function notFound(database: AgentDatabase, current: string | undefined, name: string): Promise<string> {
  const near = current === undefined ? [] : nearest(name, await database.schema.tableNames(current));
  const where = current === undefined ? '' : ` in ${current}`;
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
  return `${name}: doesn't exist${where}, or the account can't see it.${hint}`;
}

async function readSample(
  database: AgentDatabase,
  table: TableDescription,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const statement = sql`SELECT * FROM ${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)} LIMIT ${integer(rows)}`;
  const limits = { maxRows: rows, maxCharacters: MAX_SAMPLE_CHARACTERS };
  const [result] = await database.reads.query(statement, { limits, timeoutMs: DEFAULT_SECONDS * 1000, signal });
  if (result === undefined || result.rows.length === 0) return '  (no rows)';
  return `${toCsv(result)}${result.cutBy === undefined ? '' : '\n(sample cut)'}`;
}

function listNames(what: string, lines: readonly string[]): string {
  let characters = 0;
  const shown = lines.filter((line) => (characters += line.length) <= MAX_LIST_CHARACTERS);
  const more = lines.length > shown.length ? `\n… and ${String(lines.length - shown.length)} more: find them with mysql_search_schema` : '';
  return `${String(lines.length)} ${what}:\n${shown.join('\n')}${more}`;
}

function groupedText(what: string, names: readonly string[]): string {
  const groups = groupNames(names, MAX_LIST_CHARACTERS);
  if (groups === undefined) return listNames(what, names);
  const hint =
    groups.length < names.length ? '\n* stands for the rest of so many names: find tables by their words with mysql_search_schema.' : '';
  return `${String(names.length)} ${what}:\n${groups.join(', ')}${hint}`;
}

export function unknownDatabase(name: string, databases: readonly string[]): PilotError {
  return new PilotError('database.unknown', `The database ${name} doesn't exist, or the account can't see it.`, {
    nextStep: 'Use an existing database.',
    evidence: `Databases: ${databases.join(', ')}.`,
    errno: 1049,
  });
}
