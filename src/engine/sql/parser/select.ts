import type { Star } from '../ast/expressions.ts';
import type { GroupBy, NamedWindow, Select, SelectItem, TableReference } from '../ast/queries.ts';
import { parseHints } from './hints.ts';
import { implicitName } from './implicitNames.ts';
import { parseInto } from './into.ts';
import { parseOrderItem } from './ordering.ts';
import type { Parser } from './parser.ts';
import { parseTableReferences } from './tableReferences.ts';
import { parseNamedWindow } from './windows.ts';

const OPTIONS = new Set([
  'ALL',
  'DISTINCT',
  'DISTINCTROW',
  'STRAIGHT_JOIN',
  'HIGH_PRIORITY',
  'SQL_SMALL_RESULT',
  'SQL_BIG_RESULT',
  'SQL_BUFFER_RESULT',
  'SQL_CALC_FOUND_ROWS',
  'SQL_NO_CACHE',
  'SQL_CACHE',
]);

/** SELECT up to its last clause that belongs to it alone; ORDER BY and what follows belong to the query. */
export function parseSelect(p: Parser): Select {
  const { start } = p.token;
  p.expect('SELECT');
  const hints = parseHints(p);
  const options = parseOptions(p);
  const items = p.list(() => parseSelectItem(p));
  const into = p.is('INTO') ? parseInto(p) : undefined;
  const from: TableReference[] = p.take('FROM') ? parseTableReferences(p) : [];
  const where = p.take('WHERE') ? p.grammar.expression(p) : undefined;
  const groupBy = p.is('GROUP') ? parseGroupBy(p) : undefined;
  const having = p.take('HAVING') ? p.grammar.expression(p) : undefined;
  const windows: NamedWindow[] = p.is('WINDOW') ? parseWindows(p) : [];
  const qualify = p.since({ mysql: 80400 }) && p.take('QUALIFY') ? p.grammar.expression(p) : undefined;
  return { kind: 'select', hints, options, items, into, from, where, groupBy, having, windows, qualify, ...p.span(start) };
}

function parseOptions(p: Parser): string[] {
  const options: string[] = [];
  while (p.isAny(OPTIONS)) {
    const option = p.next().keyword;
    // SQL_CACHE is a name like others where the query cache is gone.
    const plain = option === 'DISTINCTROW' ? 'DISTINCT' : option;
    if (!options.includes(plain)) options.push(plain);
  }
  return options;
}

function parseWindows(p: Parser): NamedWindow[] {
  p.expect('WINDOW');
  return p.list(() => parseNamedWindow(p));
}

export function parseSelectItem(p: Parser): SelectItem {
  const { start } = p.token;
  const value = parseStar(p) ?? p.grammar.expression(p);
  const valueEnd = p.lastEnd;
  if (value.kind === 'star') return { kind: 'selectItem', value, ...p.span(start) };
  let alias;
  if (p.take('AS')) alias = p.isKind('string') ? p.anyName() : p.name('an alias');
  else if (p.isKind('string') || p.isName()) alias = p.anyName();
  if (alias !== undefined) return { kind: 'selectItem', value, alias, ...p.span(start) };
  return { kind: 'selectItem', value, implicitName: implicitName(p, value, start, valueEnd), ...p.span(start) };
}

/** `*`, `t.*`, `db.t.*`. */
function parseStar(p: Parser): Star | undefined {
  const { start } = p.token;
  if (p.takeOperator('*')) return { kind: 'star', ...p.span(start) };
  if (!p.isName() || !p.isOperator('.', 1)) return undefined;
  if (p.isOperator('*', 2)) {
    const table = p.name();
    p.next();
    p.next();
    return { kind: 'star', table, ...p.span(start) };
  }
  if (!p.isName(2) || !p.isOperator('.', 3) || !p.isOperator('*', 4)) return undefined;
  const database = p.name();
  p.next();
  const table = p.name();
  p.next();
  p.next();
  return { kind: 'star', database, table, ...p.span(start) };
}

function parseGroupBy(p: Parser): GroupBy {
  const { start } = p.token;
  p.expect('GROUP', 'BY');
  const functional = p.since({ mysql: 80400 }) && (p.is('ROLLUP') || p.is('CUBE')) && p.isOperator('(', 1) ? p.next().keyword : undefined;
  if (functional !== undefined) {
    const items = p.parenthesized(() => parseOrderItem(p));
    return { kind: 'groupBy', items, modifier: functional === 'CUBE' ? 'CUBE' : 'ROLLUP', ...p.span(start) };
  }
  const items = p.list(() => parseOrderItem(p));
  const modifier = p.take('WITH', 'ROLLUP') ? 'WITH ROLLUP' : undefined;
  return { kind: 'groupBy', items, modifier, ...p.span(start) };
}
