import type { ColumnReference, Expression, Name, ObjectName } from '../ast/expressions.ts';
import type { SelectItem, TableReference, With } from '../ast/queries.ts';
import type { Delete, Insert, InsertRows, SetClause, Update } from '../ast/statements.ts';
import { parseHints } from './hints.ts';
import { parseLimit, parseOptionalOrderBy } from './ordering.ts';
import type { Parser } from './parser.ts';
import { parseQueryBehindWith } from './queries.ts';
import { parseSelectItem } from './select.ts';
import { parseAlias, parseBaseTable, parseTableReferences } from './tableReferences.ts';

const INSERT_OPTIONS = ['LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE'] as const;
const DELETE_OPTIONS = ['LOW_PRIORITY', 'QUICK', 'IGNORE'] as const;

function parseOptions<Option extends string>(p: Parser, words: readonly Option[]): Option[] {
  const options: Option[] = [];
  for (let option = p.takeAny(...words); option !== undefined; option = p.takeAny(...words)) options.push(option);
  return options;
}

export function parseInsert(p: Parser): Insert {
  const { start } = p.token;
  const verb = p.takeAny('INSERT', 'REPLACE');
  if (verb === undefined) throw p.unexpected('INSERT');
  const hints = parseHints(p);
  const options = parseOptions(p, INSERT_OPTIONS);
  p.take('INTO');
  const table = p.objectName('the name of a table');
  const partitions = p.take('PARTITION') ? p.parenthesized(() => p.name('the name of a partition')) : [];
  let columns: ColumnReference[] | undefined;
  if (p.isOperator('(') && !p.opensQuery) {
    p.expectOperator('(');
    columns = p.isOperator(')') ? [] : p.list(() => parseColumn(p));
    p.expectOperator(')');
  }
  const source = parseSource(p);
  let alias: Name | undefined;
  let aliasColumns: Name[] = [];
  if (source.kind !== 'query' && !p.isMariadb && p.take('AS')) {
    alias = p.name('an alias');
    if (p.isOperator('(')) aliasColumns = p.parenthesized(() => p.name('the name of a column'));
  }
  const onDuplicate = p.take('ON', 'DUPLICATE', 'KEY', 'UPDATE') ? p.list(() => parseSetClause(p)) : [];
  const returning = parseReturning(p);
  return {
    kind: 'insert',
    verb,
    hints,
    options,
    table,
    partitions,
    columns,
    source,
    alias,
    aliasColumns,
    onDuplicate,
    returning,
    ...p.span(start),
  };
}

function parseSource(p: Parser): Insert['source'] {
  const { start } = p.token;
  if (p.take('SET')) return { kind: 'insertSet', set: p.list(() => parseSetClause(p)), ...p.span(start) };
  // VALUES (1) is the statement's own form; VALUES ROW(1) is a query.
  const isRows = (p.is('VALUES') || p.is('VALUE')) && p.isOperator('(', 1);
  return isRows ? parseRows(p) : p.grammar.query(p);
}

function parseRows(p: Parser): InsertRows {
  const { start } = p.next();
  const rows = p.list(() => {
    p.expectOperator('(');
    const values = p.isOperator(')') ? [] : p.nested(() => p.list(() => parseValue(p)));
    p.expectOperator(')');
    return values;
  });
  return { kind: 'insertRows', rows, ...p.span(start) };
}

/** An expression, DEFAULT, or MariaDB's IGNORE. */
function parseValue(p: Parser): Expression {
  const { start } = p.token;
  if (p.is('DEFAULT') && !p.isOperator('(', 1)) {
    p.next();
    return { kind: 'defaultValue', ...p.span(start) };
  }
  if (p.isMariadb && p.take('IGNORE')) return { kind: 'defaultValue', word: 'IGNORE', ...p.span(start) };
  return p.grammar.expression(p);
}

function parseSetClause(p: Parser): SetClause {
  const { start } = p.token;
  const column = parseColumn(p);
  if (!p.takeOperator('=') && !p.takeOperator(':=')) throw p.unexpected('"="');
  return { kind: 'setClause', column, value: parseValue(p), ...p.span(start) };
}

function parseColumn(p: Parser): ColumnReference {
  const { start } = p.token;
  const parts = [p.name('the name of a column')];
  while (parts.length < 3 && p.takeOperator('.')) parts.push(p.name('the name of a column'));
  const name = parts.at(-1);
  if (name === undefined) throw p.unexpected();
  return { kind: 'column', database: parts.at(-3), table: parts.at(-2), name, ...p.span(start) };
}

function parseReturning(p: Parser): SelectItem[] {
  return p.isMariadb && p.take('RETURNING') ? p.list(() => parseSelectItem(p)) : [];
}

export function parseUpdate(p: Parser, withClause?: With, start = p.token.start): Update {
  p.expect('UPDATE');
  const hints = parseHints(p);
  const options = parseOptions(p, ['LOW_PRIORITY', 'IGNORE']);
  const tables = parseTableReferences(p);
  p.expect('SET');
  const set = p.list(() => parseSetClause(p));
  const where = p.take('WHERE') ? p.grammar.expression(p) : undefined;
  const orderBy = parseOptionalOrderBy(p);
  const limit = parseLimit(p);
  const returning = parseReturning(p);
  return { kind: 'update', with: withClause, hints, options, tables, set, where, orderBy, limit, returning, ...p.span(start) };
}

export function parseDelete(p: Parser, withClause?: With, start = p.token.start): Delete {
  p.expect('DELETE');
  const hints = parseHints(p);
  const options = parseOptions(p, DELETE_OPTIONS);
  let form: Delete['form'] = 'single';
  let targets: ObjectName[] = [];
  let tables: TableReference[];
  if (!p.take('FROM')) {
    form = 'from';
    targets = p.list(() => parseTarget(p));
    p.expect('FROM');
    tables = parseTableReferences(p);
  } else if (isUsing(p)) {
    form = 'using';
    targets = p.list(() => parseTarget(p));
    p.expect('USING');
    tables = parseTableReferences(p);
  } else {
    tables = [parseSingleTable(p)];
  }
  const where = p.take('WHERE') ? p.grammar.expression(p) : undefined;
  const orderBy = parseOptionalOrderBy(p);
  const limit = parseLimit(p);
  const returning = parseReturning(p);
  return { kind: 'delete', with: withClause, hints, options, form, targets, tables, where, orderBy, limit, returning, ...p.span(start) };
}

/** The one table of DELETE; old servers and the grammar put the alias before the partitions. */
function parseSingleTable(p: Parser): TableReference {
  const table = parseBaseTable(p);
  if (table.partitions.length > 0 || !p.take('PARTITION')) return table;
  const partitions = p.parenthesized(() => p.name('the name of a partition'));
  return { ...table, partitions, alias: table.alias ?? parseAlias(p), ...p.span(table.start) };
}

/** True for `a, b.* USING …`: a list of names with USING behind it. */
function isUsing(p: Parser): boolean {
  let at = 0;
  for (;;) {
    while (p.isName(at) || p.isOperator('.', at) || p.isOperator('*', at)) {
      // A second name without a dot between is an alias: no target.
      if (p.isName(at) && p.isName(at + 1)) return false;
      at++;
    }
    if (p.peek(at).keyword === 'USING') return true;
    if (!p.isOperator(',', at)) return false;
    at++;
  }
}

/** `t`, `db.t`, `t.*`. */
function parseTarget(p: Parser): ObjectName {
  const { start } = p.token;
  if (p.isMariadb) p.takeOperator('.');
  let name = p.name('the name of a table');
  let database: Name | undefined;
  while (p.takeOperator('.')) {
    if (p.takeOperator('*')) break;
    if (database !== undefined) throw p.unexpected('"*"');
    database = name;
    name = p.name('the name of a table');
  }
  return { kind: 'objectName', database, name, ...p.span(start) };
}

/** A statement that begins with WITH: a query, UPDATE or DELETE. */
export function parseBehindWith(p: Parser, withClause: With, start: number) {
  if (p.is('UPDATE')) return parseUpdate(p, withClause, start);
  if (p.is('DELETE')) return parseDelete(p, withClause, start);
  return parseQueryBehindWith(p, withClause, start);
}
