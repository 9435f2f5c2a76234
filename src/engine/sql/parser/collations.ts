import type { Name } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

/** The name of a collation: a word, a string, or BINARY. */
export function parseCollation(p: Parser): Name {
  if (p.isKind('string') || p.is('BINARY') || p.is('DEFAULT')) return p.anyName();
  return p.name('the name of a collation');
}
