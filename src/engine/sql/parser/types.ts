import type { CastType, Name } from '../ast/expressions.ts';
import { parseCollation } from './collations.ts';
import { parseTextLiteral } from './literals.ts';
import type { Parser } from './parser.ts';

const SIMPLE = new Set(
  `TINYINT SMALLINT MEDIUMINT INT INTEGER BIGINT INT1 INT2 INT3 INT4 INT8 MIDDLEINT BOOL BOOLEAN BIT REAL FLOAT FLOAT4 FLOAT8 DECIMAL DEC NUMERIC
  FIXED NUMBER DATE TIME TIMESTAMP DATETIME YEAR VARCHAR VARCHARACTER VARCHAR2 NVARCHAR BINARY VARBINARY RAW TINYBLOB BLOB MEDIUMBLOB LONGBLOB
  CLOB TINYTEXT TEXT MEDIUMTEXT LONGTEXT ENUM SET JSON SERIAL GEOMETRY GEOMETRYCOLLECTION GEOMCOLLECTION POINT MULTIPOINT LINESTRING
  MULTILINESTRING POLYGON MULTIPOLYGON VECTOR INET4 INET6 UUID XMLTYPE`.split(/\s+/),
);
const ATTRIBUTES = ['UNSIGNED', 'SIGNED', 'ZEROFILL', 'BINARY', 'ASCII', 'UNICODE', 'BYTE', 'ARRAY', 'COMPRESSED'] as const;

/** A data type, of a column, parameter or conversion. Whether a type fits where it stands, the server tells. */
export function parseType(p: Parser): CastType {
  const { start } = p.token;
  const name = parseTypeName(p);
  const numbers: string[] = [];
  const members: CastType['members'][number][] = [];
  if (p.isOperator('(')) {
    if (name === 'ENUM' || name === 'SET') members.push(...p.parenthesized(() => parseTextLiteral(p)));
    else numbers.push(...p.parenthesized(() => parseNumber(p)));
  }
  const attributes: string[] = [];
  let charset: Name | undefined;
  for (;;) {
    const attribute = p.takeAny(...ATTRIBUTES);
    if (attribute !== undefined) attributes.push(attribute);
    else if (charset === undefined && takeCharset(p)) charset = parseCharset(p);
    else return { kind: 'type', name, numbers, members, attributes, charset, ...p.span(start) };
  }
}

function parseTypeName(p: Parser): string {
  if (p.take('NATIONAL')) {
    const base = p.takeAny('CHAR', 'CHARACTER', 'VARCHAR', 'VARCHARACTER');
    if (base === undefined) throw p.unexpected('CHAR or VARCHAR');
    return `NATIONAL ${base}${p.take('VARYING') ? ' VARYING' : ''}`;
  }
  if (p.take('NCHAR')) return `NCHAR${p.take('VARCHAR') ? ' VARCHAR' : p.take('VARYING') ? ' VARYING' : ''}`;
  const char = p.takeAny('CHAR', 'CHARACTER');
  if (char !== undefined) return p.take('VARYING') ? `${char} VARYING` : char;
  if (p.take('DOUBLE')) return p.take('PRECISION') ? 'DOUBLE PRECISION' : 'DOUBLE';
  if (p.take('LONG')) {
    if (p.take('VARBINARY')) return 'LONG VARBINARY';
    if (p.take('VARCHAR')) return 'LONG VARCHAR';
    return p.take('CHAR', 'VARYING') ? 'LONG CHAR VARYING' : 'LONG';
  }
  const sign = p.takeAny('SIGNED', 'UNSIGNED');
  if (sign !== undefined) {
    const integer = p.takeAny('INT', 'INTEGER');
    return integer === undefined ? sign : `${sign} ${integer}`;
  }
  if (!p.isAny(SIMPLE)) throw p.unexpected('a data type');
  return p.next().keyword;
}

/** The type of a variable or parameter of a routine, which may have a collation. */
export function parseParameterType(p: Parser): CastType {
  const type = parseType(p);
  return p.take('COLLATE') ? { ...type, collation: parseCollation(p), end: p.lastEnd } : type;
}

/** An unsigned whole number as written. */
export function parseNumber(p: Parser): string {
  if (!p.isKind('number') || !/^\d+$/.test(p.token.text)) throw p.unexpected('a whole number');
  return p.next().text;
}

export function takeCharset(p: Parser): boolean {
  return p.take('CHARACTER', 'SET') || p.take('CHAR', 'SET') || p.take('CHARSET');
}

export function parseCharset(p: Parser): Name {
  if (p.isKind('string') || p.is('BINARY') || p.is('DEFAULT')) return p.anyName();
  return p.name('the name of a character set');
}
