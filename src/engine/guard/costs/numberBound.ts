import type { Call, Chain, Expression, SpecialCall } from '../../sql/ast/expressions.ts';
import { upperAscii } from '../../sql/reserved/nameList.ts';

const ROUNDING = new Set(['ROUND', 'FLOOR', 'CEIL', 'CEILING', 'TRUNCATE', 'ABS']);
const LARGEST = new Set(['GREATEST', 'COALESCE', 'IFNULL']);

/** The largest number that an expression can be, as far as its text tells; Infinity where it does not. */
export function numberBound(expression: Expression): number {
  switch (expression.kind) {
    case 'number':
      return Number(expression.text);
    case 'null':
      return 0;
    case 'boolean':
      return 1;
    case 'paren':
      return numberBound(expression.expression);
    case 'chain':
      return chainBound(expression);
    case 'case': {
      const results = [
        ...expression.branches.map(({ result }) => result),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
      return largest(results.map(numberBound));
    }
    case 'call':
    case 'special':
      return callBound(expression);
    default:
      return Infinity;
  }
}

/** `a - b` is taken for at most a: what is subtracted here is a length or a literal, else nothing is known. */
function chainBound({ operands, operators }: Chain): number {
  let bound = numberOf(operands[0]);
  for (let i = 0; i < operators.length; i++) {
    const next = operands[i + 1];
    const operator = operators[i];
    if (operator === '+') bound += numberOf(next);
    else if (operator === '*') bound *= numberOf(next);
    else if (operator === '-') bound = isNotNegative(next) ? bound : Infinity;
    else if (operator === '%' || operator === 'MOD') bound = Math.min(bound, numberOf(next));
    else if (operator === '/' || operator === 'DIV') bound = next?.kind === 'number' && Number(next.text) >= 1 ? bound : Infinity;
    else return Infinity;
  }
  return Number.isNaN(bound) ? Infinity : bound;
}

const numberOf = (expression: Expression | undefined): number => (expression === undefined ? Infinity : numberBound(expression));

function isNotNegative(expression: Expression | undefined): boolean {
  if (expression?.kind === 'number') return true;
  return (expression?.kind === 'call' || expression?.kind === 'special') && /^(?:CHAR|CHARACTER|OCTET)?_?LENGTH$/.test(nameOf(expression));
}

function callBound(call: Call | SpecialCall): number {
  const name = nameOf(call);
  const args = call.kind === 'call' ? call.args.map(({ value }) => value) : call.args;
  const bounds = args.map(numberBound);
  // MySQL compares all of them as texts where one is a text: '60000000' is less than 9. So all have to be known for numbers.
  if (name === 'LEAST') return bounds.some((bound) => bound === Infinity) ? Infinity : smallest(bounds);
  if (name === 'MOD') return Math.min(bounds[0] ?? Infinity, bounds[1] ?? Infinity);
  if (LARGEST.has(name)) return largest(bounds);
  if (name === 'IF') return largest(bounds.slice(1));
  // To the left of the point, rounding at most doubles.
  return ROUNDING.has(name) ? 2 * (bounds[0] ?? Infinity) + 1 : Infinity;
}

/** Not by spreading: a call may have more arguments than the stack takes. */
const largest = (bounds: readonly number[]): number => bounds.reduce((most, bound) => Math.max(most, bound), 0);
const smallest = (bounds: readonly number[]): number => bounds.reduce((least, bound) => Math.min(least, bound), Infinity);

/** Upper-case name of an unqualified call; '' for a stored function. */
export function nameOf(call: Call | SpecialCall): string {
  if (call.kind === 'special') return call.name;
  return call.database === undefined ? upperAscii(call.name.name) : '';
}
