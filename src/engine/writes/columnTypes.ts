import type { CastType } from '../sql/ast/expressions.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { parseStatements } from '../sql/parser/parse.ts';

/** Integers by size, and texts by the characters that they hold. */
const INTEGERS: readonly string[] = ['TINYINT', 'SMALLINT', 'MEDIUMINT', 'INT', 'BIGINT'];
const SAME: ReadonlyMap<string, string> = new Map([
  ['INTEGER', 'INT'],
  ['INT1', 'TINYINT'],
  ['INT2', 'SMALLINT'],
  ['INT4', 'INT'],
  ['INT8', 'BIGINT'],
  ['BOOL', 'TINYINT'],
  ['BOOLEAN', 'TINYINT'],
  ['DEC', 'DECIMAL'],
  ['NUMERIC', 'DECIMAL'],
  ['FIXED', 'DECIMAL'],
  ['CHARACTER', 'CHAR'],
  ['CHARACTER VARYING', 'VARCHAR'],
  ['DOUBLE PRECISION', 'DOUBLE'],
]);
const TEXTS: ReadonlyMap<string, number> = new Map([
  ['TINYTEXT', 63], // in four bytes each
  ['TEXT', 16_383],
  ['MEDIUMTEXT', 4_194_303],
  ['LONGTEXT', 1_073_741_823],
]);

/** Around a type, so that the parser reads it as one. */
const HEAD = 'CREATE TABLE t (c ';

/** True unless every value of the column's type is certain to be one of the new type. `before` is as the catalog has it. */
export function mayLoseValues(before: string, after: CastType, dialect: Dialect): boolean {
  const old = readType(before, dialect);
  if (old === undefined) return true;
  if (after.charset !== undefined && after.charset.name.toLowerCase() !== 'utf8mb4') return true;
  return losesIntegers(old, after) ?? losesTexts(old, after) ?? losesOthers(old, after);
}

/** Undefined where not both are integers. */
function losesIntegers(old: CastType, after: CastType): boolean | undefined {
  const [from, to] = [INTEGERS.indexOf(nameOf(old)), INTEGERS.indexOf(nameOf(after))];
  if (from < 0 || to < 0) return undefined;
  return isUnsignedType(old) === isUnsignedType(after) ? to < from : isUnsignedType(after) || to <= from;
}

/** Undefined where not both are texts. */
function losesTexts(old: CastType, after: CastType): boolean | undefined {
  const [before, now] = [textLength(old), textLength(after)];
  if (before === undefined || now === undefined) return undefined;
  return now < before || (nameOf(after) === 'CHAR' && nameOf(old) !== 'CHAR');
}

function losesOthers(old: CastType, after: CastType): boolean {
  const type = nameOf(after);
  if (nameOf(old) !== type) return true;
  const sizeOf = ({ numbers }: CastType, place = 0, usual = 0): number => Number(numbers[place] ?? usual);
  const signed = isUnsignedType(after) === isUnsignedType(old);
  switch (type) {
    case 'DECIMAL': {
      const digits = (one: CastType): number => sizeOf(one, 0, 10) - sizeOf(one, 1);
      return digits(after) < digits(old) || sizeOf(after, 1) < sizeOf(old, 1) || !signed;
    }
    case 'DATETIME':
    case 'TIMESTAMP':
    case 'TIME':
    case 'VARBINARY':
      return sizeOf(after) < sizeOf(old);
    case 'BINARY':
    case 'BIT':
      return sizeOf(after, 0, 1) !== sizeOf(old, 0, 1);
    case 'ENUM':
    case 'SET':
      return old.members.some((member, i) => JSON.stringify(valueOf(member)) !== JSON.stringify(valueOf(after.members[i])));
    default:
      return after.numbers.join() !== old.numbers.join() || !signed;
  }
}

/** A type as the catalog has it; undefined for one that the parser does not know. */
export function readType(text: string, dialect: Dialect): CastType | undefined {
  try {
    const [table] = parseStatements(`${HEAD}${text})`, dialect);
    const [column] = table?.kind === 'createTable' ? table.elements : [];
    return column?.kind === 'columnDefinition' ? column.type : undefined;
  } catch {
    return undefined; // a type that only this server has
  }
}

function nameOf({ name }: CastType): string {
  return SAME.get(name) ?? name;
}

function isUnsignedType({ attributes }: CastType): boolean {
  return attributes.includes('UNSIGNED') || attributes.includes('ZEROFILL');
}

function textLength(type: CastType): number | undefined {
  const name = nameOf(type);
  if (name === 'CHAR' || name === 'VARCHAR') return Number(type.numbers[0] ?? 1);
  return TEXTS.get(name);
}

function valueOf(member: CastType['members'][number] | undefined): unknown {
  return member?.kind === 'string' ? member.value : member?.digits;
}
