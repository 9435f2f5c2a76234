import type { Interval } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';

const UNITS = new Set(
  `MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND
  HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH`.split(/\s+/),
);

/** Units of TIMESTAMPADD and TIMESTAMPDIFF may have ODBC's prefix. */
const ODBC_UNITS: ReadonlyMap<string, string> = new Map(
  ['FRAC_SECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'].map((unit) => [`SQL_TSI_${unit}`, unit]),
);

/** True for `INTERVAL 1 DAY`, false for the function `INTERVAL(1, 2)`. */
export function isIntervalOperand(p: Parser): boolean {
  return p.is('INTERVAL') && !(p.isOperator('(', 1) && p.opensList(1));
}

export function parseInterval(p: Parser): Interval {
  const { start } = p.token;
  p.expect('INTERVAL');
  const value = p.nested(() => p.grammar.expression(p));
  return { kind: 'interval', value, unit: parseUnit(p), ...p.span(start) };
}

export function parseUnit(p: Parser): string {
  const { keyword } = p.token;
  if (!UNITS.has(keyword)) throw p.unexpected('a unit of time');
  p.next();
  return keyword;
}

/** The unit of TIMESTAMPADD and TIMESTAMPDIFF. */
export function parseTimestampUnit(p: Parser): string {
  const unit = ODBC_UNITS.get(p.token.keyword);
  if (unit === undefined) return parseUnit(p);
  p.next();
  return unit === 'FRAC_SECOND' ? 'MICROSECOND' : unit;
}
