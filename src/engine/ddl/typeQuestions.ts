import { phrase } from '../phrase.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { checkedText, integer, joined, sql, textLiteral, type OwnSql } from '../sql/ownSql.ts';
import type { ColumnChange } from './columnChange.ts';
import { bytesPerCharacter, isBlob, isUnsigned, lengthOf, rangeOf, typeName } from './columnModel.ts';
import { tableOf, type Ask, type DataQuestion, type DataScene } from './dataSql.ts';
import type { DdlContext } from './ddlContext.ts';
import type { ColumnModel, TableModel } from './tableModel.ts';

export function ofCharset(column: OwnSql, charset: string, ask: Ask): DataQuestion {
  const converted = sql`CONVERT(CONVERT(${column} USING ${checkedText(charset.replace(/\W/g, ''))}) USING utf8mb4)`;
  return ask(sql`${converted} <> CONVERT(${column} USING utf8mb4)`, phrase('text that {0} lacks', charset), 1366);
}

export function ofType({ before, after }: ColumnChange, ask: Ask, scene: DataScene): DataQuestion[] {
  const column = quoteIdentifier(before.origin ?? '');
  const [from, to] = [typeName(before.type), typeName(after.type)];
  const { context } = scene;
  const isText = before.charset !== undefined && from !== 'ENUM' && from !== 'SET';
  const range = rangeOf(after.type);
  if (range !== undefined) {
    const [low, high] = range;
    if (from === 'ENUM' || from === 'SET') return [];
    if (isText) return [...notNumeric(column, ask, context, scene.before), outside(ask, sql`(${column} + 0)`, low, high)];
    return [outside(ask, column, low, high)];
  }
  if (to === 'DECIMAL') return ofDecimal({ before, after }, ask, isText, scene);
  if (after.json && !before.json)
    return isText ? [ask(sql`NOT JSON_VALID(${column})`, phrase('no JSON'), context.flavor === 'mysql' ? 3140 : 4025)] : [];
  if (from === 'SET' && to === 'SET') return ofSet(column, before, after, ask);
  if (to === 'ENUM') return ofMembers(column, after, ask, isText || from === 'ENUM');
  return [...ofLength(column, { before, after }, ask), ...ofTimes(column, { from, to, isText }, ask)];
}

function ofLength(column: OwnSql, { before, after }: Pick<ColumnChange, 'before' | 'after'>, ask: Ask): DataQuestion[] {
  const length = lengthOf(after.type);
  const isBinary = (one: ColumnModel): boolean => typeName(one.type).endsWith('BINARY');
  const isLengthy = before.charset !== undefined || isBlob(before.type) || isBinary(before);
  if (length === undefined || !isLengthy || (after.charset === undefined && !isBinary(after))) return [];
  if ((lengthOf(before.type) ?? Infinity) <= length) return [];
  const inBytes = typeName(after.type).endsWith('TEXT') || isBinary(after);
  // Values that are stored in the same way are cut one by one, others are converted.
  const [from, to] = [typeName(before.type), typeName(after.type)];
  const isShort = (one: ColumnModel): boolean => (lengthOf(one.type) ?? 0) * bytesPerCharacter(one.charset) <= 255;
  const isCut =
    from === to &&
    !isBlob(before.type) &&
    before.charset === after.charset &&
    (!from.startsWith('VAR') || isShort(before) === isShort(after));
  return [
    ask(
      inBytes ? sql`LENGTH(${column}) > ${integer(length)}` : sql`CHAR_LENGTH(${column}) > ${integer(length)}`,
      phrase('longer than {0}', String(length)),
      isCut ? 1265 : 1406,
    ),
  ];
}

function ofTimes(column: OwnSql, { from, to, isText }: { from: string; to: string; isText: boolean }, ask: Ask): DataQuestion[] {
  if (isText && /^(?:DATE|DATETIME|TIMESTAMP)$/.test(to))
    return [ask(sql`${column} IS NOT NULL AND CAST(${column} AS DATETIME) IS NULL`, phrase('no date'), 1292)];
  if (to === 'DATE' && (from === 'DATETIME' || from === 'TIMESTAMP'))
    return [ask(sql`TIME(${column}) <> '00:00:00'`, phrase('whose time of day is dropped'), undefined)];
  if (to === 'TIMESTAMP' && (from === 'DATETIME' || from === 'DATE'))
    return [ask(sql`(${column} < '1970-01-02 00:00:00' OR ${column} > '2038-01-18 00:00:00')`, phrase('outside of TIMESTAMP'), 1292)];
  return [];
}

const NUMERIC = sql`'^[[:space:]]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[[:space:]]*$'`;

/** MySQL tells a text that is no number from one that only begins as one. */
function notNumeric(column: OwnSql, ask: Ask, { flavor }: DdlContext, { origin = { database: '', name: '' } }: TableModel): DataQuestion[] {
  const isNone = sql`${column} NOT REGEXP ${NUMERIC}`;
  if (flavor === 'mariadb') return [ask(isNone, phrase('no number'), 1292)];
  const first = sql`SELECT ${column} AS v FROM ${tableOf(origin)} WHERE ${isNone} LIMIT 1`;
  const begins = sql`SELECT COUNT(*) AS n FROM (${first}) AS x WHERE v REGEXP '^[[:space:]]*[+-]?[.]?[0-9]'`;
  return [{ ...ask(isNone, phrase('no number'), 1366), instead: { query: begins, errno: 1265 } }];
}

function outside(ask: Ask, column: OwnSql, low: bigint, high: bigint): DataQuestion {
  return ask(
    sql`(${column} < ${checkedText(low.toString())} OR ${column} > ${checkedText(high.toString())})`,
    phrase('outside of {0} to {1}', low.toString(), high.toString()),
    1264,
  );
}

function ofDecimal(
  { before, after }: { readonly before: ColumnModel; readonly after: ColumnModel },
  ask: Ask,
  isText: boolean,
  scene: DataScene,
): DataQuestion[] {
  const column = quoteIdentifier(before.origin ?? '');
  const [digits = 10, scale = 0] = (after.type?.numbers ?? []).map(Number);
  const limit = checkedText(`${'9'.repeat(digits - scale) || '0'}${scale > 0 ? `.${'9'.repeat(scale)}` : ''}`);
  const low = isUnsigned(after.type) ? sql`0` : sql`-${limit}`;
  const value = isText ? sql`(${column} + 0)` : column;
  const found = [
    ask(
      sql`(ROUND(${value}, ${integer(scale)}) < ${low} OR ROUND(${value}, ${integer(scale)}) > ${limit})`,
      phrase('outside of DECIMAL({0},{1})', String(digits), String(scale)),
      1264,
    ),
  ];
  if (isText) found.unshift(...notNumeric(column, ask, scene.context, scene.before));
  else found.push(ask(sql`${column} <> ROUND(${column}, ${integer(scale)})`, phrase('which would be rounded'), undefined));
  return found;
}

function ofMembers(column: OwnSql, { type }: ColumnModel, ask: Ask, isText: boolean): DataQuestion[] {
  const members = type?.members.map((member) => (member.kind === 'string' ? textLiteral(member.value) : undefined)) ?? [];
  if (!isText || members.some((one) => one === undefined)) return [];
  return [
    ask(sql`CONVERT(${column} USING utf8mb4) NOT IN (${joined(members.filter((one) => one !== undefined))})`, phrase('no member'), 1265),
  ];
}

/** Members that a SET loses. */
function ofSet(column: OwnSql, before: ColumnModel, after: ColumnModel, ask: Ask): DataQuestion[] {
  const members = ({ type }: ColumnModel): string[] => type?.members.flatMap((one) => (one.kind === 'string' ? [one.value] : [])) ?? [];
  const kept = new Set(members(after).map((one) => one.toLowerCase()));
  const lost = members(before).filter((one) => !kept.has(one.toLowerCase()));
  if (lost.length === 0) return [];
  return [
    ask(
      joined(
        lost.map((one) => sql`FIND_IN_SET(${textLiteral(one)}, ${column}) > 0`),
        ' OR ',
      ),
      phrase('no member'),
      1265,
    ),
  ];
}
