import type { Account } from '../ast/statements.ts';
import type { Parser } from './parser.ts';

export function parseAccount(p: Parser): Account {
  const { start } = p.token;
  const current = p.takeAny('CURRENT_USER', 'CURRENT_ROLE');
  if (current !== undefined) {
    if (p.takeOperator('(')) p.expectOperator(')');
    return { kind: 'account', current, ...p.span(start) };
  }
  if (!p.isKind('string') && !p.isName()) throw p.unexpected('an account');
  const user = p.next().text;
  const host = p.isKind('userVariable') ? p.next().text : undefined;
  return { kind: 'account', user, host, ...p.span(start) };
}
