import type { CastType } from '../sql/ast/expressions.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { trimEndOf } from '../text.ts';
import { readType } from './columnTypes.ts';
import { jsonLoss } from './jsonLoss.ts';

/** Why a server would store another value than the text says, though strict mode takes it; undefined where it stores what is meant. */
export type FitCheck = (value: string) => string | undefined;

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'INTEGER', 'BIGINT']);
const INTEGER = /^\s*[+-]?\d+(?:\.0*)?\s*$/;
/** Of a trimmed text: blanks on both sides of what may be empty would be divided in every way. */
const NUMBER = /^[+-]?(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;
/** A fraction of a second at the end, before a zone. */
const FRACTION = /\d{1,2}:\d{1,2}\.(\d+)/;
const MIDNIGHT = /^\d{2,4}-\d{1,2}-\d{1,2}[ T]00?:00?(?::00?(?:\.0*)?)?$/;
const DATE_TIME = /^\s*\d{2,4}\D\d{1,2}\D\d{1,2}[ T]\d/;
const NOT_EXACT = 'would be rounded';

/**
 * The check for a column's type as its definition has it. Servers round fractions, cut trailing blanks and dates, and take a number for the place of an ENUM's member, in every
 * mode and mostly without a warning.
 */
export function fitCheck(type: string, dialect: Dialect): FitCheck {
  const read = readType(type, dialect);
  if (read === undefined) return () => undefined; // a type that only this server has
  const [size = 0, scale = 0] = read.numbers.map(Number);
  if (INTEGERS.has(read.name))
    return (value) => (!isNumber(value) || INTEGER.test(value) || decimalsOf(value) <= 0 ? undefined : NOT_EXACT);
  switch (read.name) {
    case 'YEAR':
      return (value) => (!isNumber(value) || INTEGER.test(value) ? undefined : NOT_EXACT);
    case 'DECIMAL':
    case 'DEC':
    case 'NUMERIC':
    case 'FIXED':
      return (value) => (isNumber(value) && decimalsOf(value) > scale ? NOT_EXACT : undefined);
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => {
        if (!isNumber(value)) return undefined;
        const isCut = read.numbers.length > 1 && decimalsOf(value) > scale; // FLOAT(5,2) and the like
        return isCut || (Number(value) === 0 && /[1-9]/.test(value.split(/e/i)[0] ?? '')) ? NOT_EXACT : undefined;
      };
    case 'CHAR':
    case 'VARCHAR':
      return (value) => (Array.from(value).length > size && Array.from(value.trimEnd()).length <= size ? 'would be truncated' : undefined);
    case 'ENUM':
      return memberCheck(read, (value) => [value]);
    case 'SET':
      return memberCheck(read, (value) => (value === '' ? [] : value.split(',')));
    case 'DATE':
      return (value) => (DATE_TIME.test(value) && !MIDNIGHT.test(value.trim()) ? 'has a time, which would be dropped' : undefined);
    case 'TIME':
      return (value) =>
        DATE_TIME.test(value)
          ? 'has a date, which would be dropped'
          : value.includes(':') && digitsOf(value) > size
            ? NOT_EXACT
            : undefined;
    case 'DATETIME':
    case 'TIMESTAMP':
      return (value) => (digitsOf(value) > size ? NOT_EXACT : undefined);
    case 'JSON':
      return dialect.flavor === 'mysql' ? jsonLoss : () => undefined; // MariaDB keeps the text
    default:
      return () => undefined;
  }
}

function isNumber(value: string): boolean {
  return NUMBER.test(value.trim()) && /\d/.test(value);
}

/** How many digits stand behind the point when the exponent is written out, without zeros at the end. */
function decimalsOf(value: string): number {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(value.trim()) ?? [];
  const digits = withoutZeros(`${whole}${fraction}`);
  return digits.replace(/^0+/, '') === '' ? 0 : digits.length - whole.length - Number(exponent);
}

/** Of the fraction of a second. */
function digitsOf(value: string): number {
  return withoutZeros(FRACTION.exec(value)?.[1] ?? '').length;
}

function withoutZeros(digits: string): string {
  return trimEndOf(digits, (digit) => digit === '0');
}

/** A text that is no member and looks like a number is taken for the place of one. */
function memberCheck({ members }: CastType, parts: (value: string) => readonly string[]): FitCheck {
  const known = new Set(members.map((member) => (member.kind === 'string' ? member.value.trimEnd().toLowerCase() : member.digits)));
  return (value) =>
    parts(value).some((part) => /^\s*[+-]?\d/.test(part) && !known.has(part.trimEnd().toLowerCase()))
      ? "isn't a member, and would be stored as the member at that position"
      : undefined;
}
