import type { Chain, Expression } from '../sql/ast/expressions.ts';
import { walk } from '../sql/walk.ts';

/**
 * What is known of a condition without reading a row: `constant` for one that names no column, so that it holds for every row or for none; `byRow` for one that depends on
 * the row.
 */
export type Truth = 'always' | 'never' | 'constant' | 'byRow';

/** The value depends on the row. */
const ROW = Symbol('row');
/** The value is the same for every row, and only the server knows it. */
const CONSTANT = Symbol('constant');

type Folded = number | string | null | typeof ROW | typeof CONSTANT;
type Truthy = boolean | null | typeof ROW | typeof CONSTANT;

/** A text that every server converts to the same number, without a warning. */
const PLAIN_NUMBER = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/;
const ANYTHING = /^%+$/;

/** Folds constants; what cannot be decided that way is told apart by whether it names a column. */
export function truthOf(condition: Expression): Truth {
  const value = toBoolean(fold(condition));
  if (value === ROW) return 'byRow';
  if (value === CONSTANT) return 'constant';
  return value === true ? 'always' : 'never';
}

function fold(expression: Expression): Folded {
  switch (expression.kind) {
    case 'paren':
      return fold(expression.expression);
    case 'number':
      return PLAIN_NUMBER.test(expression.text) ? Number(expression.text) : CONSTANT;
    case 'string':
      return expression.introducer === undefined ? expression.value : CONSTANT;
    case 'boolean':
      return Number(expression.value);
    case 'null':
      return null;
    case 'unary':
      return foldUnary(expression.operator, fold(expression.operand));
    case 'chain':
      return foldChain(expression);
    case 'is':
      return foldTest(fold(expression.operand), expression.test, expression.not);
    case 'between':
      return negateIf(
        expression.not,
        and(compare('>=', fold(expression.operand), fold(expression.low)), compare('<=', fold(expression.operand), fold(expression.high))),
      );
    case 'in': {
      if (!isList(expression.list)) return unknown(expression);
      const operand = fold(expression.operand);
      return negateIf(expression.not, expression.list.map((item) => compare('=', operand, fold(item))).reduce<Folded>(or, 0));
    }
    case 'like': {
      const [operand, pattern] = [fold(expression.operand), fold(expression.pattern)];
      const matches =
        expression.operator === 'LIKE' && typeof operand === 'string' && typeof pattern === 'string' && ANYTHING.test(pattern);
      return matches ? Number(!expression.not) : unknown(expression);
    }
    default:
      return unknown(expression);
  }
}

function isList<T>(list: readonly T[] | object): list is readonly T[] {
  return Array.isArray(list);
}

/** A column inside a subquery may be one of the outer table: whatever names a column depends on the row. */
function unknown(expression: Expression): Folded {
  const columns = new Set<string>();
  walk(expression, ({ kind }) => {
    if (kind === 'column' || kind === 'jsonPath') columns.add(kind);
    return columns.size > 0 ? false : undefined;
  });
  return columns.size > 0 ? ROW : CONSTANT;
}

function foldChain({ operands, operators }: Chain): Folded {
  const [first, ...rest] = operands;
  if (first === undefined) return CONSTANT;
  return rest.reduce<Folded>((left, operand, i) => apply(operators[i], left, fold(operand)), fold(first));
}

function apply(operator: Chain['operators'][number] | undefined, left: Folded, right: Folded): Folded {
  switch (operator) {
    case 'AND':
      return and(left, right);
    case 'OR':
      return or(left, right);
    case 'XOR':
      return exclusive(left, right);
    case '=':
    case '<=>':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compare(operator, left, right);
    case '+':
    case '-':
    case '*':
      return calculate(operator, left, right);
    default:
      return undecided(left, right) ?? CONSTANT;
  }
}

/** What both are, where one of them is no value. */
function undecided(...values: readonly (Folded | Truthy)[]): typeof ROW | typeof CONSTANT | undefined {
  if (values.includes(ROW)) return ROW;
  return values.includes(CONSTANT) ? CONSTANT : undefined;
}

function toBoolean(value: Folded): Truthy {
  if (value === null || value === ROW || value === CONSTANT) return value;
  const number = toNumber(value);
  return number === undefined ? CONSTANT : number !== 0;
}

function toNumber(value: number | string): number | undefined {
  if (typeof value === 'number') return value;
  return PLAIN_NUMBER.test(value) ? Number(value) : undefined;
}

function and(left: Folded, right: Folded): Folded {
  const a: Truthy = toBoolean(left);
  const b: Truthy = toBoolean(right);
  if (a === false || b === false) return 0;
  return undecided(a, b) ?? (a === null || b === null ? null : 1);
}

function or(left: Folded, right: Folded): Folded {
  const a: Truthy = toBoolean(left);
  const b: Truthy = toBoolean(right);
  if (a === true || b === true) return 1;
  return undecided(a, b) ?? (a === null || b === null ? null : 0);
}

function exclusive(left: Folded, right: Folded): Folded {
  const a: Truthy = toBoolean(left);
  const b: Truthy = toBoolean(right);
  if (a === null || b === null) return null;
  return undecided(a, b) ?? Number(a !== b);
}

function negateIf(not: boolean, value: Folded): Folded {
  if (!not) return value;
  const known = toBoolean(value);
  return typeof known === 'boolean' ? Number(!known) : known;
}

function foldUnary(operator: string, value: Folded): Folded {
  if (operator === 'NOT' || operator === '!') return negateIf(true, value);
  if (value === null || value === ROW) return value;
  const number = value === CONSTANT ? undefined : toNumber(value);
  if (operator === '-' && number !== undefined) return -number;
  return operator === '+' ? value : CONSTANT;
}

function foldTest(value: Folded, test: string, not: boolean): Folded {
  if (value === ROW || value === CONSTANT) return value;
  if (test === 'NULL' || test === 'UNKNOWN') return Number((value === null) !== not);
  const known = toBoolean(value);
  return known === CONSTANT ? CONSTANT : Number((known === (test === 'TRUE')) !== not);
}

function compare(operator: string, left: Folded, right: Folded): Folded {
  if (operator !== '<=>' && (left === null || right === null)) return null;
  const open = undecided(left, right);
  if (open !== undefined) return open;
  if (left === null || right === null) return Number(left === right);
  if (typeof left === 'string' && typeof right === 'string')
    // Whether other texts are equal depends on the collation.
    return left === right ? Number(operator !== '<>' && operator !== '<' && operator !== '>') : CONSTANT;
  const [a, b] = [toNumber(left as number | string), toNumber(right as number | string)];
  if (a === undefined || b === undefined) return CONSTANT;
  switch (operator) {
    case '<>':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    default:
      return Number(a === b);
  }
}

/** Of small integers; the rest is for the server, which rounds in its own ways. */
function calculate(operator: '+' | '-' | '*', left: Folded, right: Folded): Folded {
  if (left === null || right === null) return null;
  const open = undecided(left, right);
  if (open !== undefined) return open;
  const [a, b] = [toNumber(left as number | string), toNumber(right as number | string)];
  if (a === undefined || b === undefined) return CONSTANT;
  const result = operator === '+' ? a + b : operator === '-' ? a - b : a * b;
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result) ? result : CONSTANT;
}
