import { phrase } from '../phrase.ts';
import type { Expression } from '../sql/ast/expressions.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { checkedText, joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';
import { count, rowsWhere, tableOf, valueOf, type DataQuestion, type DataScene, type OpenQuestion } from './dataSql.ts';
import { columnOf, same, type CheckModel } from './tableModel.ts';

export function ofForeignKeys({ before, after, context }: DataScene): (DataQuestion | OpenQuestion)[] {
  if (!context.foreignKeyChecks) return [];
  return after.foreignKeys
    .filter((key) => !before.foreignKeys.some(({ id }) => id === key.id))
    .flatMap((key): (DataQuestion | OpenQuestion)[] => {
      const parent = same(key.table.name, before.name) && same(key.table.database, before.database) ? before : context.table(key.table);
      const own = key.columns.map((name) => {
        const column = columnOf(after, name);
        return column === undefined ? undefined : valueOf(column, context, sql`c`);
      });
      if (own.some((value) => value === undefined)) return [{ unasked: phrase('the values of {0} are made by the statement', key.name) }];
      const child = own.filter((value) => value !== undefined);
      if (parent === undefined || parent === 'view' || before.origin === undefined) return [];
      const others = key.referenced.map((name) => columnOf(parent, name)?.origin);
      const notNull = joined(
        child.map((name) => sql`${name} IS NOT NULL`),
        ' AND ',
      );
      const what = `without a row in ${key.table.name}`;
      if (parent.origin === undefined)
        return [{ query: count(sql`SELECT 1 FROM ${tableOf(before.origin)} AS c WHERE ${notNull}`), what, errno: 1452 }];
      if (others.some((name) => name === undefined)) return [{ unasked: phrase('{0} is changed by the script', key.table.name) }];
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

export function ofChecks({ before, after, context, way }: DataScene): (DataQuestion | OpenQuestion)[] {
  const errno = context.flavor === 'mysql' ? 3819 : 4025;
  // MariaDB looks at no rows where a column brings its check and nothing is rebuilt.
  const isTrusted = ({ node }: CheckModel): boolean => context.flavor === 'mariadb' && node === undefined && way.algorithm !== 'COPY';
  return after.checks
    .filter((check) => check.enforced && !isTrusted(check) && before.checks.find((one) => same(one.name, check.name))?.enforced !== true)
    .map((check): DataQuestion | OpenQuestion => {
      const columns = [...check.columns].map((name) => columnOf(after, name));
      const values = columns.map((column) => (column === undefined ? undefined : valueOf(column, context)));
      if (check.stale || values.includes(undefined)) return { unasked: phrase('check {0} uses columns that the script makes', check.name) };
      const list = values.map((value, i) => sql`${value ?? sql`NULL`} AS ${quoteIdentifier(columns[i]?.name ?? '')}`);
      const rows = list.length === 0 ? sql`SELECT 1` : sql`SELECT ${joined(list)}`;
      const from = sql`(${rows} FROM ${tableOf(before.origin ?? before)}) AS checked`;
      return {
        query: count(sql`SELECT 1 FROM ${from} WHERE NOT (${checkedText(print(check.expression, context.dialect))})`),
        what: phrase('that violate {0}', check.name),
        errno,
      };
    });
}

/** Rows that no partition takes. */
export function ofPartitions({ before, after, context }: DataScene): (DataQuestion | OpenQuestion)[] {
  const { partitioning } = after;
  if (partitioning === undefined || before.partitioning === partitioning) return [];
  const { method, partitions } = partitioning;
  if (before.partitioning !== undefined || !/^(?:RANGE|LIST)/.test(method.method)) return [];
  const [column] = method.columns;
  const origin = columnOf(after, column?.name)?.origin;
  const value =
    method.expression === undefined
      ? origin === undefined || method.columns.length > 1
        ? undefined
        : quoteIdentifier(origin)
      : checkedText(`(${print(method.expression, context.dialect)})`);
  const unasked = { unasked: phrase('the partitions of {0}', after.name) };
  if (value === undefined) return [unasked];
  const ask = (condition: OwnSql): DataQuestion => ({
    query: rowsWhere(before, condition),
    what: phrase('that no partition takes'),
    errno: 1526,
  });
  const text = (one: Expression): OwnSql => checkedText(`(${print(one, context.dialect)})`);
  if (method.method.startsWith('RANGE')) {
    const [bound] = partitions.at(-1)?.lessThan ?? [];
    if (bound === undefined || bound.kind === 'column') return [];
    return [ask(sql`${value} >= ${text(bound)}`)];
  }
  const values = partitions.flatMap((one) => one.in ?? []);
  if (values.length === 0 || partitions.some(({ special }) => special !== undefined)) return [];
  const isNull = values.some(({ kind }) => kind === 'null') ? sql`` : sql` OR ${value} IS NULL`;
  const listed = values.filter(({ kind }) => kind !== 'null').map(text);
  return [ask(listed.length === 0 ? sql`${value} IS NOT NULL` : sql`(${value} NOT IN (${joined(listed)})${isNull})`)];
}
