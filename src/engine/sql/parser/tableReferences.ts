import type { Expression, Name } from '../ast/expressions.ts';
import type { BaseTable, DerivedTable, IndexHint, JoinPart, SystemTime, TableFactor, TableReference, TableSample } from '../ast/queries.ts';
import { parseJsonTable } from './jsonTable.ts';
import type { Parser } from './parser.ts';
import { upperCase } from '../lexer/rules.ts';

/** Comma-separated table references, joins included. */
export function parseTableReferences(p: Parser): TableReference[] {
  return p.list(() => parseTableReference(p));
}

/** Far more joins inside joins than a server takes tables. */
const MAX_NESTED_JOINS = 60;

/**
 * A table with the joins behind it. A condition belongs to the nearest join that has none: in `a JOIN b JOIN c ON … ON …` the second
 * condition is that of the first join, whose table is the second join.
 */
function parseTableReference(p: Parser): TableReference {
  const { start } = p.token;
  const first = parseTableFactor(p);
  const parts: JoinPart[] = [];
  /** Places of the joins without a condition. */
  const pending: number[] = [];
  let nested = 0;
  for (;;) {
    const { start: partStart } = p.token;
    const condition = parseCondition(p);
    if (condition !== undefined) {
      const at = pending.pop();
      const part = at === undefined ? undefined : parts[at];
      if (at === undefined || part === undefined) throw p.unexpected();
      const inner = parts.splice(at);
      const innerParts = inner.slice(1);
      if (innerParts.length > 0 && ++nested > MAX_NESTED_JOINS) throw p.unexpected();
      const table: TableReference =
        innerParts.length === 0 ? part.table : { kind: 'join', first: part.table, parts: innerParts, ...p.span(part.table.start) };
      parts.push({ ...part, table, ...condition, ...p.span(part.start) });
      continue;
    }
    const type = parseJoinType(p);
    if (type === undefined) break;
    if (!type.startsWith('NATURAL')) pending.push(parts.length);
    parts.push({ kind: 'joinPart', type, table: parseTableFactor(p), ...p.span(partStart) });
  }
  if (pending.some((at) => NEEDS_CONDITION.has(parts[at]?.type ?? ''))) throw p.unexpected('ON or USING');
  return parts.length === 0 ? first : { kind: 'join', first, parts, ...p.span(start) };
}

const NEEDS_CONDITION = new Set(['LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);

function parseJoinType(p: Parser): JoinPart['type'] | undefined {
  if (p.take('JOIN')) return 'JOIN';
  if (p.take('INNER', 'JOIN')) return 'INNER JOIN';
  if (p.take('CROSS', 'JOIN')) return 'CROSS JOIN';
  if (p.take('STRAIGHT_JOIN')) return 'STRAIGHT_JOIN';
  for (const side of ['LEFT', 'RIGHT'] as const) {
    if (p.take(side, 'JOIN') || p.take(side, 'OUTER', 'JOIN')) return `${side} JOIN`;
  }
  if (p.isMariadb && p.since({ mariadb: 120100 }) && (p.take('FULL', 'JOIN') || p.take('FULL', 'OUTER', 'JOIN'))) return 'FULL JOIN';
  if (!p.take('NATURAL')) return undefined;
  if (p.take('INNER', 'JOIN') || p.take('JOIN')) return 'NATURAL JOIN';
  for (const side of ['LEFT', 'RIGHT'] as const) {
    if (p.take(side, 'JOIN') || p.take(side, 'OUTER', 'JOIN')) return `NATURAL ${side} JOIN`;
  }
  throw p.unexpected('JOIN');
}

function parseCondition(p: Parser): { on: Expression } | { using: Name[] } | undefined {
  // The condition of INSERT … SELECT … ON DUPLICATE KEY UPDATE is none of a join.
  if (p.is('ON', 'DUPLICATE', 'KEY')) return undefined;
  if (p.take('ON')) return { on: p.nested(() => p.grammar.expression(p)) };
  if (p.take('USING')) return { using: p.parenthesized(() => p.name('the name of a column')) };
  return undefined;
}

function parseTableFactor(p: Parser): TableFactor {
  const { start } = p.token;
  if (p.isOperator('(')) return p.opensQuery ? parseDerived(p, false) : parseNestedTables(p);
  if (p.is('LATERAL') && p.isOperator('(', 1) && p.since({ mysql: 80014, mariadb: 120100 })) {
    p.next();
    return parseDerived(p, true, start);
  }
  if (p.is('JSON_TABLE') && p.isOperator('(', 1) && p.since({ mysql: 80004, mariadb: 100600 })) return parseJsonTable(p);
  if (p.takeOperator('{')) {
    if (upperCase(p.next().text) !== 'OJ') throw p.unexpected('OJ');
    const table = p.nested(() => parseTableReference(p));
    p.expectOperator('}');
    return { kind: 'odbcJoin', table, ...p.span(start) };
  }
  if (p.take('DUAL')) return { kind: 'dual', ...p.span(start) };
  return parseBaseTable(p);
}

function parseDerived(p: Parser, lateral: boolean, start = p.token.start): DerivedTable {
  if (!p.opensQuery) throw p.unexpected('a subquery');
  p.expectOperator('(');
  const query = p.nested(() => p.grammar.query(p));
  p.expectOperator(')');
  const alias = parseAlias(p);
  const columns = alias !== undefined && p.isOperator('(') ? p.parenthesized(() => p.name('the name of a column')) : [];
  return { kind: 'derived', lateral, query, alias, columns, ...p.span(start) };
}

function parseNestedTables(p: Parser): TableFactor {
  const { start } = p.token;
  p.expectOperator('(');
  const tables = p.nested(() => parseTableReferences(p));
  p.expectOperator(')');
  return { kind: 'nestedTables', tables, ...p.span(start) };
}

/** A table by name; also that of UPDATE and DELETE. */
export function parseBaseTable(p: Parser): BaseTable {
  const { start } = p.token;
  const table = p.objectName('the name of a table');
  const partitions = p.take('PARTITION') ? p.parenthesized(() => p.name('the name of a partition')) : [];
  const systemTime = p.isMariadb && p.is('FOR', 'SYSTEM_TIME') ? parseSystemTime(p) : undefined;
  const sample = p.since({ mysql: 90000 }) && p.is('TABLESAMPLE') ? parseSample(p) : undefined;
  const alias = parseAlias(p);
  const indexHints: IndexHint[] = [];
  for (let hint = parseIndexHint(p); hint !== undefined; hint = parseIndexHint(p)) indexHints.push(hint);
  return { kind: 'table', table, partitions, systemTime, sample, alias, indexHints, ...p.span(start) };
}

export function parseAlias(p: Parser): Name | undefined {
  if (p.take('AS')) return p.isKind('string') && p.isMariadb ? p.anyName() : p.name('an alias');
  // MariaDB keeps WINDOW free for names, but not here.
  if (p.isMariadb && p.is('WINDOW')) return undefined;
  if (p.isMariadb && p.is('FULL') && (p.peek().keyword === 'JOIN' || p.peek().keyword === 'OUTER') && p.since({ mariadb: 120100 }))
    return undefined;
  return p.isName() ? p.name() : undefined;
}

function parseIndexHint(p: Parser): IndexHint | undefined {
  const { start } = p.token;
  const action = p.takeAny('USE', 'FORCE', 'IGNORE');
  if (action === undefined) return undefined;
  if (p.takeAny('INDEX', 'KEY') === undefined) throw p.unexpected('INDEX');
  let purpose: IndexHint['purpose'];
  if (p.take('FOR')) {
    purpose = p.take('JOIN') ? 'JOIN' : p.take('ORDER', 'BY') ? 'ORDER BY' : 'GROUP BY';
    if (purpose === 'GROUP BY') p.expect('GROUP', 'BY');
  }
  p.expectOperator('(');
  const indexes =
    p.isOperator(')') && action === 'USE' ? [] : p.list(() => (p.is('PRIMARY') ? p.anyName() : p.name('the name of an index')));
  p.expectOperator(')');
  return { kind: 'indexHint', action, purpose, indexes, ...p.span(start) };
}

function parseSystemTime(p: Parser): SystemTime {
  const { start } = p.token;
  p.expect('FOR', 'SYSTEM_TIME');
  const point = (): SystemTime['points'][number] => {
    const unit = p.is('TIMESTAMP') && p.peek().kind === 'string' ? undefined : p.takeAny('TRANSACTION', 'TIMESTAMP');
    return { unit, value: p.grammar.bitExpression(p) };
  };
  if (p.take('ALL')) return { kind: 'systemTime', form: 'ALL', points: [], ...p.span(start) };
  if (p.take('AS', 'OF')) return { kind: 'systemTime', form: 'AS OF', points: [point()], ...p.span(start) };
  if (p.take('BEFORE')) return { kind: 'systemTime', form: 'BEFORE', points: [point()], ...p.span(start) };
  const form = p.takeAny('FROM', 'BETWEEN');
  if (form === undefined) throw p.unexpected('AS OF, FROM, BETWEEN or ALL');
  const from = point();
  p.expect(form === 'FROM' ? 'TO' : 'AND');
  return { kind: 'systemTime', form, points: [from, point()], ...p.span(start) };
}

function parseSample(p: Parser): TableSample {
  const { start } = p.token;
  p.expect('TABLESAMPLE');
  const method = p.takeAny('SYSTEM', 'BERNOULLI');
  if (method === undefined) throw p.unexpected('SYSTEM or BERNOULLI');
  p.expectOperator('(');
  const percentage = p.grammar.expression(p);
  p.expectOperator(')');
  return { kind: 'sample', method, percentage, ...p.span(start) };
}
