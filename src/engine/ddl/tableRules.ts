import { phrase } from '../phrase.ts';
import type { Expression } from '../sql/ast/expressions.ts';
import { isBlob, isCompressed, isLiteral, keyBytes, lengthOf, rangeOf, typeName, bytesPerCharacter } from './columnModel.ts';
import type { DdlContext } from './ddlContext.ts';
import { partitionColumns } from './partitionRules.ts';
import { failsOn, StatementFails } from './statementFails.ts';
import { checkExpressions } from './tableExpressions.ts';
import { columnOf, same, type ColumnModel, type KeyModel, type TableModel } from './tableModel.ts';

const MAX_KEY_BYTES = 3072;

/** What a definition must hold, in the order in which servers look. `before` is undefined for a new table. Throws StatementFails. */
export function checkTable(table: TableModel, before: TableModel | undefined, context: DdlContext): void {
  if (table.columns.length === 0) throw new StatementFails(before === undefined ? 1113 : 1090, phrase('a table needs a column'));
  checkNames(table, before, context);
  checkExpressions(table, before, context);
  if (table.charset !== before?.charset) checkCharset(table.charset, context);
  if (table.collation !== before?.collation) checkCollation(table.collation, context);
  const partitioned = partitionColumns(table);
  for (const column of table.columns) {
    if (before?.columns.includes(column) === true) continue;
    if (isCompressed(column) && context.flavor === 'mysql') throw new StatementFails(1064, phrase('MySQL has no compressed columns'));
    checkType(column);
    checkText(column, context);
    checkDefault(column, context);
  }
  const twice = table.columns.find((column, i) => table.columns.some((other, at) => at < i && same(other.name, column.name)));
  if (twice !== undefined) throw new StatementFails(1060, phrase('column {0} exists', twice.name));
  checkDependents(table, before, context);
  // MariaDB gives the partitions the new name.
  const nameOf = (name: string): string | undefined => {
    if (columnOf(table, name) !== undefined) return name;
    const origin = before === undefined || context.flavor === 'mysql' ? undefined : columnOf(before, name)?.origin;
    return origin === undefined ? undefined : table.columns.find((column) => column.origin === origin)?.name;
  };
  const missing = [...partitioned].find((name) => nameOf(name) === undefined);
  if (missing !== undefined) throw failsOn(context.flavor, { mysql: 3855, mariadb: 1072 }, phrase('the partitions use {0}', missing));
  checkKeys(table, before, context);
  checkAuto(table);
  const unfit =
    partitioned.size === 0
      ? undefined
      : table.keys.find(
          (key) => isUnique(key) && ![...partitioned].every((name) => key.parts.some((part) => same(part.column, nameOf(name)))),
        );
  if (unfit !== undefined) throw new StatementFails(1503, phrase('{0} lacks columns that the partitions use', unfit.name));
}

function isUnique({ type }: KeyModel): boolean {
  return type === 'PRIMARY KEY' || type === 'UNIQUE';
}

const MAX_NAME = 64;

function checkNames(table: TableModel, before: TableModel | undefined, { flavor }: DdlContext): void {
  const odd = [table.name, ...table.columns.map(({ name }) => name)].findIndex((name) => /^$| $/.test(name));
  if (odd >= 0) throw new StatementFails(odd === 0 ? 1103 : 1166, phrase('a name is empty or ends with a blank'));
  const old = [
    before?.name,
    ...[before?.columns, before?.keys, before?.foreignKeys, before?.checks].flatMap((all) => all?.map(({ name }) => name)),
  ];
  // MariaDB cuts the names that it gives itself.
  const isGiven = ({ name }: { readonly name: string }): boolean => flavor === 'mysql' || !name.startsWith(`${table.name}_ibfk_`);
  const all = [
    table.name,
    ...[table.columns, table.keys, table.foreignKeys.filter(isGiven), table.checks].flatMap((some) => some.map(({ name }) => name)),
  ];
  const long = all.find((name) => Array.from(name).length > MAX_NAME && !old.includes(name));
  if (long !== undefined)
    throw failsOn(
      flavor,
      { mysql: 1059, mariadb: long === table.name ? 1103 : 1059 },
      phrase('{0} has more than {1} characters', long, String(MAX_NAME)),
    );
}

/** Character sets and collations that the server knows. */
function checkText({ node }: ColumnModel, context: DdlContext): void {
  const collate = node.attributes.find(({ attribute }) => attribute === 'COLLATE')?.name ?? node.type?.collation;
  if (collate !== undefined) checkCollation(collate.name, context);
  if (node.type?.charset !== undefined) checkCharset(node.type.charset.name, context);
}

function checkCollation(name: string | undefined, { hasCollation }: DdlContext): void {
  if (name !== undefined && !hasCollation(name.toLowerCase())) throw new StatementFails(1273, phrase("collation {0} doesn't exist", name));
}

function checkCharset(name: string, { hasCharset, flavor }: DdlContext): void {
  // MySQL's grammar has no DEFAULT here.
  if (flavor === 'mysql' && same(name, 'DEFAULT')) throw new StatementFails(1064, phrase('MySQL has no CHARACTER SET DEFAULT for tables'));
  if (!hasCharset(name.toLowerCase())) throw new StatementFails(1115, phrase("character set {0} doesn't exist", name));
}

function checkType(column: ColumnModel): void {
  const name = typeName(column.type);
  const limit = Math.floor(65_535 / bytesPerCharacter(column.charset));
  if (name.startsWith('VAR') && (lengthOf(column.type) ?? 0) > limit)
    throw new StatementFails(1074, phrase('{0} is longer than {1}', column.name, String(limit)));
  if ((name === 'CHAR' || name === 'BINARY') && (lengthOf(column.type) ?? 0) > 255)
    throw new StatementFails(1074, phrase('{0} is longer than 255', column.name));
  if (column.auto && (rangeOf(column.type) === undefined || column.generated !== undefined))
    throw new StatementFails(1063, phrase("{0} can't count", column.name));
}

function checkDefault(column: ColumnModel, { flavor, noZeroDate }: DdlContext): void {
  const { defaultValue } = column;
  if (defaultValue === undefined) return;
  if (flavor === 'mysql' && isBlob(column.type) && isLiteral(defaultValue) && defaultValue.kind !== 'paren')
    throw new StatementFails(1101, phrase("{0} can't have a literal default", column.name));
  if (noZeroDate && isZeroDate(column, defaultValue))
    throw new StatementFails(1067, phrase('the sql_mode has NO_ZERO_DATE, and the default of {0} is one', column.name));
  if (column.auto || !isValid(column, defaultValue)) throw new StatementFails(1067, phrase("the default of {0} isn't valid", column.name));
}

function isValid({ type }: ColumnModel, value: Expression): boolean {
  if (value.kind !== 'string' && value.kind !== 'number') return true;
  const text = value.kind === 'string' ? value.value : value.text;
  const range = rangeOf(type);
  if (range !== undefined) {
    if (!/^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text)) return false;
    const number = BigInt(text.trim().replace(/\..*/, ''));
    return number >= range[0] && number <= range[1];
  }
  const name = typeName(type);
  if (name === 'ENUM') return type?.members.some((member) => member.kind === 'string' && same(member.value, text)) === true;
  if (/^(?:DECIMAL|DOUBLE|FLOAT)$/.test(name)) return /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text);
  if (/^(?:DATE|DATETIME|TIMESTAMP)$/.test(name)) return isDate(text);
  if (/^(?:VAR)?CHAR$/.test(name)) return Array.from(text).length <= (lengthOf(type) ?? Infinity);
  return true;
}

function isZeroDate({ type }: ColumnModel, value: Expression): boolean {
  const text = value.kind === 'string' ? value.value : value.kind === 'number' ? value.text : '';
  return /^(?:DATE|DATETIME|TIMESTAMP)$/.test(typeName(type)) && /^0[-0:. T]*$/.test(text);
}

/** Servers take many forms of a date; only a day that no calendar has is refused here. */
function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text) ?? [];
  if (year === '') return /^\d/.test(text);
  if (Number(month) === 0 || Number(day) === 0) return true;
  return Number(month) <= 12 && Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}

/** Expressions of columns and checks that use a column which is no longer there, or never was. */
function checkDependents(table: TableModel, before: TableModel | undefined, { flavor }: DdlContext): void {
  const isMissing = (name: string): boolean => columnOf(table, name) === undefined;
  for (const { name, generated } of table.columns) {
    const missing = [...(generated?.columns ?? [])].find(isMissing);
    if (missing === undefined) continue;
    const wasThere = before !== undefined && columnOf(before, missing) !== undefined;
    throw new StatementFails(wasThere && flavor === 'mysql' ? 3108 : 1054, phrase('the generated column {0} uses {1}', name, missing));
  }
  for (const [i, { name, columns }] of table.checks.entries()) {
    const missing = [...columns].find(isMissing);
    if (missing !== undefined) throw new StatementFails(1054, phrase('check {0} uses {1}', name, missing));
    if (table.checks.findIndex((one) => same(one.name, name)) < i)
      throw failsOn(flavor, { mysql: 3822, mariadb: 1826 }, phrase('check {0} exists', name));
  }
}

function checkKeys(table: TableModel, before: TableModel | undefined, context: DdlContext): void {
  const fresh = (key: KeyModel): boolean => before?.keys.includes(key) !== true;
  if (table.keys.filter(({ type }) => type === 'PRIMARY KEY').length > 1)
    throw new StatementFails(1068, phrase('there is a primary key already'));
  for (const [i, key] of table.keys.entries()) {
    if (fresh(key) && key.parts.some(({ column }) => column !== undefined && columnOf(table, column) === undefined))
      throw new StatementFails(1072, phrase("a column of {0} doesn't exist", key.name));
    if (table.keys.findIndex((one) => same(one.name, key.name)) < i) throw new StatementFails(1061, phrase('index {0} exists', key.name));
  }
  for (const key of table.keys) {
    if (fresh(key)) checkNewKey(table, key, context);
    checkParts(table, key, context);
  }
}

function checkNewKey(table: TableModel, { name, type, parts }: KeyModel, { flavor }: DdlContext): void {
  const twice = parts.find(({ column }, i) => parts.findIndex((part) => same(part.column, column)) < i && column !== undefined);
  if (twice !== undefined) throw new StatementFails(1060, phrase('{0} has {1} twice', name, twice.column ?? ''));
  if (type === 'FULLTEXT' && flavor === 'mysql' && table.partitioning !== undefined)
    throw new StatementFails(1214, phrase('a partitioned table takes no FULLTEXT index'));
  if (type === 'SPATIAL' && parts.some(({ column }) => columnOf(table, column)?.nullable === true))
    throw new StatementFails(1252, phrase('a column of {0} allows NULL', name));
}

function checkParts(table: TableModel, key: KeyModel, { flavor }: DdlContext): void {
  let bytes = 0;
  for (const { column: name, length, expression } of key.parts) {
    const column = columnOf(table, name);
    if (column === undefined && expression !== undefined && flavor === 'mariadb')
      throw new StatementFails(1064, phrase('MariaDB has no functional indexes'));
    if (column !== undefined) bytes += partBytes(key, column, length, flavor);
  }
  const takesLong = flavor === 'mariadb' && (key.type === 'UNIQUE' || key.parts.length === 1);
  if (bytes > MAX_KEY_BYTES && !takesLong)
    throw new StatementFails(
      1071,
      phrase('{0} would have {1} bytes; at most {2} are allowed', key.name, String(bytes), String(MAX_KEY_BYTES)),
    );
}

function partBytes(key: KeyModel, column: ColumnModel, length: number | undefined, flavor: DdlContext['flavor']): number {
  const type = typeName(column.type);
  if (key.type === 'FULLTEXT' && (column.charset === undefined || /^(?:ENUM|SET)$/.test(type)))
    throw new StatementFails(1283, phrase('{0} is no text', column.name));
  if (isCompressed(column)) throw new StatementFails(4097, phrase("the compressed column {0} can't be indexed", column.name));
  if (key.type === 'FULLTEXT' || key.type === 'SPATIAL' || key.type === 'VECTOR') return 0;
  const blob = isBlob(column.type);
  if (length !== undefined && !blob && !(/CHAR|BINARY/.test(type) && length <= (lengthOf(column.type) ?? 0)))
    throw new StatementFails(1089, phrase('the prefix of {0} is longer than the column, or the column is no text', column.name));
  if (!blob || length !== undefined) return keyBytes(column, length) ?? 0;
  if (flavor === 'mysql' && type === 'JSON')
    throw new StatementFails(3152, phrase("JSON column {0} can't be indexed directly", column.name));
  if (flavor === 'mysql' || key.type === 'PRIMARY KEY')
    throw new StatementFails(1170, phrase('{0} needs a prefix length in {1}', column.name, key.name));
  return MAX_KEY_BYTES;
}

function checkAuto(table: TableModel): void {
  const autos = table.columns.filter(({ auto }) => auto);
  const [first] = autos;
  if (first === undefined) return;
  if (autos.length > 1 || !table.keys.some(({ parts }) => same(parts[0]?.column, first.name)))
    throw new StatementFails(1075, phrase('there can be one AUTO_INCREMENT column, and it must be the first of a key'));
}
