import type { Expression } from '../ast/expressions.ts';
import type { Parser } from './parser.ts';
import { upperCase } from '../lexer/rules.ts';

/** The server cuts a column's name after so many characters. */
const MAX_LENGTH = 255;

/**
 * The name that the server gives a column whose expression has no alias: the text of the expression. Undefined where the printed expression
 * gets the same name by itself: a column, or a literal that is printed as it was written.
 */
export function implicitName(p: Parser, value: Expression, start: number, end: number): string | undefined {
  if (namesItself(value)) return undefined;
  // Marks of executable comments are gone by then; other comments inside the expression stay.
  let text = '';
  let at = start;
  for (let i = firstFrom(p.dropped, start); i < p.dropped.length; i++) {
    const mark = p.dropped[i];
    if (mark === undefined || mark.end > end) break;
    text += p.sql.slice(at, mark.start);
    at = mark.end;
  }
  // With IGNORE_SPACE, MySQL looks for a parenthesis behind every word, and takes the blanks in between for a part of it.
  const blanks =
    p.dialect.ignoreSpace && !p.isMariadb && p.peek(-1).kind === 'word' ? (/^\s*/.exec(p.sql.slice(end, p.token.start))?.[0] ?? '') : '';
  text += p.sql.slice(at, end) + blanks;
  // Names are stored in three bytes a character.
  return text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?').slice(0, MAX_LENGTH);
}

/** Index of the first mark that starts at an offset or behind it. */
function firstFrom(marks: Parser['dropped'], start: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function namesItself(value: Expression): boolean {
  let inner = value;
  while (inner.kind === 'paren' || (inner.kind === 'unary' && inner.operator === '+')) {
    inner = inner.kind === 'paren' ? inner.expression : inner.operand;
  }
  if (inner.kind === 'string' || inner.kind === 'number' || inner.kind === 'column' || inner.kind === 'null') return true;
  // NAME_CONST exists to name its column.
  return inner.kind === 'boolean' || (inner.kind === 'call' && inner.database === undefined && upperCase(inner.name.name) === 'NAME_CONST');
}
