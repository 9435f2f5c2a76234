import type { AggregateCall, Expression, Name, Star } from '../ast/expressions.ts';
import type { OrderItem, WindowSpecification } from '../ast/queries.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { since } from '../lexer/dialect.ts';
import { parseTextLiteral } from './literals.ts';
import { parseOrderBy } from './ordering.ts';
import type { Parser } from './parser.ts';
import { isReserved } from '../reserved/reservedWords.ts';
import { parseWindow } from './windows.ts';

type Here = (dialect: Dialect, blankBefore: boolean) => boolean;

/** A function only where the parenthesis follows at once, or where blanks are ignored. */
const adjacent =
  (versions = { mysql: 0, mariadb: 0 }): Here =>
  (dialect, blankBefore) =>
    since(dialect, versions) && (!blankBefore || dialect.ignoreSpace);
const reserved =
  (name: string): Here =>
  (dialect, blankBefore) =>
    dialect.flavor === 'mysql' ? dialect.version >= 80000 : !blankBefore || dialect.ignoreSpace || isReserved(name, dialect);
const mariadbOnly: Here = (dialect, blankBefore) => dialect.flavor === 'mariadb' && (!blankBefore || dialect.ignoreSpace);

/** Aggregate and window functions, and where the grammar takes their names for them. */
export const AGGREGATES: ReadonlyMap<string, Here> = new Map<string, Here>([
  ['AVG', () => true],
  ...['BIT_AND', 'BIT_OR', 'BIT_XOR', 'COUNT', 'GROUP_CONCAT', 'MAX', 'MIN', 'STD', 'STDDEV', 'STDDEV_POP', 'STDDEV_SAMP', 'SUM'].map(
    (name): [string, Here] => [name, adjacent()],
  ),
  ...['VARIANCE', 'VAR_POP', 'VAR_SAMP'].map((name): [string, Here] => [name, adjacent()]),
  ...['JSON_ARRAYAGG', 'JSON_OBJECTAGG'].map((name): [string, Here] => [name, adjacent({ mysql: 50722, mariadb: 100500 })]),
  ['ST_COLLECT', (dialect, blankBefore) => since(dialect, { mysql: 80024 }) && (!blankBefore || dialect.ignoreSpace)],
  ...[
    'ROW_NUMBER',
    'RANK',
    'DENSE_RANK',
    'CUME_DIST',
    'PERCENT_RANK',
    'NTILE',
    'LEAD',
    'LAG',
    'FIRST_VALUE',
    'LAST_VALUE',
    'NTH_VALUE',
  ].map((name): [string, Here] => [name, reserved(name)]),
  ...['MEDIAN', 'PERCENTILE_CONT', 'PERCENTILE_DISC'].map((name): [string, Here] => [name, mariadbOnly]),
]);

export function parseAggregate(p: Parser): AggregateCall {
  const { start, keyword: name } = p.next();
  p.expectOperator('(');
  const distinct = p.take('DISTINCT');
  if (!distinct) p.take('ALL');
  const args = p.isOperator(')') ? [] : p.nested(() => p.list(() => parseArgument(p, name)));
  const orderBy = p.is('ORDER') ? p.nested(() => parseOrderBy(p)) : [];
  const separator = p.take('SEPARATOR') ? parseTextLiteral(p) : undefined;
  const limit = p.take('LIMIT') ? parseLimit(p) : [];
  p.expectOperator(')');
  let withinGroup: readonly OrderItem[] | undefined;
  if (p.take('WITHIN', 'GROUP')) {
    p.expectOperator('(');
    withinGroup = p.nested(() => parseOrderBy(p));
    p.expectOperator(')');
  }
  const fromLast = p.is('FROM', 'FIRST') || p.is('FROM', 'LAST') ? parseFromLast(p) : undefined;
  const nulls = p.takeAny('RESPECT', 'IGNORE');
  if (nulls !== undefined) p.expect('NULLS');
  const over = p.take('OVER') ? parseOver(p) : undefined;
  return { kind: 'aggregate', name, distinct, args, orderBy, separator, limit, withinGroup, fromLast, nulls, over, ...p.span(start) };
}

function parseArgument(p: Parser, name: string): Expression | Star {
  const { start } = p.token;
  if (name !== 'COUNT' || !p.takeOperator('*')) return p.grammar.expression(p);
  return { kind: 'star', ...p.span(start) };
}

/** Count, or offset and count, in the order `LIMIT offset, count` has. */
function parseLimit(p: Parser): Expression[] {
  const first = p.grammar.expression(p);
  if (p.takeOperator(',')) return [first, p.grammar.expression(p)];
  return p.take('OFFSET') ? [p.grammar.expression(p), first] : [first];
}

function parseFromLast(p: Parser): boolean {
  p.expect('FROM');
  return p.takeAny('FIRST', 'LAST') === 'LAST';
}

function parseOver(p: Parser): WindowSpecification | Name {
  return p.isOperator('(') ? parseWindow(p) : p.name('the name of a window');
}
