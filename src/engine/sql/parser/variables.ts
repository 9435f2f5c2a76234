import type { UserVariable } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

export function parseUserVariable(p: Parser): UserVariable {
  if (!p.isKind('userVariable')) throw p.unexpected('a user variable');
  const { start, text } = p.next();
  return { kind: 'userVariable', name: text, ...p.span(start) };
}
