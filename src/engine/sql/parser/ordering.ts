import type { Limit, OrderItem } from '../ast/queries.ts';
import type { Parser } from './parser.ts';

export function parseOrderItem(p: Parser): OrderItem {
  const { start } = p.token;
  const value = p.grammar.expression(p);
  const direction = p.takeAny('ASC', 'DESC');
  return { kind: 'orderItem', value, direction, ...p.span(start) };
}

export function parseOrderBy(p: Parser): OrderItem[] {
  p.expect('ORDER', 'BY');
  return p.list(() => parseOrderItem(p));
}

export function parseOptionalOrderBy(p: Parser): OrderItem[] {
  return p.is('ORDER') ? parseOrderBy(p) : [];
}

/** LIMIT in all forms, or MariaDB's OFFSET … FETCH …; undefined where there is none. */
export function parseLimit(p: Parser): Limit | undefined {
  const { start } = p.token;
  if (!p.take('LIMIT')) return p.isMariadb && p.since({ mariadb: 100600 }) ? parseFetch(p) : undefined;
  if (p.isMariadb && p.take('ROWS', 'EXAMINED')) return { kind: 'limit', examined: p.grammar.expression(p), ...p.span(start) };
  let count = p.grammar.expression(p);
  let offset;
  if (p.takeOperator(',')) {
    offset = count;
    count = p.grammar.expression(p);
  } else if (p.take('OFFSET')) {
    offset = p.grammar.expression(p);
  }
  const examined = p.isMariadb && p.take('ROWS', 'EXAMINED') ? p.grammar.expression(p) : undefined;
  return { kind: 'limit', count, offset, examined, ...p.span(start) };
}

function parseFetch(p: Parser): Limit | undefined {
  const { start } = p.token;
  let offset;
  if (p.take('OFFSET')) {
    offset = p.grammar.expression(p);
    if (p.takeAny('ROW', 'ROWS') === undefined) throw p.unexpected('ROWS');
    if (!p.is('FETCH')) return { kind: 'limit', offset, ...p.span(start) };
  }
  if (!p.take('FETCH')) return undefined;
  if (p.takeAny('FIRST', 'NEXT') === undefined) throw p.unexpected('FIRST or NEXT');
  const count = p.is('ROW') || p.is('ROWS') ? undefined : p.grammar.expression(p);
  if (p.takeAny('ROW', 'ROWS') === undefined) throw p.unexpected('ROWS');
  const fetch = p.take('ONLY') ? 'ONLY' : 'WITH TIES';
  if (fetch === 'WITH TIES') p.expect('WITH', 'TIES');
  return { kind: 'limit', count, offset, fetch, ...p.span(start) };
}
