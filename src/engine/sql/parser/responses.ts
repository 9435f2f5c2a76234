import type { OnResponse } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

/** `… ON EMPTY … ON ERROR`, in either order. */
export function parseResponses(p: Parser): { onEmpty: OnResponse | undefined; onError: OnResponse | undefined } {
  let onEmpty: OnResponse | undefined;
  let onError: OnResponse | undefined;
  for (;;) {
    const { start } = p.token;
    const action = p.takeAny('ERROR', 'NULL', 'DEFAULT');
    if (action === undefined) return { onEmpty, onError };
    const value = action === 'DEFAULT' ? p.nested(() => p.grammar.expression(p)) : undefined;
    p.expect('ON');
    const event = p.takeAny('EMPTY', 'ERROR');
    if (event === undefined || (event === 'EMPTY' ? onEmpty : onError) !== undefined) throw p.unexpected('EMPTY or ERROR');
    const response: OnResponse = { kind: 'onResponse', action, value, ...p.span(start) };
    if (event === 'EMPTY') onEmpty = response;
    else onError = response;
  }
}
