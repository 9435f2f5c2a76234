import { isPilotError, withEvidence, type PilotError } from '../errors.ts';
import { withTimeout } from '../timeout.ts';
import type { SchemaCache } from './schemaCache.ts';
import type { SearchObject } from './searchIndex.ts';
import { nearest } from './words.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import { NEWEST_DIALECTS } from '../sql/lexer/dialect.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import { walk, type Node } from '../sql/walk.ts';

/** An error that waits for a look at the schema is worth less than one that comes. */
const TIMEOUT_MS = 2000;

/** https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html */
const NO_SUCH_TABLE = 1146;
const UNKNOWN_COLUMN = 1054;
const AMBIGUOUS_COLUMN = 1052;
const SYNTAX_ERROR = 1064;
/** Of the line around a syntax error. */
const SHOWN_BEFORE = 60;
const SHOWN_AFTER = 40;

/** Adds to an error about a name which names there are, so that the next statement can be right. Never throws. */
export async function addHints(error: unknown, schema: SchemaCache, sql: string, database: string | undefined): Promise<unknown> {
  if (isPilotError(error) && error.errno === SYNTAX_ERROR) return markSyntax(error, sql);
  if (!isPilotError(error) || ![NO_SUCH_TABLE, UNKNOWN_COLUMN, AMBIGUOUS_COLUMN].includes(error.errno ?? 0)) return error;
  // Where the schema cannot be read, the error itself still tells what is wrong.
  const hint = await withTimeout(TIMEOUT_MS, findHint(error, schema, sql, database)).catch(() => undefined);
  if (hint === undefined) return error;
  return withEvidence(error, hint, 'names.correct');
}

/** Shows the place that the server's message means: it repeats what stands there, up to 80 characters. */
function markSyntax(error: PilotError, sql: string): PilotError {
  const near = / near '([^]+)' at line \d+$/.exec(error.message)?.[1] ?? '';
  const at = near === '' ? sql.trimEnd().length : sql.indexOf(near);
  if (at < 0 || (near !== '' && sql.includes(near, at + 1))) return error; // not there as it is, or not only once
  const from = Math.max(sql.lastIndexOf('\n', at - 1) + 1, at - SHOWN_BEFORE);
  const end = sql.indexOf('\n', at);
  const line = sql.slice(from, Math.min(end < 0 ? sql.length : end, at + SHOWN_AFTER));
  return withEvidence(error, `${line}\n${' '.repeat(at - from)}^`);
}

async function findHint(error: PilotError, schema: SchemaCache, sql: string, current: string | undefined): Promise<string | undefined> {
  const quoted = /'([^']+)'/.exec(error.message)?.[1] ?? '';
  if (error.errno === NO_SUCH_TABLE) {
    const dot = quoted.indexOf('.');
    const [database, table] = [quoted.slice(0, dot), quoted.slice(dot + 1)];
    const near = nearest(
      table,
      (await schema.names(database)).filter(({ kind }) => kind === 'table' || kind === 'view').map(({ name }) => name),
    );
    return near.length === 0 ? undefined : `Did you mean ${near.join(', ')}?`;
  }
  const column = quoted.slice(quoted.lastIndexOf('.') + 1);
  const tables = await tablesOf(schema, sql, current);
  if (error.errno === AMBIGUOUS_COLUMN) {
    const owners = tables.filter(({ columns }) => columns.some(({ name }) => name.toLowerCase() === column.toLowerCase()));
    return owners.length < 2 ? undefined : `Write ${owners.map(({ name }) => `${name}.${column}`).join(' or ')} (or its alias).`;
  }
  const named = new Map(tables.flatMap(({ name, columns }) => columns.map((one) => [one.name, `${name}.${one.name}`] as const)));
  const near = nearest(column, named.keys());
  if (near.length > 0) return `Did you mean ${near.map((name) => named.get(name) ?? name).join(', ')}?`;
  const [only, ...more] = tables;
  if (only === undefined || more.length > 0) return undefined;
  return `The columns of ${only.name} are: ${only.columns.map(({ name }) => name).join(', ')}.`;
}

/** The tables and views that the statement names. */
async function tablesOf(schema: SchemaCache, sql: string, current: string | undefined): Promise<SearchObject[]> {
  const byDatabase = Map.groupBy(namesIn(sql), ({ database }) => database?.name ?? current);
  const found: SearchObject[] = [];
  for (const [database, names] of byDatabase) {
    if (database === undefined) continue;
    const wanted = new Set(names.map(({ name }) => name.name.toLowerCase()));
    found.push(...(await schema.objects(database)).filter(({ name, columns }) => columns.length > 0 && wanted.has(name.toLowerCase())));
  }
  return found;
}

/** Names of tables, and perhaps of other objects; none where the text is no SQL to us. */
function namesIn(sql: string): ObjectName[] {
  const names: ObjectName[] = [];
  for (const statement of parse(sql))
    walk(statement, (node) => {
      if (isObjectName(node)) names.push(node);
      return undefined;
    });
  return names;
}

function parse(sql: string): Node[] {
  for (const dialect of NEWEST_DIALECTS) {
    try {
      return parseStatements(sql, dialect);
    } catch {
      // perhaps it is one of the next server
    }
  }
  return [];
}

function isObjectName(node: Node): node is ObjectName {
  return node.kind === 'objectName';
}
