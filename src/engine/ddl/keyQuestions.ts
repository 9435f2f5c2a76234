import { phrase } from '../phrase.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { checkedText, integer, joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';
import { count, rowsWhere, type DataQuestion, type DataScene, type OpenQuestion, tableOf } from './dataSql.ts';
import { columnOf, same, type ColumnModel, type KeyModel } from './tableModel.ts';

export function ofKeys(scene: DataScene): (DataQuestion | OpenQuestion)[] {
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

function ofKey(key: KeyModel, { before, after, context }: DataScene): (DataQuestion | OpenQuestion)[] {
  const columns = key.parts.map(({ column }) => columnOf(after, column));
  if (columns.some((column) => column?.auto === true && column.origin === undefined)) return [];
  const fresh = columns.filter((column) => column !== undefined && column.origin === undefined);
  // New columns that are NULL are never equal, and those with a default are.
  if (key.type !== 'PRIMARY KEY' && fresh.some((column) => column?.nullable === true && column.defaultValue === undefined)) return [];
  const parts = key.parts.flatMap((part, i) => partText(part, columns[i], context.dialect));
  if (parts.some((part) => part === undefined)) return [{ unasked: phrase('the values of {0} are made by the statement', key.name) }];
  const known = parts.filter((part) => part !== undefined);
  const { origin } = before;
  if (origin === undefined) return [];
  const found: DataQuestion[] = [];
  if (key.type === 'PRIMARY KEY')
    for (const column of columns)
      if (column?.origin !== undefined && columnOf(before, column.name)?.nullable === true)
        found.push({
          query: rowsWhere(before, sql`${quoteIdentifier(column.origin)} IS NULL`),
          what: phrase('NULL in {0}', column.name),
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
    what: phrase('duplicate values of {0}', key.name),
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
