import type { Chain, ChainOperator, Expression, In, Interval, Unary } from '../ast/expressions.ts';
import { parseCollation } from './collations.ts';
import { parsePrimary } from './primary.ts';
import { parseInterval, isIntervalOperand } from './intervals.ts';
import type { Parser } from './parser.ts';
import { parseSubquery } from './subqueries.ts';

/** Precedences from the loosest to the tightest. */
const OR = 1;
const XOR = 2;
const AND = 3;
const NOT = 4;
const COMPARISON = 5;
const PREDICATE = 6;
const BITS = 7;
const ADDITION = 10;
const CONCATENATION = 13;

interface Infix {
  readonly level: number;
  readonly operator: ChainOperator | undefined;
}

const infix = (level: number, operator?: ChainOperator): Infix => ({ level, operator });

const OPERATORS: ReadonlyMap<string, Infix> = new Map([
  ['&&', infix(AND, 'AND')],
  ['=', infix(COMPARISON, '=')],
  ['<=>', infix(COMPARISON, '<=>')],
  ['>=', infix(COMPARISON, '>=')],
  ['>', infix(COMPARISON, '>')],
  ['<=', infix(COMPARISON, '<=')],
  ['<', infix(COMPARISON, '<')],
  ['<>', infix(COMPARISON, '<>')],
  ['!=', infix(COMPARISON, '<>')],
  ['|', infix(BITS, '|')],
  ['&', infix(8, '&')],
  ['<<', infix(9, '<<')],
  ['>>', infix(9, '>>')],
  ['+', infix(ADDITION, '+')],
  ['-', infix(ADDITION, '-')],
  ['*', infix(11, '*')],
  ['/', infix(11, '/')],
  ['%', infix(11, '%')],
  ['^', infix(12, '^')],
]);

const WORDS: ReadonlyMap<string, Infix> = new Map([
  ['OR', infix(OR, 'OR')],
  ['XOR', infix(XOR, 'XOR')],
  ['AND', infix(AND, 'AND')],
  ['DIV', infix(11, 'DIV')],
  ['MOD', infix(11, 'MOD')],
  ['IS', infix(COMPARISON)],
  ['IN', infix(PREDICATE)],
  ['BETWEEN', infix(PREDICATE)],
  ['LIKE', infix(PREDICATE)],
  ['REGEXP', infix(PREDICATE)],
  ['RLIKE', infix(PREDICATE)],
  ['SOUNDS', infix(PREDICATE)],
  ['MEMBER', infix(PREDICATE)],
]);

const NEGATABLE = new Set(['IN', 'BETWEEN', 'LIKE', 'REGEXP', 'RLIKE']);

/** So many tests may follow one another without parentheses: `a IS NULL IS NULL`. */
const MAX_TESTS = 8;

export function parseExpression(p: Parser): Expression {
  return parseAbove(p, OR);
}

/** What may stand on either side of a comparison: an expression without logical operators and comparisons. */
export function parseBitExpression(p: Parser): Expression {
  return parseAbove(p, BITS);
}

function infixAt(p: Parser): Infix | undefined {
  const { kind, text, keyword } = p.token;
  if (kind === 'operator') {
    if (text === '||') return p.dialect.pipesAsConcat ? infix(CONCATENATION, '||') : infix(OR, 'OR');
    return OPERATORS.get(text);
  }
  if (keyword === 'NOT') return NEGATABLE.has(p.peek().keyword) ? infix(PREDICATE) : undefined;
  if (keyword === 'SOUNDS' && p.peek().keyword !== 'LIKE') return undefined;
  if (keyword === 'MEMBER' && !(p.since({ mysql: 80017 }) && (p.peek().keyword === 'OF' || p.isOperator('(', 1)))) return undefined;
  return WORDS.get(keyword);
}

/** An expression whose operators bind at least as tightly as `min`. */
function parseAbove(p: Parser, min: number): Expression {
  const { start } = p.token;
  let left: Expression;
  if (p.is('NOT') && !p.dialect.highNotPrecedence && min <= NOT) {
    p.next();
    const operand = p.measured(() => p.nested(() => parseAbove(p, NOT)));
    left = { kind: 'unary', operator: 'NOT', operand, ...p.span(start) };
  } else {
    left = parseUnary(p);
  }
  // What was built cannot be an operand of something tighter.
  let ceiling = Infinity;
  let tests = 0;
  for (let found = infixAt(p); found !== undefined && found.level >= min; found = infixAt(p)) {
    const { level, operator } = found;
    if (level > ceiling || (level === PREDICATE && ceiling === PREDICATE && !p.isMariadb)) throw p.unexpected();
    const first = left;
    if (operator !== undefined) {
      const chain = p.measured(() => parseChain(p, first, level, start), p.height);
      left = chain;
      if (chain.operands.at(-1)?.kind === 'interval') {
        // What follows an interval has the whole sum as its operand: `a + INTERVAL 1 DAY * 2` doubles the date.
        if (++tests > MAX_TESTS) throw p.unexpected();
        ceiling = Infinity;
        continue;
      }
    } else {
      if (++tests > MAX_TESTS) throw p.unexpected();
      left = p.measured(() => (level === COMPARISON ? parseIs(p, first, start) : parsePredicate(p, first, start)), p.height);
    }
    ceiling = level;
  }
  return left;
}

/** Operators of one level, as far as they go. */
function parseChain(p: Parser, first: Expression, level: number, start: number): Chain {
  const operands = [first];
  const operators: ChainOperator[] = [];
  for (let found = infixAt(p); found?.level === level && found.operator !== undefined; found = infixAt(p)) {
    operators.push(found.operator);
    p.next();
    operands.push(parseRight(p, level));
  }
  return { kind: 'chain', operands, operators, ...p.span(start) };
}

function parseRight(p: Parser, level: number): Expression {
  if (level === COMPARISON && (p.is('ALL') || p.is('ANY') || p.is('SOME')) && p.isOperator('(', 1)) {
    const { start } = p.token;
    const quantifier = p.next().keyword === 'ALL' ? 'ALL' : 'ANY';
    const { query } = parseSubquery(p);
    return { kind: 'quantified', quantifier, query, ...p.span(start) };
  }
  if (level === ADDITION && isIntervalOperand(p)) return p.measured(() => parseInterval(p));
  return parseAbove(p, level + 1);
}

function parseIs(p: Parser, operand: Expression, start: number): Expression {
  p.expect('IS');
  const not = p.take('NOT');
  const test = p.takeAny('NULL', 'TRUE', 'FALSE', 'UNKNOWN');
  if (test === undefined) throw p.unexpected('NULL, TRUE, FALSE or UNKNOWN');
  return { kind: 'is', operand, not, test, ...p.span(start) };
}

function parsePredicate(p: Parser, operand: Expression, start: number): Expression {
  const not = p.take('NOT');
  switch (p.next().keyword) {
    case 'IN': {
      const list: In['list'] = p.opensQuery ? parseSubquery(p) : p.parenthesized(() => p.nested(() => parseExpression(p)));
      return { kind: 'in', operand, not, list, ...p.span(start) };
    }
    case 'BETWEEN': {
      const low = parseAbove(p, BITS);
      p.expect('AND');
      const high = p.nested(() => parseAbove(p, PREDICATE));
      return { kind: 'between', operand, not, low, high, ...p.span(start) };
    }
    case 'LIKE': {
      const pattern = parseAbove(p, CONCATENATION);
      const escape = p.take('ESCAPE') ? parseEscape(p) : undefined;
      return { kind: 'like', operator: 'LIKE', operand, not, pattern, escape, ...p.span(start) };
    }
    case 'SOUNDS': {
      p.expect('LIKE');
      return { kind: 'like', operator: 'SOUNDS LIKE', operand, not, pattern: parseAbove(p, BITS), ...p.span(start) };
    }
    case 'MEMBER': {
      p.take('OF');
      p.expectOperator('(');
      const array = p.nested(() => parseExpression(p));
      p.expectOperator(')');
      return { kind: 'memberOf', operand, array, ...p.span(start) };
    }
    default:
      return { kind: 'like', operator: 'REGEXP', operand, not, pattern: parseAbove(p, BITS), ...p.span(start) };
  }
}

/** MariaDB takes operators for the escape character, and of the predicates behind it the negated ones. */
function parseEscape(p: Parser): Expression {
  if (!p.isMariadb) return parseAbove(p, CONCATENATION);
  const { start } = p.token;
  const escape = parseAbove(p, BITS);
  if (!p.is('NOT') || infixAt(p) === undefined) return escape;
  return p.nested(() => parsePredicate(p, escape, start));
}

function unaryOperator(p: Parser): Unary['operator'] | undefined {
  const { kind, text, keyword } = p.token;
  if (kind === 'operator') return text === '-' || text === '+' || text === '~' || text === '!' ? text : undefined;
  if (keyword === 'BINARY') return 'BINARY';
  return keyword === 'NOT' && p.dialect.highNotPrecedence ? 'NOT' : undefined;
}

function parseUnary(p: Parser): Expression {
  if (unaryOperator(p) === undefined) return parseCollated(p);
  const operators: { operator: Unary['operator']; start: number }[] = [];
  for (let operator = unaryOperator(p); operator !== undefined; operator = unaryOperator(p)) {
    operators.push({ operator, start: p.next().start });
    p.enter();
  }
  // MariaDB takes `- INTERVAL 1 DAY + a` for a difference, MySQL for a negative date.
  if (p.isMariadb && isIntervalOperand(p)) throw p.unexpected();
  let operand = parseCollated(p);
  for (const { operator, start } of operators.reverse()) {
    const inner = operand;
    operand = p.measured(() => ({ kind: 'unary', operator, operand: inner, ...p.span(start) }), p.height);
  }
  p.leave(operators.length);
  return operand;
}

function parseCollated(p: Parser): Expression {
  const { start } = p.token;
  // `INTERVAL 1 DAY + a`: the sum is an operand as a whole.
  if (isIntervalOperand(p)) return p.measured(() => parseIntervalFirst(p));
  let operand: Expression = p.measured(() => parsePrimary(p));
  for (let i = 0; p.take('COLLATE'); i++) {
    if (i === MAX_TESTS) throw p.unexpected();
    const inner = operand;
    operand = p.measured(() => ({ kind: 'collate', operand: inner, collation: parseCollation(p), ...p.span(start) }), p.height);
  }
  return operand;
}

function parseIntervalFirst(p: Parser): Expression {
  const interval: Interval = parseInterval(p);
  p.expectOperator('+');
  // The server takes even a comparison for the other side: `INTERVAL 1 DAY + a = b` adds to the result of `a = b`.
  const other = p.nested(() => parseAbove(p, NOT));
  return { kind: 'chain', operands: [interval, other], operators: ['+'], ...p.span(interval.start) };
}
