import type { CastType } from '../sql/ast/expressions.ts';
import type { Dialect } from '../sql/dialect.ts';
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
  const [from, to] = [nameOf(old), nameOf(after)];
  if (after.charset !== undefined && after.charset.name.toLowerCase() !== 'utf8mb4') return true;
  const fits = (place: number, usual: number): boolean => Number(after.numbers[place] ?? usual) >= Number(old.numbers[place] ?? usual);
  if (INTEGERS.includes(from) && INTEGERS.includes(to)) {
    const grows = INTEGERS.indexOf(to) - INTEGERS.indexOf(from);
    const [wasUnsigned, isUnsigned] = [isUnsignedType(old), isUnsignedType(after)];
    return wasUnsigned === isUnsigned ? grows < 0 : isUnsigned || grows <= 0;
  }
  const [oldLength, newLength] = [textLength(old), textLength(after)];
  if (oldLength !== undefined && newLength !== undefined) return newLength < oldLength || (to === 'CHAR' && from !== 'CHAR');
  if (from !== to) return true;
  switch (to) {
    case 'DECIMAL': {
      const digits = ({ numbers: [all = '10', behind = '0'] }: CastType): number => Number(all) - Number(behind);
      return digits(after) < digits(old) || !fits(1, 0) || isUnsignedType(after) !== isUnsignedType(old);
    }
    case 'DATETIME':
    case 'TIMESTAMP':
    case 'TIME':
      return !fits(0, 0);
    case 'BINARY':
    case 'BIT':
      return Number(after.numbers[0] ?? 1) !== Number(old.numbers[0] ?? 1);
    case 'VARBINARY':
      return !fits(0, 0);
    case 'ENUM':
    case 'SET':
      return old.members.some((member, i) => JSON.stringify(valueOf(member)) !== JSON.stringify(valueOf(after.members[i])));
    default:
      return after.numbers.join() !== old.numbers.join() || isUnsignedType(after) !== isUnsignedType(old);
  }
}

function readType(text: string, dialect: Dialect): CastType | undefined {
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
