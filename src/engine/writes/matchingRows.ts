import type { Expression, Name, ObjectName } from '../sql/ast/expressions.ts';
import type { BaseTable, Query, TableReference, With } from '../sql/ast/queries.ts';
import type { Delete, Update } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { print } from '../sql/printer/print.ts';
import { walk } from '../sql/walk.ts';

const NOWHERE = { start: 0, end: 0 } as const;

/** The tables of an UPDATE or DELETE by name, without those of subqueries. */
export function baseTables(references: readonly TableReference[]): BaseTable[] {
  return references.flatMap((reference): BaseTable[] => {
    switch (reference.kind) {
      case 'table':
        return [reference];
      case 'join':
        return baseTables([reference.first, ...reference.parts.map(({ table }) => table)]);
      case 'nestedTables':
        return baseTables(reference.tables);
      case 'odbcJoin':
        return baseTables([reference.table]);
      default:
        return [];
    }
  });
}

/** The name by which the statement means the table. */
function calledName({ alias, table }: BaseTable): string {
  return (alias ?? table.name).name;
}

/** The tables whose rows are deleted, or may be. */
export function deletedTables({ form, targets, tables }: Delete): BaseTable[] {
  const all = baseTables(tables);
  if (form === 'single') return all;
  // Several where letter case or the database tells them apart, which is left to the server.
  return targets.flatMap(({ database, name }: ObjectName) =>
    all.filter(
      (one) =>
        calledName(one).toLowerCase() === name.name.toLowerCase() &&
        (database === undefined || one.table.database?.name.toLowerCase() === database.name.toLowerCase()),
    ),
  );
}

/** The tables that SET names; all of them where it leaves that to the server. */
export function updatedTables({ tables, set }: Update): BaseTable[] {
  const all = baseTables(tables);
  if (set.some(({ column }) => column.table === undefined)) return all;
  const names = new Set(set.map(({ column }) => column.table?.name.toLowerCase()));
  const found = all.filter((one) => names.has(calledName(one).toLowerCase()));
  return found.length === 0 ? all : found;
}

/** Functions whose value belongs to the person's session. */
const SESSION_FUNCTIONS = new Set([
  'LAST_INSERT_ID',
  'ROW_COUNT',
  'FOUND_ROWS',
  'CONNECTION_ID',
  'CURRENT_ROLE',
  'LASTVAL',
  'DATABASE',
  'SCHEMA',
]);

/** True where a condition can only be evaluated in the session that it is written for. */
export function dependsOnSession({ where, tables, with: common }: Update | Delete): boolean {
  let depends = false;
  for (const root of [where, ...tables, common])
    if (root !== undefined)
      walk(root, (node) => {
        const name = 'name' in node && typeof node.name === 'object' ? (node.name as Name).name : (node as { name?: unknown }).name;
        const isFunction = (node.kind === 'call' || node.kind === 'special') && SESSION_FUNCTIONS.has(String(name).toUpperCase());
        if (isFunction || node.kind === 'userVariable' || node.kind === 'systemVariable' || node.kind === 'sequence') depends = true;
        return depends ? false : undefined;
      });
  return depends;
}

/** The columns that a condition compares with one value each, all of which must hold: a unique key among them means one row at most. */
export function fixedColumns(condition: Expression): string[] {
  if (condition.kind === 'paren') return fixedColumns(condition.expression);
  if (condition.kind !== 'chain') return [];
  if (condition.operators.every((operator) => operator === 'AND')) return condition.operands.flatMap(fixedColumns);
  const [left, right, third] = condition.operands;
  if (third !== undefined || left === undefined || right === undefined || condition.operators[0] !== '=') return [];
  if (left.kind === 'column' && !namesColumn(right)) return [left.name.name];
  return right.kind === 'column' && !namesColumn(left) ? [right.name.name] : [];
}

function namesColumn(expression: Expression): boolean {
  let found = false;
  walk(expression, (node) => {
    if (node.kind === 'column' || node.kind === 'star' || node.kind === 'query') found = true;
    return found ? false : undefined;
  });
  return found;
}

/** 1 where some row of the one table does not match; its first such row ends it. */
export function someRowLeftOut(statement: Update | Delete, where: Expression, dialect: Dialect): string {
  const condition: Expression = {
    ...{ kind: 'is', operand: { kind: 'paren', expression: where, ...NOWHERE }, not: true, test: 'TRUE', ...NOWHERE },
  };
  return print(
    select({ kind: 'exists', query: query(one(), statement.tables, condition), ...NOWHERE }, [], undefined, statement.with),
    dialect,
  );
}

/** How many rows of a table the join and the condition pick, by its primary key. */
export function countPicked(statement: Update | Delete, table: BaseTable, primaryKey: readonly string[], dialect: Dialect): string {
  const args = primaryKey.map((column): Expression => ({ kind: 'column', table: name(calledName(table)), name: name(column), ...NOWHERE }));
  const count: Expression = { kind: 'aggregate', name: 'COUNT', distinct: true, args, orderBy: [], limit: [], ...NOWHERE };
  return print(select(count, statement.tables, statement.where, statement.with), dialect);
}

/** The primary keys of the rows of a table that the join and the condition pick, each once. */
export function keysPicked(statement: Update | Delete, table: BaseTable, primaryKey: readonly string[], dialect: Dialect): string {
  const called = name(calledName(table));
  const items = primaryKey.map((column) => ({
    ...{ kind: 'selectItem' as const, value: { kind: 'column' as const, table: called, name: name(column), ...NOWHERE }, ...NOWHERE },
  }));
  const template = query(one(), statement.tables, statement.where);
  if (template.body.kind !== 'select') throw new Error('The template is no SELECT.');
  return print({ ...template, with: statement.with, body: { ...template.body, options: ['DISTINCT'], items } }, dialect);
}

/** How many rows a table has, or its partitions that are named. */
export function countAll(table: BaseTable, dialect: Dialect): string {
  const count: Expression = {
    ...{ kind: 'aggregate', name: 'COUNT', distinct: false, args: [{ kind: 'star', ...NOWHERE }], orderBy: [], limit: [], ...NOWHERE },
  };
  return print(select(count, [{ ...table, alias: undefined, indexHints: [] }], undefined, undefined), dialect);
}

/** A table as the FROM of a query of ours. */
export function tableNamed(database: string, table: string, partitions: readonly string[] = []): BaseTable {
  const objectName: ObjectName = { kind: 'objectName', database: name(database), name: name(table), ...NOWHERE };
  return { kind: 'table', table: objectName, partitions: partitions.map(name), indexHints: [], ...NOWHERE };
}

function name(text: string): Name {
  return { kind: 'name', name: text, quoted: true, ...NOWHERE };
}

function one(): Expression {
  return { kind: 'number', text: '1', ...NOWHERE };
}

function select(value: Expression, from: readonly TableReference[], where: Expression | undefined, common: With | undefined): Query {
  return { ...query(value, from, where), with: common };
}

function query(value: Expression, from: readonly TableReference[], where: Expression | undefined): Query {
  const items = [{ kind: 'selectItem', value, ...NOWHERE } as const];
  return {
    kind: 'query',
    body: { kind: 'select', hints: [], options: [], items, from, where, windows: [], ...NOWHERE },
    orderBy: [],
    locking: [],
    ...NOWHERE,
  };
}
