import type { Dialect } from '../sql/lexer/dialect.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { checkedText, integer, joined, sql, textLiteral, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';
import type { Alteration } from './alterTable.ts';
import type { ColumnChange } from './columnChange.ts';
import { isBlob, isUnsigned, lengthOf, rangeOf, typeName } from './columnModel.ts';
import type { DdlContext } from './ddlContext.ts';
import { columnOf, same, type ColumnModel, type KeyModel, type TableModel } from './tableModel.ts';
import type { Way } from './wayKinds.ts';

/** Rows that would keep a statement from being run, or lose something by it. */
export interface DataQuestion {
  /** Counts at most `MAX_COUNTED` and one more. */
  readonly query: OwnSql;
  /** What is counted, behind a number. */
  readonly what: string;
  /** Undefined where the statement runs all the same. */
  readonly errno: number | undefined;
  /** Counts 1 where the first of the rows makes the server say this instead. */
  readonly instead?: { readonly query: OwnSql; readonly errno: number };
}

/** A question that can't be put to the rows of now. */
export interface OpenQuestion {
  readonly unasked: string;
}

export const MAX_COUNTED = 1000;

interface Scene extends Alteration {
  readonly context: DdlContext;
  readonly way: Way;
}

export function dataQuestions(alteration: Alteration, way: Way, context: DdlContext): (DataQuestion | OpenQuestion)[] {
  const { before } = alteration;
  const scene: Scene = { ...alteration, way, context };
  const questions = [
    ...scene.changed.flatMap((change) => ofChange(change, scene)),
    ...ofKeys(scene),
    ...ofConversion(scene),
    ...ofForeignKeys(scene),
    ...ofChecks(scene),
    ...ofAdded(scene),
  ];
  if (questions.length === 0 || before.origin === undefined) return [];
  return before.rowsChange ? [{ unasked: 'an earlier statement changes the rows' }] : questions;
}

function count(from: OwnSql): OwnSql {
  return sql`SELECT COUNT(*) AS n FROM (${from} LIMIT ${integer(MAX_COUNTED + 1)}) AS x`;
}

function tableOf(table: QualifiedName): OwnSql {
  return sql`${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)}`;
}

function rowsWhere({ origin }: TableModel, condition: OwnSql): OwnSql {
  return count(sql`SELECT 1 FROM ${tableOf(origin ?? { database: '', name: '' })} WHERE ${condition}`);
}

function ofChange(change: ColumnChange, scene: Scene): (DataQuestion | OpenQuestion)[] {
  const { before, after } = change;
  if (before.origin === undefined) return ofNew(change, scene);
  const column = quoteIdentifier(before.origin);
  const ask = (condition: OwnSql, what: string, errno: number | undefined): DataQuestion => ({
    query: rowsWhere(scene.before, condition),
    what: `${what} in ${before.name}`,
    errno,
  });
  const found: DataQuestion[] = [];
  if (change.nullable === 'toNotNull' && after.generated === undefined && !after.auto) {
    const isMysql = scene.context.flavor === 'mysql';
    found.push(ask(sql`${column} IS NULL`, 'NULL', isMysql && scene.way.algorithm !== 'COPY' ? 1138 : 1265));
  }
  if (change.type === 'other') found.push(...ofType(change, ask, scene));
  if (change.charset && after.charset !== undefined && after.charset !== 'utf8mb4') found.push(ofCharset(column, after.charset, ask));
  return found;
}

/** A column that the script itself adds holds its default in every row, or NULL. */
function ofNew({ before, after, nullable }: ColumnChange, { before: table, context, way }: Scene): (DataQuestion | OpenQuestion)[] {
  if (nullable !== 'toNotNull' || before.defaultValue !== undefined || after.auto) return [];
  if (before.generated !== undefined) return [{ unasked: `${before.name} is computed` }];
  const errno = context.flavor === 'mysql' && way.algorithm !== 'COPY' ? 1138 : 1265;
  return [{ query: rowsWhere(table, sql`1 = 1`), what: `NULL in the new column ${before.name}`, errno }];
}

type Ask = (condition: OwnSql, what: string, errno: number | undefined) => DataQuestion;

function ofCharset(column: OwnSql, charset: string, ask: Ask): DataQuestion {
  const converted = sql`CONVERT(CONVERT(${column} USING ${checkedText(charset.replace(/\W/g, ''))}) USING utf8mb4)`;
  return ask(sql`${converted} <> CONVERT(${column} USING utf8mb4)`, `text that ${charset} lacks`, 1366);
}

function ofType({ before, after }: ColumnChange, ask: Ask, scene: Scene): DataQuestion[] {
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
  if (to === 'ENUM') return ofMembers(column, after, ask, isText || from === 'ENUM');
  const length = lengthOf(after.type);
  if (
    after.charset !== undefined &&
    length !== undefined &&
    (before.charset !== undefined || isBlob(before.type)) &&
    (lengthOf(before.type) ?? Infinity) > length
  )
    return [
      ask(
        to.endsWith('TEXT') ? sql`LENGTH(${column}) > ${integer(length)}` : sql`CHAR_LENGTH(${column}) > ${integer(length)}`,
        `longer than ${String(length)}`,
        isBlob(before.type) ? 1406 : 1265,
      ),
    ];
  return ofTimes(column, { from, to, isText }, ask);
}

function ofTimes(column: OwnSql, { from, to, isText }: { from: string; to: string; isText: boolean }, ask: Ask): DataQuestion[] {
  if (isText && /^(?:DATE|DATETIME|TIMESTAMP)$/.test(to))
    return [ask(sql`${column} IS NOT NULL AND CAST(${column} AS DATETIME) IS NULL`, 'no date', 1292)];
  if (to === 'DATE' && (from === 'DATETIME' || from === 'TIMESTAMP'))
    return [ask(sql`TIME(${column}) <> '00:00:00'`, 'whose time of day is dropped', undefined)];
  if (to === 'TIMESTAMP' && (from === 'DATETIME' || from === 'DATE'))
    return [ask(sql`(${column} < '1970-01-02 00:00:00' OR ${column} > '2038-01-18 00:00:00')`, 'outside of TIMESTAMP', 1292)];
  return [];
}

const NUMERIC = sql`'^[[:space:]]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[[:space:]]*$'`;

/** MySQL tells a text that is no number from one that only begins as one. */
function notNumeric(column: OwnSql, ask: Ask, { flavor }: DdlContext, { origin = { database: '', name: '' } }: TableModel): DataQuestion[] {
  const isNone = sql`${column} NOT REGEXP ${NUMERIC}`;
  if (flavor === 'mariadb') return [ask(isNone, 'no number', 1292)];
  const first = sql`SELECT ${column} AS v FROM ${tableOf(origin)} WHERE ${isNone} LIMIT 1`;
  const begins = sql`SELECT COUNT(*) AS n FROM (${first}) AS x WHERE v REGEXP '^[[:space:]]*[+-]?[.]?[0-9]'`;
  return [{ ...ask(isNone, 'no number', 1366), instead: { query: begins, errno: 1265 } }];
}

function outside(ask: Ask, column: OwnSql, low: bigint, high: bigint): DataQuestion {
  return ask(
    sql`(${column} < ${checkedText(low.toString())} OR ${column} > ${checkedText(high.toString())})`,
    `outside of ${low.toString()} to ${high.toString()}`,
    1264,
  );
}

function ofDecimal(
  { before, after }: { readonly before: ColumnModel; readonly after: ColumnModel },
  ask: Ask,
  isText: boolean,
  scene: Scene,
): DataQuestion[] {
  const column = quoteIdentifier(before.origin ?? '');
  const [digits = 10, scale = 0] = (after.type?.numbers ?? []).map(Number);
  const limit = checkedText(`${'9'.repeat(digits - scale) || '0'}${scale > 0 ? `.${'9'.repeat(scale)}` : ''}`);
  const low = isUnsigned(after.type) ? sql`0` : sql`-${limit}`;
  const value = isText ? sql`(${column} + 0)` : column;
  const found = [
    ask(
      sql`(ROUND(${value}, ${integer(scale)}) < ${low} OR ROUND(${value}, ${integer(scale)}) > ${limit})`,
      `outside of DECIMAL(${String(digits)},${String(scale)})`,
      1264,
    ),
  ];
  if (isText) found.unshift(...notNumeric(column, ask, scene.context, scene.before));
  else found.push(ask(sql`${column} <> ROUND(${column}, ${integer(scale)})`, 'which would be rounded', undefined));
  return found;
}

function ofMembers(column: OwnSql, { type }: ColumnModel, ask: Ask, isText: boolean): DataQuestion[] {
  const members = type?.members.map((member) => (member.kind === 'string' ? textLiteral(member.value) : undefined)) ?? [];
  if (!isText || members.some((one) => one === undefined)) return [];
  return [ask(sql`CONVERT(${column} USING utf8mb4) NOT IN (${joined(members.filter((one) => one !== undefined))})`, 'no member', 1265)];
}

function ofConversion({ before, after }: Scene): DataQuestion[] {
  if (before.charset === after.charset || after.charset === 'utf8mb4') return [];
  return before.columns
    .filter(
      (column) =>
        column.origin !== undefined &&
        column.charset !== undefined &&
        columnOf(after, column.name)?.charset === after.charset &&
        column.charset !== after.charset,
    )
    .map((column) =>
      ofCharset(quoteIdentifier(column.origin ?? ''), after.charset, (condition, what, errno) => ({
        query: rowsWhere(before, condition),
        what: `${what} in ${column.name}`,
        errno,
      })),
    );
}

function ofKeys(scene: Scene): (DataQuestion | OpenQuestion)[] {
  const { before, after } = scene;
  const fresh = after.keys.filter(
    ({ type, parts }) =>
      (type === 'UNIQUE' || type === 'PRIMARY KEY') &&
      !before.keys.some((key) => (key.type === 'UNIQUE' || key.type === 'PRIMARY KEY') && isSameKey(key.parts, parts)),
  );
  return fresh.flatMap((key) => ofKey(key, scene));
}

function isSameKey(a: KeyModel['parts'], b: KeyModel['parts']): boolean {
  return a.length === b.length && a.every((part, i) => same(part.column, b[i]?.column) && part.length === b[i]?.length);
}

function ofKey(key: KeyModel, { before, after, context }: Scene): (DataQuestion | OpenQuestion)[] {
  const columns = key.parts.map(({ column }) => columnOf(after, column));
  if (columns.some((column) => column?.auto === true && column.origin === undefined)) return [];
  const fresh = columns.filter((column) => column !== undefined && column.origin === undefined);
  // New columns that are NULL are never equal, and those with a default are.
  if (key.type !== 'PRIMARY KEY' && fresh.some((column) => column?.nullable === true && column.defaultValue === undefined)) return [];
  const parts = key.parts.flatMap((part, i) => partText(part, columns[i], context.dialect));
  if (parts.some((part) => part === undefined)) return [{ unasked: `the values of ${key.name} are made by the statement` }];
  const known = parts.filter((part) => part !== undefined);
  const { origin } = before;
  if (origin === undefined) return [];
  const found: DataQuestion[] = [];
  if (key.type === 'PRIMARY KEY')
    for (const column of columns)
      if (column?.origin !== undefined && columnOf(before, column.name)?.nullable === true)
        found.push({
          query: rowsWhere(before, sql`${quoteIdentifier(column.origin)} IS NULL`),
          what: `NULL in ${column.name}`,
          errno: context.flavor === 'mysql' ? 1138 : 1265,
        });
  const notNull =
    known.length === 0
      ? sql`1 = 1`
      : joined(
          known.map((part) => sql`${part} IS NOT NULL`),
          ' AND ',
        );
  const grouped = known.length === 0 ? sql`` : sql` GROUP BY ${joined(known)}`;
  found.push({
    query: count(sql`SELECT 1 FROM ${tableOf(origin)} WHERE ${notNull}${grouped} HAVING COUNT(*) > 1`),
    what: `duplicate values of ${key.name}`,
    errno: 1062,
  });
  return found;
}

/** Nothing for a new column, which is the same in every row; undefined for what can't be asked. */
function partText(
  { expression, length }: KeyModel['parts'][number],
  column: ColumnModel | undefined,
  dialect: Dialect,
): (OwnSql | undefined)[] {
  if (expression !== undefined) return [checkedText(`(${print(expression, dialect)})`)];
  if (column?.origin === undefined) return column?.generated === undefined ? [] : [undefined];
  const name = quoteIdentifier(column.origin);
  return [length === undefined ? name : sql`LEFT(${name}, ${integer(length)})`];
}

function ofForeignKeys({ before, after, context }: Scene): (DataQuestion | OpenQuestion)[] {
  if (!context.foreignKeyChecks) return [];
  return after.foreignKeys
    .filter((key) => !before.foreignKeys.some(({ id }) => id === key.id))
    .flatMap((key): (DataQuestion | OpenQuestion)[] => {
      const parent = same(key.table.name, before.name) && same(key.table.database, before.database) ? before : context.table(key.table);
      const own = key.columns.map((name) => columnOf(after, name)?.origin);
      if (own.some((name) => name === undefined)) return [];
      if (parent === undefined || parent === 'view' || before.origin === undefined) return [];
      const others = key.referenced.map((name) => columnOf(parent, name)?.origin);
      const child = own.map((name) => sql`c.${quoteIdentifier(name ?? '')}`);
      const notNull = joined(
        child.map((name) => sql`${name} IS NOT NULL`),
        ' AND ',
      );
      const what = `without a row in ${key.table.name}`;
      if (parent.origin === undefined)
        return [{ query: count(sql`SELECT 1 FROM ${tableOf(before.origin)} AS c WHERE ${notNull}`), what, errno: 1452 }];
      if (others.some((name) => name === undefined)) return [{ unasked: `${key.table.name} is changed by the script` }];
      const joins = joined(
        child.map((name, i) => sql`p.${quoteIdentifier(others[i] ?? '')} = ${name}`),
        ' AND ',
      );
      return [
        {
          query: count(
            sql`SELECT 1 FROM ${tableOf(before.origin)} AS c WHERE ${notNull} AND NOT EXISTS (SELECT 1 FROM ${tableOf(parent.origin)} AS p WHERE ${joins})`,
          ),
          what,
          errno: 1452,
        },
      ];
    });
}

function ofChecks({ before, after, context }: Scene): (DataQuestion | OpenQuestion)[] {
  const errno = context.flavor === 'mysql' ? 3819 : 4025;
  return after.checks
    .filter((check) => check.enforced && before.checks.find((one) => same(one.name, check.name))?.enforced !== true)
    .map((check): DataQuestion | OpenQuestion => {
      const renamed = check.stale || [...check.columns].some((name) => !same(columnOf(after, name)?.origin, name));
      if (renamed) return { unasked: `check ${check.name} uses columns that the script makes` };
      return {
        query: rowsWhere(before, sql`NOT (${checkedText(print(check.expression, context.dialect))})`),
        what: `that violate ${check.name}`,
        errno,
      };
    });
}

/** A new column without a default gets the zero of its type, which strict servers refuse for dates. */
function ofAdded({ before, added, context }: Scene): DataQuestion[] {
  const dates = added.filter(
    (column) =>
      !column.nullable &&
      column.defaultValue === undefined &&
      column.generated === undefined &&
      /^(?:DATE|DATETIME|TIMESTAMP)$/.test(typeName(column.type)),
  );
  if (dates.length === 0 || !context.noZeroDate) return [];
  return [{ query: rowsWhere(before, sql`1 = 1`), what: `which would get the date 0000-00-00 in ${dates[0]?.name ?? ''}`, errno: 1292 }];
}
