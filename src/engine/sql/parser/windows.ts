import type { Expression } from '../ast/expressions.ts';
import type { FrameBound, NamedWindow, WindowFrame, WindowSpecification } from '../ast/queries.ts';
import { isIntervalOperand, parseInterval } from './intervals.ts';
import { parseOptionalOrderBy } from './ordering.ts';
import type { Parser } from './parser.ts';

/** `(base PARTITION BY … ORDER BY … ROWS …)`. */
export function parseWindow(p: Parser): WindowSpecification {
  const { start } = p.token;
  p.expectOperator('(');
  return p.nested(() => {
    const base = p.isName() && !isFrameUnit(p) ? p.name() : undefined;
    let partitionBy: Expression[] = [];
    if (p.take('PARTITION')) {
      p.expect('BY');
      partitionBy = p.list(() => p.grammar.expression(p));
    }
    const orderBy = parseOptionalOrderBy(p);
    const frame = isFrameUnit(p) ? parseFrame(p) : undefined;
    p.expectOperator(')');
    return { kind: 'window', base, partitionBy, orderBy, frame, ...p.span(start) };
  });
}

export function parseNamedWindow(p: Parser): NamedWindow {
  const { start } = p.token;
  const name = p.name('the name of a window');
  p.expect('AS');
  return { kind: 'namedWindow', name, window: parseWindow(p), ...p.span(start) };
}

function isFrameUnit(p: Parser): boolean {
  return (p.is('ROWS') || p.is('RANGE') || p.is('GROUPS')) && !p.isOperator(')', 1);
}

function parseFrame(p: Parser): WindowFrame {
  const { start } = p.token;
  const unit = p.takeAny('ROWS', 'RANGE', 'GROUPS');
  if (unit === undefined) throw p.unexpected('ROWS or RANGE');
  let from: FrameBound;
  let to: FrameBound | undefined;
  if (p.take('BETWEEN')) {
    from = parseBound(p);
    p.expect('AND');
    to = parseBound(p);
  } else {
    from = parseBound(p);
  }
  return { kind: 'frame', unit, from, to, exclude: parseExclude(p), ...p.span(start) };
}

function parseExclude(p: Parser): WindowFrame['exclude'] {
  if (!p.take('EXCLUDE')) return undefined;
  if (p.take('CURRENT', 'ROW')) return 'CURRENT ROW';
  if (p.take('NO', 'OTHERS')) return 'NO OTHERS';
  const other = p.takeAny('GROUP', 'TIES');
  if (other === undefined) throw p.unexpected('a frame exclusion');
  return other;
}

function parseBound(p: Parser): FrameBound {
  const { start } = p.token;
  if (p.take('CURRENT', 'ROW')) return { kind: 'frameBound', bound: 'CURRENT ROW', ...p.span(start) };
  if (p.take('UNBOUNDED', 'PRECEDING')) return { kind: 'frameBound', bound: 'UNBOUNDED PRECEDING', ...p.span(start) };
  if (p.take('UNBOUNDED', 'FOLLOWING')) return { kind: 'frameBound', bound: 'UNBOUNDED FOLLOWING', ...p.span(start) };
  const distance = isIntervalOperand(p) ? parseInterval(p) : p.grammar.expression(p);
  const bound = p.takeAny('PRECEDING', 'FOLLOWING');
  if (bound === undefined) throw p.unexpected('PRECEDING or FOLLOWING');
  return { kind: 'frameBound', bound, distance, ...p.span(start) };
}
