import type { Name } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

export function parseCollation(p: Parser): Name {
  if (p.isKind('string') || p.is('BINARY') || p.is('DEFAULT')) return p.anyName();
  return p.name('the name of a collation');
}
