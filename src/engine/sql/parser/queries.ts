import type { Name } from '../ast/expressions.ts';
import type {
  CommonTableExpression,
  Locking,
  NestedQuery,
  Procedure,
  Query,
  QueryBody,
  SetOperator,
  ValuesRows,
  With,
} from '../ast/queries.ts';
import { parseInto } from './into.ts';
import { parseLimit, parseOptionalOrderBy } from './ordering.ts';
import type { Parser } from './parser.ts';
import { parseSelect } from './select.ts';
import { parseNumber } from './types.ts';

/** A whole query, WITH and everything behind the body included. */
export function parseQuery(p: Parser): Query {
  const { start } = p.token;
  const withClause = p.is('WITH') ? parseWith(p) : undefined;
  return parseQueryBehindWith(p, withClause, start);
}

/** The rest of a query whose WITH, if any, was parsed before. */
export function parseQueryBehindWith(p: Parser, withClause: With | undefined, start: number): Query {
  const body = parseBody(p);
  const orderBy = parseOptionalOrderBy(p);
  const limit = parseLimit(p);
  const procedure = p.take('PROCEDURE') ? parseProcedure(p) : undefined;
  let into = p.is('INTO') ? parseInto(p) : undefined;
  const locking: Locking[] = [];
  for (let clause = parseLocking(p); clause !== undefined; clause = parseLocking(p)) locking.push(clause);
  if (into === undefined && p.is('INTO')) into = parseInto(p);
  return { kind: 'query', with: withClause, body, orderBy, limit, procedure, into, locking, ...p.span(start) };
}

export function parseWith(p: Parser): With {
  const { start } = p.token;
  p.expect('WITH');
  const recursive = p.take('RECURSIVE');
  const expressions = p.list(() => parseCommonTableExpression(p));
  return { kind: 'with', recursive, expressions, ...p.span(start) };
}

function parseCommonTableExpression(p: Parser): CommonTableExpression {
  const { start } = p.token;
  const name = p.name('the name of a common table expression');
  const columns = p.isOperator('(') ? p.parenthesized(() => p.name('the name of a column')) : [];
  p.expect('AS');
  p.expectOperator('(');
  const query = p.nested(() => parseQuery(p));
  p.expectOperator(')');
  let cycle: Name[] | undefined;
  if (p.isMariadb && p.take('CYCLE')) {
    cycle = p.list(() => p.name('the name of a column'));
    p.expect('RESTRICT');
  }
  return { kind: 'cte', name, columns, query, cycle, ...p.span(start) };
}

/** UNION and EXCEPT between operands, which may be chains of INTERSECT. */
function parseBody(p: Parser): QueryBody {
  return parseOperation(p, ['UNION', 'EXCEPT'], () => parseOperation(p, ['INTERSECT'], () => parseOperand(p)));
}

function parseOperation(p: Parser, words: readonly SetOperator['operator'][], parseOne: () => QueryBody): QueryBody {
  const { start } = p.token;
  const first = parseOne();
  const operands = [first];
  const operators: SetOperator[] = [];
  for (;;) {
    const { start: operatorStart } = p.token;
    const operator = p.takeAny(...words);
    if (operator === undefined) break;
    const quantifier = p.takeAny('ALL', 'DISTINCT');
    operators.push({ kind: 'setOperator', operator, quantifier, ...p.span(operatorStart) });
    operands.push(parseOne());
  }
  return operators.length === 0 ? first : { kind: 'setOperation', operands, operators, ...p.span(start) };
}

function parseOperand(p: Parser): QueryBody {
  const { start } = p.token;
  if (p.is('SELECT')) return parseSelect(p);
  if (p.isOperator('(')) return parseNested(p);
  if (p.is('VALUES')) return parseValues(p);
  if (p.since({ mysql: 80019 }) && p.take('TABLE')) {
    const table = p.objectName('the name of a table');
    return { kind: 'tableQuery', table, ...p.span(start) };
  }
  throw p.unexpected('SELECT');
}

function parseNested(p: Parser): NestedQuery {
  const { start } = p.token;
  if (!p.opensQuery) throw p.unexpected('SELECT');
  p.expectOperator('(');
  const query = p.nested(() => parseQuery(p));
  p.expectOperator(')');
  return { kind: 'nestedQuery', query, ...p.span(start) };
}

function parseValues(p: Parser): ValuesRows {
  const { start } = p.token;
  if (!p.since({ mysql: 80019, mariadb: 100303 })) throw p.unexpected();
  p.expect('VALUES');
  const rows = p.list(() => {
    if (!p.isMariadb) p.expect('ROW');
    return p.nested(() => p.parenthesized(() => parseValue(p)));
  });
  return { kind: 'values', rows, ...p.span(start) };
}

function parseValue(p: Parser) {
  const { start } = p.token;
  if (p.is('DEFAULT') && !p.isOperator('(', 1)) {
    p.next();
    return { kind: 'defaultValue', ...p.span(start) } as const;
  }
  return p.grammar.expression(p);
}

function parseProcedure(p: Parser): Procedure {
  const { start, lastEnd } = { start: p.token.start, lastEnd: p.lastEnd };
  const name = p.anyName();
  p.expectOperator('(');
  const args = p.isOperator(')') ? [] : p.list(() => p.grammar.expression(p));
  p.expectOperator(')');
  return { kind: 'procedure', name, args, ...p.span(Math.max(start, lastEnd)) };
}

function parseLocking(p: Parser): Locking | undefined {
  const { start } = p.token;
  if (p.take('LOCK', 'IN', 'SHARE', 'MODE')) {
    return { kind: 'locking', strength: 'LOCK IN SHARE MODE', tables: [], ...parseWait(p), ...p.span(start) };
  }
  const strength = p.take('FOR', 'UPDATE') ? 'UPDATE' : p.take('FOR', 'SHARE') ? 'SHARE' : undefined;
  if (strength === undefined) return undefined;
  const tables = p.take('OF') ? p.list(() => p.objectName('the name of a table')) : [];
  return { kind: 'locking', strength, tables, ...parseWait(p), ...p.span(start) };
}

function parseWait(p: Parser): Pick<Locking, 'wait' | 'seconds'> {
  if (p.take('NOWAIT')) return { wait: 'NOWAIT' };
  if (p.take('SKIP', 'LOCKED')) return { wait: 'SKIP LOCKED' };
  if (p.isMariadb && p.take('WAIT')) return { wait: 'WAIT', seconds: parseNumber(p) };
  return {};
}
