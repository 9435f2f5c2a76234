import { phrase, type Words } from '../phrase.ts';
import { isUnsigned, typeName } from './columnModel.ts';
import type { DdlContext } from './ddlContext.ts';
import { partitionColumns } from './partitionRules.ts';
import { failsOn, StatementFails } from './statementFails.ts';
import { columnOf, hasIndexFor, same, type ColumnModel, type ForeignKeyModel, type TableModel } from './tableModel.ts';
import { keyOfName } from '../sql/identifiers.ts';

/** What foreign keys ask of a table and of those that they join it with; without checks, servers still ask most of it. Throws StatementFails. */
export function checkForeignKeys(table: TableModel, before: TableModel | undefined, context: DdlContext): void {
  const { flavor } = context;
  for (const key of table.foreignKeys)
    if (before?.foreignKeys.some(({ id }) => id === key.id) !== true) checkNew(table, key, context, before !== undefined);
  if (before === undefined) return;
  const kept = before.foreignKeys.filter((key) => table.foreignKeys.some(({ name }) => same(name, key.name)));
  const others = context.referring(before).filter(({ child }) => keyOfName(child) !== keyOfName(before));
  const own = kept.filter((key) => keyOfName(key.table) === keyOfName(before)).map((key) => ({ ...key, child: before }));
  const referring = flavor === 'mysql' ? [...others, ...own] : others;
  if (before.engine !== table.engine && (kept.length > 0 || others.length > 0))
    throw failsOn(flavor, { mysql: 3776, mariadb: 1217 }, phrase('the table has foreign keys'));
  for (const key of kept) {
    const gone = key.columns.find((name) => isGone(before, table, name));
    if (gone !== undefined)
      throw failsOn(
        flavor,
        { mysql: 1828, mariadb: context.foreignKeyChecks ? 1553 : 1828 },
        phrase('foreign key {0} needs {1}', key.name, gone),
      );
  }
  for (const key of [...others, ...own]) {
    const gone = key.referenced.find((name) => isGone(before, table, name));
    if (gone !== undefined) throw new StatementFails(1829, phrase('foreign key {0} of {1} references {2}', key.name, key.child.name, gone));
  }
  checkTypes(table, before, { kept, referring: [...others, ...own] }, context);
  if (flavor === 'mysql' || context.foreignKeyChecks) checkIndexes(table, before, { kept, referring }, context);
}

/** Before what partitions ask of keys. Throws StatementFails. */
export function checkPartitioned(before: TableModel, after: TableModel, { flavor, referring }: DdlContext): void {
  if (before.partitioning !== undefined || after.partitioning === undefined) return;
  const isJoined = before.foreignKeys.some((key) => after.foreignKeys.includes(key)) || referring(before).length > 0;
  if (isJoined) throw failsOn(flavor, { mysql: 1506, mariadb: 1217 }, phrase("tables with foreign keys can't be partitioned"));
}

function isGone(before: TableModel, after: TableModel, name: string): boolean {
  const old = columnOf(before, name);
  return old !== undefined && !after.columns.some((column) => same(column.origin ?? column.name, old.origin ?? old.name));
}

interface Keys {
  readonly kept: readonly ForeignKeyModel[];
  readonly referring: readonly (ForeignKeyModel & { readonly child: { readonly name: string } })[];
}

function checkTypes(table: TableModel, before: TableModel, { kept, referring }: Keys, context: DdlContext): void {
  const { flavor } = context;
  const isChanged = (name: string): boolean => {
    const old = columnOf(before, name);
    const now = old === undefined ? undefined : table.columns.find((column) => same(column.origin ?? column.name, old.origin ?? old.name));
    return old !== undefined && now !== undefined && !fits(old, now, context);
  };
  for (const key of kept)
    if (!context.isMissing(key.table) && key.columns.some(isChanged))
      throw failsOn(
        flavor,
        { mysql: 3780, mariadb: 1832 },
        phrase('the columns of foreign key {0} would have other types than those that it references', key.name),
      );
  for (const key of referring)
    if (key.referenced.some(isChanged))
      throw failsOn(flavor, { mysql: 3780, mariadb: 1833 }, phrase('foreign key {0} of {1} needs the same type', key.name, key.child.name));
  for (const key of kept) {
    const setsNull = key.onDelete === 'SET NULL' || key.onUpdate === 'SET NULL';
    if (setsNull && key.columns.some((name) => columnOf(table, name)?.nullable === false))
      throw failsOn(flavor, { mysql: 1830, mariadb: 1830 }, phrase('foreign key {0} sets NULL', key.name));
  }
}

/** An index that a foreign key needs on either side. */
function checkIndexes(table: TableModel, before: TableModel, { kept, referring }: Keys, context: DdlContext): void {
  const { flavor } = context;
  const names = table.foreignKeys;
  for (const { name } of kept) {
    const key = names.find((one) => same(one.name, name));
    if (key !== undefined && hadIndex(before, kept, name) && !hasIndexFor(table, key.columns))
      throw new StatementFails(1553, phrase('foreign key {0} needs the index', name));
  }
  for (const { referenced, child, name } of referring) {
    const columns = referenced.map(
      (one) => table.columns.find((column) => same(column.origin, columnOf(before, one)?.origin))?.name ?? one,
    );
    const dropsPrimary =
      flavor === 'mariadb' && before.keys.some(({ type, parts }) => type === 'PRIMARY KEY' && same(parts[0]?.column, referenced[0]));
    const isLost =
      context.flavor === 'mysql' && context.versionNumber >= 80_400 && hasUnique(before, referenced) && !hasUnique(table, columns);
    if (isLost || (hasIndexFor(before, referenced) && !hasIndexFor(table, columns) && !dropsPrimary))
      throw new StatementFails(1553, phrase('foreign key {0} of {1} needs the index', name, child.name));
  }
}

function hadIndex(before: TableModel, kept: readonly ForeignKeyModel[], name: string): boolean {
  const key = kept.find((one) => same(one.name, name));
  return key !== undefined && hasIndexFor(before, key.columns);
}

function checkNew(table: TableModel, key: ForeignKeyModel, context: DdlContext, isAltered: boolean): void {
  const { flavor } = context;
  if (table.engine !== 'INNODB') return;
  // MariaDB says more where it does not check.
  const mayTell = isAltered && !context.foreignKeyChecks;
  const malformed = (mysql: number, reason: Words, told = mysql): StatementFails =>
    failsOn(flavor, { mysql, mariadb: mayTell ? told : 1005 }, reason);
  if (key.columns.some((name) => columnOf(table, name) === undefined))
    throw new StatementFails(1072, phrase("a column of foreign key {0} doesn't exist", key.name));
  const isTwice = table.foreignKeys.filter(({ name }) => same(name, key.name)).length > 1;
  if (isTwice) throw malformed(1826, phrase('foreign key {0} exists', key.name));
  const setsNull = key.onDelete === 'SET NULL' || key.onUpdate === 'SET NULL';
  if (setsNull && key.columns.some((name) => columnOf(table, name)?.nullable === false))
    throw malformed(1830, phrase('{0} sets NULL in a column that is NOT NULL', key.name));
  if (partitionColumns(table).size > 0) throw new StatementFails(1506, phrase("tables with foreign keys can't be partitioned"));
  const isOwn = keyOfName(key.table) === keyOfName(table);
  const parent = isOwn ? table : context.table(key.table);
  if (parent === undefined && !context.foreignKeyChecks) return;
  if (parent === undefined || parent === 'view') throw malformed(1824, phrase("{0} doesn't exist", key.table.name));
  if (key.referenced.some((name) => columnOf(parent, name) === undefined))
    throw malformed(3734, phrase("a column of {0} that {1} references doesn't exist", key.table.name, key.name), 1822);
  const isUnfit = key.columns.some((name, i) => {
    const [own, other] = [columnOf(table, name), columnOf(parent, key.referenced[i])];
    return own === undefined || other === undefined || !fits(own, other, context);
  });
  if (isUnfit) throw malformed(3780, phrase('{0} joins columns of different types', key.name), 1825);
  if (!hasIndexFor(parent, key.referenced))
    throw malformed(
      flavor === 'mysql' && context.versionNumber >= 80_400 ? 6125 : 1822,
      phrase('{0} has no unique key for {1}', key.table.name, key.name),
      1822,
    );
  if (flavor === 'mysql' && context.versionNumber >= 80_400 && !hasUnique(parent, key.referenced))
    throw new StatementFails(6125, phrase('{0} has no unique key for {1}', key.table.name, key.name));
}

function hasUnique({ keys }: TableModel, columns: readonly string[]): boolean {
  return keys.some(
    ({ type, parts }) =>
      (type === 'PRIMARY KEY' || type === 'UNIQUE') &&
      parts.length === columns.length &&
      parts.every((part) => columns.some((name) => same(name, part.column))),
  );
}

/** Types that a foreign key may join. */
function fits(a: ColumnModel, b: ColumnModel, { foreignKeyChecks }: DdlContext): boolean {
  const [x, y] = [typeName(a.type), typeName(b.type)];
  const isText = (name: string): boolean => name.endsWith('CHAR');
  if (isText(x) && isText(y)) return !foreignKeyChecks || (a.charset === b.charset && a.collation === b.collation);
  return x === y && isUnsigned(a.type) === isUnsigned(b.type);
}
