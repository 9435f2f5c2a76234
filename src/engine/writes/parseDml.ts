import { baseTables } from './matchingRows.ts';
import type { RowWrite } from '../guard/writePolicy.ts';
import type { Expression, Name, ObjectName } from '../sql/ast/expressions.ts';
import type { BaseTable, Limit, OrderItem, Query, TableReference, With } from '../sql/ast/queries.ts';
import type { Delete, Insert, SetClause, Update } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { checkedText, sql } from '../sql/ownSql.ts';
import { parseQuery } from '../sql/parser/parse.ts';
import { print } from '../sql/printer/print.ts';
import { certaintyOf, isStable, valuesFromTables, type Certainty } from './certainty.ts';

export interface Reference {
  readonly database: string | undefined;
  readonly name: string;
}

/** UPDATE or DELETE of one table: the rows that it picks can be read before. Texts are printed from the tree, with names as written. */
export interface PickedRows {
  readonly kind: 'picked';
  readonly verb: 'UPDATE' | 'DELETE';
  readonly table: Reference;
  readonly alias: string;
  /** From WHERE on, without ORDER BY and LIMIT; '' for all rows. */
  readonly where: string;
  /** From ORDER BY on; '' for none. */
  readonly order: string;
  /** The columns of ORDER BY where these are plain ones, in order. */
  readonly orderColumns: readonly string[];
  readonly limited: boolean;
  /** The columns that are set. */
  readonly assigned: readonly string[];
  /** Of the condition. */
  readonly certainty: Certainty;
  /** Of the new values. */
  readonly valueCertainty: Certainty;
  /** The new values that are read from other tables; undefined where they cannot be read beforehand, because they depend on chance, on the time or on other new values. */
  readonly readValues: readonly string[] | undefined;
  /** IGNORE: rows that fail are left out. */
  readonly ignores: boolean;
}

/** INSERT or REPLACE. */
export interface AddedRows {
  readonly kind: 'added';
  readonly table: Reference;
  /** How many rows are given, or the query that gives them. */
  readonly source: number | string;
  readonly onDuplicate: 'fail' | 'ignore' | 'update' | 'replace';
  readonly certainty: Certainty;
  /** The query gives the same rows as long as its tables hold the same. */
  readonly isSourceStable: boolean;
  readonly ignores: boolean;
}

interface JoinedRows {
  readonly kind: 'joined';
  /** A query that counts the combinations. */
  readonly count: string;
  /** The tables that it may change. */
  readonly targets: readonly Reference[];
  /** It picks the same rows as long as its tables hold the same. */
  readonly isStable: boolean;
  readonly ignores: boolean;
}

/** What cannot be told apart, and is shown as it stands. */
interface OtherRows {
  readonly kind: 'other';
  readonly targets: readonly Reference[];
  readonly ignores: boolean;
}

/** Which rows a write touches, as far as its text says. */
export type ParsedDml = PickedRows | AddedRows | JoinedRows | OtherRows;

/** Reads the shape of a statement that changes rows. */
export function parseDml(statement: RowWrite, dialect: Dialect): ParsedDml {
  switch (statement.kind) {
    case 'insert':
      return insertShape(statement, dialect);
    case 'update':
      return updateShape(statement, dialect);
    case 'delete':
      return deleteShape(statement, dialect);
  }
}

function updateShape(statement: Update, dialect: Dialect): ParsedDml {
  const [only, second] = statement.tables;
  const ignores = statement.options.includes('IGNORE');
  if (only?.kind === 'table' && second === undefined && isPlain(only)) {
    if (statement.with === undefined) return picked(statement, only, dialect);
  }
  const targets = baseTables(statement.tables);
  return {
    kind: 'joined',
    count: countText(statement, dialect),
    targets: assignedTables(statement.set, targets).map(referenceOf),
    isStable: picksStably(statement, dialect),
    ignores,
  };
}

function deleteShape(statement: Delete, dialect: Dialect): ParsedDml {
  const [only] = statement.tables;
  const ignores = statement.options.includes('IGNORE');
  const tables = baseTables(statement.tables);
  if (statement.form === 'single') {
    if (only?.kind !== 'table' || !isPlain(only)) return { kind: 'other', targets: tables.map(referenceOf), ignores };
    if (statement.with === undefined) return picked(statement, only, dialect);
  }
  const targets = statement.form === 'single' ? tables : statement.targets.flatMap((target) => targetTables(target, tables));
  return {
    ...{ kind: 'joined', count: countText(statement, dialect), targets: targets.map(referenceOf) },
    ...{ isStable: picksStably(statement, dialect), ignores },
  };
}

function picksStably({ where, tables, with: common, limit }: Update | Delete, dialect: Dialect): boolean {
  return limit === undefined && [where, ...tables, common].every((node) => node === undefined || isStable(node, dialect));
}

function picked(statement: Update | Delete, table: BaseTable, dialect: Dialect): PickedRows {
  const { where, orderBy, limit } = statement;
  const set = statement.kind === 'update' ? statement.set : [];
  const order = [orderText(orderBy, dialect), limitText(limit, dialect)].filter((text) => text !== '').join(' ');
  const conditions = [where, ...orderBy, limit].filter((node) => node !== undefined);
  return {
    kind: 'picked',
    verb: statement.kind === 'update' ? 'UPDATE' : 'DELETE',
    table: referenceOf(table),
    alias: (table.alias ?? table.table.name).name,
    where: where === undefined ? '' : sql`WHERE ${checkedText(print(where, dialect))}`,
    order,
    orderColumns: plainColumns(orderBy),
    limited: limit !== undefined,
    assigned: set.map(({ column }) => column.name.name),
    certainty: certaintyOf(conditions, dialect),
    valueCertainty: certaintyOf(set, dialect),
    readValues: valuesFromTables(set, dialect),
    ignores: statement.options.includes('IGNORE'),
  };
}

function insertShape(statement: Insert, dialect: Dialect): ParsedDml {
  const { table, source, verb, onDuplicate: set, options } = statement;
  const ignores = options.includes('IGNORE');
  const onDuplicate = verb === 'REPLACE' ? 'replace' : set.length > 0 ? 'update' : ignores ? 'ignore' : 'fail';
  const certainty = certaintyOf([source], dialect);
  const isSourceStable = source.kind === 'query' && isStable(source, dialect);
  const base = { kind: 'added', table: nameOf(table), onDuplicate, certainty, isSourceStable, ignores } as const;
  if (source.kind === 'insertRows') return { ...base, source: source.rows.length };
  if (source.kind === 'insertSet') return { ...base, source: 1 };
  const { body, limit } = source;
  return { ...base, source: body.kind === 'values' && limit === undefined ? body.rows.length : print(source, dialect) };
}

/** One table as a whole, now. */
function isPlain({ partitions, systemTime, sample, indexHints }: BaseTable): boolean {
  return partitions.length === 0 && systemTime === undefined && sample === undefined && indexHints.length === 0;
}

/** Those that the columns name; all of them where a column names none, or one that is not there as it is written: the server may fold letters otherwise. */
function assignedTables(set: readonly SetClause[], tables: readonly BaseTable[]): readonly BaseTable[] {
  const named = set.map(({ column }) => column.table);
  const isThere = (name: Name | undefined): boolean => tables.some(({ alias, table }) => sameName(name?.name, (alias ?? table.name).name));
  if (!named.every(isThere)) return tables;
  return tables.filter(({ alias, table }) => named.some((name) => sameName(name?.name, (alias ?? table.name).name)));
}

/** A target of DELETE is an alias or a table behind FROM; all of them where it is not there as it is written. */
function targetTables(target: ObjectName, tables: readonly BaseTable[]): BaseTable[] {
  const found = tables.filter(({ alias, table }) => sameName(target.name.name, (alias ?? table.name).name));
  return found.length > 0 ? found : [...tables];
}

function sameName(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

function referenceOf({ table }: BaseTable): Reference {
  return nameOf(table);
}

function nameOf({ database, name }: ObjectName): Reference {
  return { database: database?.name, name: name.name };
}

/** `SELECT COUNT(*)` over the same tables and condition. */
function countText(
  statement: { readonly with?: With | undefined; readonly tables: readonly TableReference[]; readonly where?: Expression | undefined },
  dialect: Dialect,
): string {
  const template = parseQuery('SELECT COUNT(*)', dialect);
  if (template.body.kind !== 'select') throw new Error('The template is no SELECT.');
  const query: Query = { ...template, with: statement.with, body: { ...template.body, from: statement.tables, where: statement.where } };
  return print(query, dialect);
}

function orderText(orderBy: readonly OrderItem[], dialect: Dialect): string {
  const items = orderBy.map(({ value, direction }) => `${print(value, dialect)}${direction === undefined ? '' : ` ${direction}`}`);
  return items.length === 0 ? '' : sql`ORDER BY ${checkedText(items.join(', '))}`;
}

function limitText(limit: Limit | undefined, dialect: Dialect): string {
  if (limit === undefined) return '';
  const template = parseQuery('SELECT 1', dialect);
  return print({ ...template, limit }, dialect).slice(print(template, dialect).length + 1);
}

/** Empty where an expression stands among them: `id % 2` puts nothing in order. */
function plainColumns(orderBy: readonly OrderItem[]): string[] {
  const names = orderBy.map(({ value }) => (value.kind === 'column' ? value.name.name : undefined));
  return names.every((name) => name !== undefined) ? names : [];
}
