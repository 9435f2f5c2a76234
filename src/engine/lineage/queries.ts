import type { CommonTableExpression, Query, QueryBody, SetOperation, TableQuery, ValuesRows, With } from '../sql/ast/queries.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { mixed, tellsRows, type Column, type Origin } from './column.ts';
import { nameKey } from './columnNames.ts';
import type { Context, ExpressionScope, JudgedQuery, Environment } from './context.ts';
import { judgeComputed, judgeOrder, unknownKind, type Spot } from './expressions.ts';
import { makeLevel, type Level } from './level.ts';
import { refuseUse } from './refuseUse.ts';
import { judgeSelect } from './selects.ts';
import { addExpression, TableExpression } from './tableExpressions.ts';
import { expandTable } from './stars.ts';

/** Judges a query with all that is in it, and traces its columns. Throws `ColumnRefusal`. */
export function judgeQuery(query: Query, around: Environment, context: Context): JudgedQuery {
  const { procedure, into } = query;
  if (procedure !== undefined) throw new ColumnRefusal('PROCEDURE ANALYSE on protected columns', procedure, 'leaveOut.clause');
  if (into !== undefined) throw new ColumnRefusal('INTO with protected columns', into, 'leaveOut.into');
  const environment = query.with === undefined ? around : { ...around, expressions: judgeWith(query.with, around, context) };
  const judged = judgeBody(query.body, environment, context);
  const spot: Spot = { place: { level: judged.level, names: 'aliases' }, expressions: environment.expressions, context };
  judgeOrder(query.orderBy, judged.columns, spot);
  const { count, offset, examined } = query.limit ?? {};
  for (const limit of [count, offset, examined]) if (limit !== undefined) judgeComputed(limit, spot);
  return judged;
}

function judgeBody(body: QueryBody, environment: Environment, context: Context): JudgedQuery {
  switch (body.kind) {
    case 'select':
      return judgeSelect(body, environment, context);
    case 'setOperation':
      return judgeSetOperation(body, environment, context);
    case 'nestedQuery':
      return judgeQuery(body.query, environment, context);
    case 'values':
      return judgeValues(body, environment, context);
    case 'tableQuery':
      return judgeTableQuery(body, environment, context);
    default:
      throw unknownKind(body);
  }
}

function judgeTableQuery(node: TableQuery, environment: Environment, context: Context): JudgedQuery {
  const select = expandTable(node);
  const judged = judgeSelect(select, environment, context);
  // The select list was expanded in its turn.
  context.replacements.set(node, context.replacements.get(select) ?? select);
  return judged;
}

function judgeValues({ rows, start }: ValuesRows, { outer, expressions }: Environment, context: Context): JudgedQuery {
  const spot: Spot = { place: { level: makeLevel([], outer), names: 'from' }, expressions, context };
  const width = rows[0]?.length ?? 0;
  const origins: Origin[][] = Array.from({ length: width }, () => []);
  for (const row of rows) {
    if (row.length !== width) throw untraced('VALUES with rows of different lengths', { start });
    for (const [i, value] of row.entries()) origins[i]?.push(judgeComputed(value, spot));
  }
  // MariaDB names them after the text of the first row.
  const isMysql = context.tables.catalog.dialect.flavor === 'mysql';
  const columns = origins.map((origin, i): Column => ({ name: isMysql ? `column_${String(i)}` : undefined, action: undefined, origin }));
  return { columns, level: levelOf(columns, outer) };
}

/** Where ORDER BY sees nothing but columns of the result. */
function levelOf(columns: readonly Column[], outer: Level | undefined): Level {
  const level = makeLevel([], outer);
  for (const column of columns) level.aliases.add(column);
  return level;
}

function judgeSetOperation({ operands, operators }: SetOperation, environment: Environment, context: Context): JudgedQuery {
  const { defines, ...inner } = environment;
  // Whatever the order, one that compares rows may compare those of all.
  const compares = operators.some(({ operator, quantifier }) => operator !== 'UNION' || quantifier !== 'ALL');
  let all: readonly Column[] | undefined;
  for (const operand of operands) {
    if (defines !== undefined && all !== undefined && !defines.used) defines.open(all, operand);
    const { columns } = judgeBody(operand, inner, context);
    if (defines?.used === true) defines.addRecursive(columns, operand);
    all = all === undefined ? columns : unite(all, columns, compares, operand);
    if (compares) for (const column of all) refuseCompared(column, operand);
  }
  const columns = all ?? [];
  return { columns, level: levelOf(columns, environment.outer) };
}

function refuseCompared(column: Column, at: { readonly start: number }): void {
  const { action, name } = column;
  if (action !== undefined && !tellsRows(column)) throw refuseUse(action, name ?? 'of this query', at);
}

function unite(left: readonly Column[], right: readonly Column[], compares: boolean, at: { readonly start: number }): readonly Column[] {
  if (left.length !== right.length) throw untraced('A set operation of queries with different numbers of columns', at);
  return left.map((column, i): Column => {
    const { action, origin } = right[i] ?? column;
    if (compares && action !== column.action) throw refuseUse(action ?? column.action ?? 'mask', column.name ?? 'of this query', at);
    return { name: column.name, action: mixed(column.action, action), origin: [column.origin, origin] };
  });
}

/** Each common table expression sees those before it, and with RECURSIVE itself. */
function judgeWith({ recursive, expressions }: With, { outer, expressions: around }: Environment, context: Context): ExpressionScope {
  const scope: ExpressionScope = { names: new Map(), outer: around };
  const defined = expressions.map((node) => ({ node, expression: new TableExpression(node.name.name, node.columns) }));
  // What stands behind is in scope on MariaDB: it must not be taken for a table of its name.
  if (recursive) for (const { expression } of defined) addExpression(scope, expression);
  for (const { node, expression } of defined) {
    const { columns } = judgeQuery(node.query, { outer, expressions: scope, defines: recursive ? expression : undefined }, context);
    expression.close(columns, node);
    checkCycle(node, expression);
    if (!recursive) addExpression(scope, expression);
  }
  return scope;
}

/** CYCLE compares rows by these columns. */
function checkCycle({ cycle }: CommonTableExpression, { columns }: TableExpression): void {
  for (const name of cycle ?? []) {
    const found = (columns ?? []).filter((column) => column.name !== undefined && nameKey(column.name) === nameKey(name.name));
    const [column] = found;
    if (column === undefined || found.length > 1) throw untraced(`The column ${name.name} of CYCLE`, name);
    if (column.action !== undefined && !tellsRows(column)) throw refuseUse(column.action, name.name, name);
  }
}
