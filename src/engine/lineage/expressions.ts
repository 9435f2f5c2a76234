import type { AggregateCall, Call, Chain, ColumnReference, Expression, In, IsTest, Star } from '../sql/ast/expressions.ts';
import type { OrderItem, Query, WindowSpecification } from '../sql/ast/queries.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { anyOf, areOneKind, plainValue, tellsRows, type Origin, type Value } from './column.ts';
import type { Context, ExpressionScope } from './context.ts';
import { findColumns, writtenName } from './findColumns.ts';
import type { Place } from './level.ts';
import { refuseUse } from './refuseUse.ts';

/** Where an expression stands. */
export interface Spot {
  readonly place: Place;
  readonly expressions: ExpressionScope | undefined;
  readonly context: Context;
}

/** What an expression passes on, as an item of a select list does. */
export function judgeValue(node: Expression, spot: Spot): Value {
  switch (node.kind) {
    case 'paren':
      return judgeValue(node.expression, spot);
    case 'column': {
      const value = anyOf(findColumns(node, spot.place, spot.context.tables.catalog));
      if (value.action === 'hide' && !spot.context.inView) throw refuseUse('hide', writtenName(node), node);
      return value;
    }
    case 'subquery': {
      const [column, second] = judgeInner(node.query, spot);
      if (column !== undefined && second === undefined) return { action: column.action, origin: column.origin };
      throw untraced('A subquery of several columns as a value', node);
    }
    default:
      return plainValue(judgeComputed(node, spot));
  }
}

/** A condition of WHERE or ON, where columns with pseudonyms may be compared with each other. */
export function judgeCondition(node: Expression, spot: Spot): Origin {
  if (node.kind === 'paren') return judgeCondition(node.expression, spot);
  if (node.kind !== 'chain') return judgeComputed(node, spot);
  if (node.operators.every((operator) => operator === 'AND')) return node.operands.map((operand) => judgeCondition(operand, spot));
  const [left, right, third] = node.operands.map(columnOf);
  const isEquality = node.operators.every((operator) => operator === '=' || operator === '<=>');
  if (!isEquality || left === undefined || right === undefined || third !== undefined || node.operands.length !== 2)
    return judgeComputed(node, spot);
  const values = [left, right].map((column) => [column, anyOf(findColumns(column, spot.place, spot.context.tables.catalog))] as const);
  if (values.some(([, { action }]) => action !== 'pseudonym')) return judgeComputed(node, spot);
  if (!areOneKind(values.map(([, value]) => value)))
    throw new ColumnRefusal('A comparison of pseudonyms of different types or collations', node, 'columns.pseudonym');
  return values.map(([, { origin }]) => origin);
}

/** An expression that computes: no protected column may go into it, but for what tells nothing of its values. */
export function judgeComputed(node: Expression, spot: Spot): Origin {
  // A kind that is missing here does not compile; one that a later parser makes is refused.
  const judge = JUDGES[node.kind] as Judge | undefined;
  if (judge === undefined) throw untraced(`This form (${node.kind})`, node);
  return judge(node, spot);
}

type Judge = (node: Expression, spot: Spot) => Origin;
type Judges = { readonly [Kind in Expression['kind']]: (node: Extract<Expression, { readonly kind: Kind }>, spot: Spot) => Origin };

const nothing = (): Origin => [];
const all = (nodes: readonly (Expression | undefined)[], spot: Spot): Origin =>
  nodes.map((one) => (one === undefined ? [] : judgeComputed(one, spot)));

const JUDGES: Judges = {
  string: nothing,
  number: nothing,
  hex: nothing,
  bit: nothing,
  null: nothing,
  boolean: nothing,
  temporal: nothing,
  parameter: nothing,
  defaultValue: nothing,
  userVariable: nothing,
  systemVariable: nothing,
  column: judgeColumn,
  assignment: ({ value }, spot) => judgeComputed(value, spot),
  paren: ({ expression }, spot) => judgeComputed(expression, spot),
  row: ({ items }, spot) => all(items, spot),
  unary: ({ operand }, spot) => judgeComputed(operand, spot),
  chain: judgeChain,
  collate: ({ operand }, spot) => judgeComputed(operand, spot),
  is: judgeTest,
  like: ({ operand, pattern, escape }, spot) => all([operand, pattern, escape], spot),
  between: ({ operand, low, high }, spot) => all([operand, low, high], spot),
  in: judgeIn,
  memberOf: ({ operand, array }, spot) => all([operand, array], spot),
  subquery: ({ query }, spot) => judgeCompared(query, spot),
  quantified: ({ query }, spot) => judgeCompared(query, spot),
  exists: ({ query }, spot) => judgeInner(query, spot).map(({ origin }) => origin),
  case: ({ operand, branches, otherwise }, spot) =>
    all([operand, ...branches.flatMap(({ when, result }) => [when, result]), otherwise], spot),
  interval: ({ value }, spot) => judgeComputed(value, spot),
  jsonPath: ({ column }, spot) => judgeComputed(column, spot),
  call: judgeCall,
  special: ({ args, onEmpty, onError }, spot) => all([...args, onEmpty?.value, onError?.value], spot),
  aggregate: judgeAggregate,
  sequence: ({ args }, spot) => all(args, spot),
};

function judgeColumn(node: ColumnReference, spot: Spot): Origin {
  const columns = findColumns(node, spot.place, spot.context.tables.catalog);
  for (const { action } of columns) if (action !== undefined) throw refuseUse(action, writtenName(node), node);
  return anyOf(columns).origin;
}

/** Fails to compile where a kind of node has no case. */
export function unknownKind(node: never): Error {
  const { kind, start } = node as { kind: string; start: number };
  return untraced(`This form (${kind})`, { start });
}

/** `column IS NULL` tells nothing but what a mask tells, too. */
function judgeTest({ operand, test }: IsTest, spot: Spot): Origin {
  const column = test === 'NULL' ? columnOf(operand) : undefined;
  return column === undefined ? judgeComputed(operand, spot) : judgeCounted(column, spot);
}

/** `column <=> NULL` tells what `column IS NULL` does. */
function judgeChain({ operands, operators }: Chain, spot: Spot): Origin {
  const [left, right, third] = operands;
  const isTest = operators[0] === '<=>' && right?.kind === 'null' && third === undefined;
  const column = isTest && left !== undefined ? columnOf(left) : undefined;
  return column === undefined ? all(operands, spot) : judgeCounted(column, spot);
}

/** And so does `ISNULL(column)`, which is the server's own where no database stands before it. */
function judgeCall({ name, database, args }: Call, spot: Spot): Origin {
  const [first, second] = args;
  const isTest = database === undefined && name.name.toUpperCase() === 'ISNULL' && second === undefined;
  const column = isTest && first !== undefined ? columnOf(first.value) : undefined;
  if (column !== undefined) return judgeCounted(column, spot);
  return all(
    args.map(({ value }) => value),
    spot,
  );
}

/** A column of which nothing but NULL is told. */
function judgeCounted(node: ColumnReference, spot: Spot): Origin {
  const columns = findColumns(node, spot.place, spot.context.tables.catalog);
  if (columns.some(({ action }) => action === 'hide')) throw refuseUse('hide', writtenName(node), node);
  return anyOf(columns).origin;
}

function judgeIn({ operand, list }: In, spot: Spot): Origin {
  const left = judgeComputed(operand, spot);
  return [left, 'kind' in list ? judgeCompared(list.query, spot) : list.map((one) => judgeComputed(one, spot))];
}

function judgeAggregate(node: AggregateCall, spot: Spot): Origin {
  const parts = node.name === 'COUNT' ? judgeCountArguments(node, spot) : node.args.map((arg) => judgeArgument(arg, spot));
  const orders = [...node.orderBy, ...(node.withinGroup ?? [])].map(({ value }) => judgeComputed(value, spot));
  const limits = node.limit.map((limit) => judgeComputed(limit, spot));
  const window = node.over?.kind === 'window' ? judgeWindow(node.over, spot) : [];
  return [parts, orders, limits, window];
}

function judgeArgument(arg: Expression | Star, spot: Spot): Origin {
  return arg.kind === 'star' ? [] : judgeComputed(arg, spot);
}

function judgeCountArguments({ args, distinct }: AggregateCall, spot: Spot): Origin {
  return args.map((arg) => {
    const column = arg.kind === 'star' ? undefined : columnOf(arg);
    if (column === undefined) return judgeArgument(arg, spot);
    return distinct ? judgeGrouped(column, spot) : judgeCounted(column, spot);
  });
}

/** A column whose values are told apart: plain, or with pseudonyms, which tell the same. */
export function judgeGrouped(node: ColumnReference, spot: Spot): Origin {
  const columns = findColumns(node, spot.place, spot.context.tables.catalog);
  for (const { action } of columns) if (action !== undefined && action !== 'pseudonym') throw refuseUse(action, writtenName(node), node);
  if (mixesActions(columns) || !tellsRows(anyOf(columns))) throw refuseUse('pseudonym', writtenName(node), node);
  return anyOf(columns).origin;
}

function mixesActions(columns: readonly Value[]): boolean {
  return columns.some(({ action }) => action !== columns[0]?.action);
}

/** Judges a window; while the select list is not complete, later: it may name what stands behind it there. */
export function judgeWindow(window: WindowSpecification, spot: Spot): Origin {
  const { level } = spot.place;
  const parts: Origin[] = [];
  const later: Spot = { ...spot, place: { level, names: spot.place.names === 'from' ? 'aliases' : spot.place.names } };
  const judge = (): void => {
    const distances = [window.frame?.from.distance, window.frame?.to?.distance].filter((distance) => distance !== undefined);
    for (const part of [...window.partitionBy, ...window.orderBy.map(({ value }) => value), ...distances])
      parts.push(judgeComputed(part, later));
  };
  if (level.waiting === undefined) judge();
  else level.waiting.push(judge);
  return parts;
}

export function judgeOrder(items: readonly OrderItem[], columns: readonly Value[], spot: Spot): void {
  for (const { value } of items) {
    refusePosition(value, columns, ({ action }) => action !== undefined);
    judgeComputed(value, spot);
  }
}

/** Refuses the number of a protected column, and of any column what may be such a number. */
export function refusePosition(node: Expression, columns: readonly Value[], isRefused: (value: Value) => boolean): void {
  const constant = constantOf(node);
  if (constant === undefined) return;
  const position = /^\d{1,6}$/.test(constant) ? Number(constant) : undefined;
  const named = position === undefined ? columns : columns.slice(position - 1, position);
  const refused = named.find(isRefused);
  if (refused?.action !== undefined) throw refuseUse(refused.action, `at position ${constant}`, node);
}

/** The text of what a server may take for the number of a column; undefined for what none does. */
function constantOf(node: Expression): string | undefined {
  switch (node.kind) {
    case 'number':
      return node.text;
    case 'paren':
      return constantOf(node.expression);
    case 'unary':
      return constantOf(node.operand) === undefined ? undefined : '?';
    case 'boolean':
    case 'hex':
    case 'bit':
    case 'parameter':
      return '?';
    default:
      return undefined;
  }
}

export function columnOf(node: Expression): ColumnReference | undefined {
  if (node.kind === 'paren') return columnOf(node.expression);
  return node.kind === 'column' ? node : undefined;
}

/** A subquery whose rows are compared or computed with. */
function judgeCompared(query: Query, spot: Spot): Origin {
  return judgeInner(query, spot).map(({ name, action, origin }) => {
    if (action !== undefined) throw refuseUse(action, name ?? 'of this subquery', query);
    return origin;
  });
}

function judgeInner(query: Query, { place, expressions, context }: Spot): readonly (Value & { readonly name: string | undefined })[] {
  return context.judgeQuery(query, { outer: place.level, expressions }, context).columns;
}
