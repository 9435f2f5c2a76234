import type { Subquery } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

export function parseSubquery(p: Parser): Subquery {
  const { start } = p.token;
  if (!p.opensQuery) throw p.unexpected('a subquery');
  p.expectOperator('(');
  const query = p.nested(() => p.grammar.query(p));
  p.expectOperator(')');
  return { kind: 'subquery', query, ...p.span(start) };
}
