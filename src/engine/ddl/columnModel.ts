import type { CastType, Expression } from '../sql/ast/expressions.ts';
import type { ColumnAttribute, ColumnDefinition } from '../sql/ast/tableElements.ts';
import { print } from '../sql/printer/print.ts';
import { columnsIn } from './columnsIn.ts';
import { charsetOf, type ColumnModel, type ModelContext, type TableModel } from './tableModel.ts';

/** Attributes that leave no room for NULL. */
const NOT_NULL = new Set<ColumnAttribute['attribute']>(['NOT NULL', 'PRIMARY KEY', 'KEY']);

export function toColumn(
  node: ColumnDefinition,
  table: Pick<TableModel, 'charset' | 'collation'>,
  { dialect, collations }: ModelContext,
  isStored: boolean,
): ColumnModel {
  const find = (name: ColumnAttribute['attribute']): ColumnAttribute | undefined =>
    node.attributes.find(({ attribute }) => attribute === name);
  const has = (name: ColumnAttribute['attribute']): boolean => find(name) !== undefined;
  const serial = node.type?.name === 'SERIAL';
  const collate = find('COLLATE')?.name?.name.toLowerCase() ?? node.type?.collation?.name.toLowerCase();
  const given = node.type?.charset?.name.toLowerCase() ?? charsetOf(collate);
  const isText = isTextType(node.type);
  const charset = isText ? (given ?? table.charset.toLowerCase()) : undefined;
  const defaultValue = find('DEFAULT')?.value;
  const auto = has('AUTO_INCREMENT') || has('SERIAL DEFAULT VALUE') || serial;
  return {
    node,
    name: node.name.name,
    type: node.type,
    charset,
    collation: !isText ? undefined : (collate ?? (given === undefined ? table.collation : collations.get(given))),
    nullable: !serial && !node.attributes.some(({ attribute }) => NOT_NULL.has(attribute)),
    defaultValue: defaultValue?.kind === 'null' ? undefined : defaultValue,
    onUpdate: has('ON UPDATE'),
    comment: find('COMMENT')?.text?.value ?? '',
    auto,
    invisible: has('INVISIBLE'),
    generated: toGenerated(find('GENERATED'), dialect),
    json: isJson(node),
    hasCheck: node.attributes.some(({ attribute, enforced }) => attribute === 'CHECK' && enforced !== false),
    references: has('REFERENCES'),
    origin: isStored ? node.name.name : undefined,
  };
}

/** MariaDB shows JSON as a LONGTEXT that is checked to be JSON. */
function isJson({ type, name, attributes }: ColumnDefinition): boolean {
  if (typeName(type) === 'JSON') return true;
  if (typeName(type) !== 'LONGTEXT') return false;
  return attributes.some(
    ({ attribute, value }) =>
      attribute === 'CHECK' &&
      value !== undefined &&
      /"json_valid"/i.test(JSON.stringify(value)) &&
      columnsIn(value).has(name.name.toLowerCase()),
  );
}

function toGenerated(attribute: ColumnAttribute | undefined, dialect: ModelContext['dialect']): ColumnModel['generated'] {
  if (attribute?.value === undefined) return undefined;
  const stored = attribute.stored === 'STORED' || attribute.stored === 'PERSISTENT';
  return { text: print(attribute.value, dialect), stored, columns: columnsIn(attribute.value) };
}

const TEXTS = new Set('CHAR VARCHAR TINYTEXT TEXT MEDIUMTEXT LONGTEXT ENUM SET'.split(' '));
const ALIASES: Readonly<Record<string, string>> = {
  ...{
    INTEGER: 'INT',
    INT1: 'TINYINT',
    INT2: 'SMALLINT',
    INT3: 'MEDIUMINT',
    INT4: 'INT',
    INT8: 'BIGINT',
    MIDDLEINT: 'MEDIUMINT',
    BOOL: 'TINYINT',
  },
  ...{
    BOOLEAN: 'TINYINT',
    DEC: 'DECIMAL',
    NUMERIC: 'DECIMAL',
    FIXED: 'DECIMAL',
    NUMBER: 'DECIMAL',
    CHARACTER: 'CHAR',
    'CHARACTER VARYING': 'VARCHAR',
  },
  ...{
    VARCHARACTER: 'VARCHAR',
    VARCHAR2: 'VARCHAR',
    'CHAR VARYING': 'VARCHAR',
    NVARCHAR: 'VARCHAR',
    NCHAR: 'CHAR',
    'NATIONAL CHAR': 'CHAR',
  },
  ...{
    'NATIONAL VARCHAR': 'VARCHAR',
    'DOUBLE PRECISION': 'DOUBLE',
    REAL: 'DOUBLE',
    FLOAT8: 'DOUBLE',
    FLOAT4: 'FLOAT',
    SERIAL: 'BIGINT',
    LONG: 'MEDIUMTEXT',
  },
  ...{
    'LONG VARCHAR': 'MEDIUMTEXT',
    'LONG VARBINARY': 'MEDIUMBLOB',
    CLOB: 'LONGTEXT',
    RAW: 'VARBINARY',
    GEOMCOLLECTION: 'GEOMETRYCOLLECTION',
  },
};

/** The name that the server gives a type. */
export function typeName(type: CastType | undefined): string {
  return type === undefined ? '' : (ALIASES[type.name] ?? type.name);
}

function isTextType(type: CastType | undefined): boolean {
  return TEXTS.has(typeName(type));
}

export function isBlob(type: CastType | undefined): boolean {
  return /TEXT$|BLOB$|^JSON$|^GEOMETRY|POINT$|LINESTRING$|POLYGON$/.test(typeName(type));
}

export function isSpatial(type: CastType | undefined): boolean {
  return /^GEOMETRY|POINT$|LINESTRING$|POLYGON$/.test(typeName(type));
}

/** MariaDB compresses its values. */
export function isCompressed({ node }: Pick<ColumnModel, 'node'>): boolean {
  return node.type?.attributes.includes('COMPRESSED') === true || node.attributes.some(({ attribute }) => attribute === 'COMPRESSED');
}

const INTEGERS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, MEDIUMINT: 24, INT: 32, BIGINT: 64 };

/** Lowest and highest value of a type of integers. */
export function rangeOf(type: CastType | undefined): readonly [low: bigint, high: bigint] | undefined {
  const bits = INTEGERS[typeName(type)];
  if (type === undefined || bits === undefined) return undefined;
  return isUnsigned(type) ? [0n, 2n ** BigInt(bits) - 1n] : [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
}

export function isUnsigned(type: CastType | undefined): boolean {
  return type !== undefined && (type.attributes.includes('UNSIGNED') || type.attributes.includes('ZEROFILL') || type.name === 'SERIAL');
}

/** In characters, or bytes of a binary type; undefined for what has no length. */
export function lengthOf(type: CastType | undefined): number | undefined {
  const lengths: Readonly<Record<string, number>> = { TINYTEXT: 255, TEXT: 65_535, MEDIUMTEXT: 2 ** 24 - 1, LONGTEXT: 2 ** 32 - 1 };
  const name = typeName(type);
  if (/^(?:VAR)?(?:CHAR|BINARY)$/.test(name)) return Number(type?.numbers[0] ?? 1);
  return lengths[name] ?? lengths[name.replace('BLOB', 'TEXT')];
}

const BYTES: Readonly<Record<string, number>> = {
  utf8mb4: 4,
  utf8mb3: 3,
  utf8: 3,
  utf16: 4,
  utf16le: 4,
  utf32: 4,
  ucs2: 2,
  sjis: 2,
  gbk: 2,
  big5: 2,
  gb18030: 4,
  euckr: 2,
  gb2312: 2,
  cp932: 2,
  ujis: 3,
  eucjpms: 3,
};

export function bytesPerCharacter(charset: string | undefined): number {
  return charset === undefined ? 1 : (BYTES[charset] ?? 1);
}

/** Of a key part, in bytes; undefined where the type says nothing. */
export function keyBytes({ type, charset }: ColumnModel, length: number | undefined): number | undefined {
  const name = typeName(type);
  const characters = length ?? (isBlob(type) ? undefined : lengthOf(type));
  if (characters !== undefined) return characters * (isTextType(type) ? bytesPerCharacter(charset) : 1);
  return { TINYINT: 1, SMALLINT: 2, MEDIUMINT: 3, INT: 4, BIGINT: 8, DATE: 3, DATETIME: 8, TIMESTAMP: 4, FLOAT: 4, DOUBLE: 8 }[name];
}

/** The type without what other attributes say, so that two can be compared: widths of integers mean nothing. */
export function typeText(type: CastType | undefined): string {
  const name = typeName(type);
  if (type === undefined) return '';
  const numbers =
    INTEGERS[name] !== undefined || name === 'YEAR'
      ? []
      : name === 'DECIMAL'
        ? [type.numbers[0] ?? '10', type.numbers[1] ?? '0']
        : defaultLength(name, type.numbers);
  const members = type.members.map((member) => JSON.stringify(member.kind === 'string' ? member.value : member.digits));
  return [name, ...numbers, ...members, isUnsigned(type) ? 'UNSIGNED' : '', type.attributes.includes('ZEROFILL') ? 'ZEROFILL' : '']
    .join(' ')
    .trim();
}

function defaultLength(name: string, numbers: readonly string[]): readonly string[] {
  if (numbers.length === 0 && (name === 'CHAR' || name === 'BINARY' || name === 'BIT')) return ['1'];
  return numbers.length === 1 && numbers[0] === '0' && name.includes('TIME') ? [] : numbers;
}

/** A value that the column's own text says, as opposed to one that is computed. */
export function isLiteral(value: Expression | undefined): boolean {
  const inner = value?.kind === 'paren' ? value.expression : value?.kind === 'unary' ? value.operand : value;
  return inner !== undefined && /^(?:string|number|hex|bit|null|boolean|temporal)$/.test(inner.kind);
}
