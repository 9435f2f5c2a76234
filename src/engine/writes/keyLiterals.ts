import type { Cell, Column } from '../driver/values.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import type { Expression } from '../sql/ast/expressions.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { checkedText, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';

const TEXTS = /^(?:char|varchar|(?:tiny|medium|long)?text)$/;
const BYTES = /(?:binary|blob)$/;
const NUMERIC = /^(?:(?:tiny|small|medium|big)?int|decimal|float|double)$/;
const MOMENTS = /^(?:date|datetime|timestamp|time)$/;
/** Written alike as a number and as a text. */
const PLAIN_INTEGER = /^(?:0|[1-9]\d{0,15})$/;
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Two digits, and a zero, mean one year where they are stored, and another where they are compared. */
const PLAIN_YEAR = /^(?:19|20|21)\d\d$/;
const PLAIN_DATE = /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?)?$/;
const PLAIN_TIME = /^-?\d{2,3}:\d\d:\d\d(?:\.\d{1,6})?$/;

/** The protocol's numbers. */
const EXACT_NUMBERS = new Set([0, 1, 2, 3, 8, 9, 246]);
const DOUBLE = 5;
const YEAR = 13;
const BIT = 16;
const STRINGS = new Set([15, 247, 248, 249, 250, 251, 252, 253, 254]);
const MOMENTS_OF: ReadonlyMap<number, RegExp> = new Map([
  [7, /^timestamp$/],
  [10, /^(?:date|datetime|timestamp)$/],
  [11, /^time$/],
  [12, /^datetime$/],
]);

/**
 * What finds a value of a statement again in a column of this type; undefined for one that the server might store otherwise than it compares it: another row than its own would be
 * found by it.
 */
export function literalOfValue(given: Expression, type: string, dialect: Dialect): OwnSql | undefined {
  switch (given.kind) {
    case 'paren':
      return literalOfValue(given.expression, type, dialect);
    case 'string':
      if (BYTES.test(type) || TEXTS.test(type)) return checkedText(print(given, dialect));
      return given.introducer === undefined ? literalOfText(given.value, type) : undefined;
    case 'number':
      return literalOfNumber(given.text, type);
    case 'unary':
      return given.operator === '-' && given.operand.kind === 'number' && NUMERIC.test(type)
        ? checkedText(print(given, dialect))
        : undefined;
    case 'temporal':
      return literalOfText(given.value, type);
    case 'hex':
    case 'bit':
      return BYTES.test(type) ? checkedText(print(given, dialect)) : undefined;
    default:
      return undefined;
  }
}

/** The same for a value that a query has returned. */
export function literalOfCell(cell: Cell, source: Column | undefined, type: string): OwnSql | undefined {
  if (cell === null || source === undefined || source.geometry !== undefined) return undefined;
  if (source.binary) return BYTES.test(type) ? sqlLiteral(cell, source) : undefined;
  if (EXACT_NUMBERS.has(source.type)) {
    if (TEXTS.test(type)) return PLAIN_NUMBER.test(cell) ? sqlLiteral(cell, undefined) : undefined;
    return PLAIN_NUMBER.test(cell) ? literalOfNumber(cell, type) : undefined;
  }
  if (source.type === DOUBLE) return type === 'double' ? sqlLiteral(cell, source) : undefined;
  if (source.type === YEAR) return PLAIN_YEAR.test(cell) ? literalOfNumber(cell, type) : undefined;
  if (source.type === BIT) return type === 'bit' || type === 'bigint' ? literalOfNumber(cell, type) : undefined;
  const moments = MOMENTS_OF.get(source.type);
  if (moments !== undefined) return moments.test(type) ? sqlLiteral(cell, undefined) : undefined;
  // Bytes are stored in the character set of the source.
  return STRINGS.has(source.type) && !BYTES.test(type) ? literalOfText(cell, type) : undefined;
}

function literalOfText(value: string, type: string): OwnSql | undefined {
  if (NUMERIC.test(type)) return PLAIN_NUMBER.test(value) ? checkedText(value) : undefined;
  if (type === 'year') return PLAIN_YEAR.test(value) ? checkedText(value) : undefined;
  if (type === 'bit') return undefined;
  if (MOMENTS.test(type) && !(type === 'time' ? PLAIN_TIME : PLAIN_DATE).test(value)) return undefined;
  return sqlLiteral(value, undefined);
}

function literalOfNumber(text: string, type: string): OwnSql | undefined {
  if (TEXTS.test(type)) return PLAIN_INTEGER.test(text) ? sqlLiteral(text, undefined) : undefined;
  if (type === 'year') return PLAIN_YEAR.test(text) ? checkedText(text) : undefined;
  return NUMERIC.test(type) || type === 'bit' ? checkedText(text) : undefined;
}
