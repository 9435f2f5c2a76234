import { phrase } from '../phrase.ts';
import type { AlterAction } from '../sql/ast/definitions.ts';
import type { AlterWork } from './alterTable.ts';
import { failsOn, StatementFails } from './statementFails.ts';
import { columnOf, primaryKeyOf, same, type TableModel } from './tableModel.ts';

/** The second DROP of one thing finds nothing. */
export function checkTwice(actions: readonly AlterAction[]): void {
  const dropped = new Set<string>();
  for (const { action, name } of actions) {
    if (!/^DROP (?:COLUMN|INDEX|FOREIGN KEY|PRIMARY KEY)$/.test(action)) continue;
    const key = `${action} ${name?.name.toLowerCase() ?? ''}`;
    if (dropped.has(key)) throw new StatementFails(1091, phrase('{0} is dropped twice', name?.name ?? phrase('the primary key')));
    dropped.add(key);
  }
}

export function drop(work: AlterWork, action: AlterAction): void {
  const { after, before, context } = work;
  const name = action.name?.name ?? '';
  const missing = (errno: number, what: string): void => {
    if (action.ifExists !== true) throw new StatementFails(errno, phrase("{0} {1} doesn't exist", what, name));
    work.skipped.add(action);
  };
  switch (action.action) {
    case 'DROP COLUMN': {
      const column = columnOf(before, name);
      if (column === undefined) {
        missing(1091, 'column');
        return;
      }
      work.dropped.push(column);
      const split = before.keys.find(
        ({ type, parts }) => /^(?:PRIMARY KEY|UNIQUE)$/.test(type) && parts.length > 1 && parts.some((part) => same(part.column, name)),
      );
      if (split !== undefined && context.flavor === 'mariadb')
        throw new StatementFails(1072, phrase('{0} has other columns, too', split.name));
      after.columns = after.columns.filter((one) => !same(one.name, name));
      after.keys = after.keys.map((key) => ({ ...key, parts: key.parts.filter((part) => !same(part.column, name)) }));
      after.checks = after.checks.filter(({ columns }) => !(columns.size === 1 && columns.has(name.toLowerCase())));
      return;
    }
    case 'DROP INDEX': {
      if (!before.keys.some((key) => same(key.name, name))) {
        missing(1091, 'index');
        return;
      }
      after.keys = after.keys.filter((key) => !same(key.name, name));
      return;
    }
    case 'DROP PRIMARY KEY':
      if (primaryKeyOf(before) === undefined) throw new StatementFails(1091, phrase('there is no primary key'));
      after.keys = after.keys.filter(({ type }) => type !== 'PRIMARY KEY');
      return;
    case 'DROP FOREIGN KEY':
      if (!before.foreignKeys.some((key) => same(key.name, name))) {
        missing(1091, 'foreign key');
        return;
      }
      after.foreignKeys = after.foreignKeys.filter((key) => !same(key.name, name));
      return;
    case 'DROP CHECK':
    case 'DROP CONSTRAINT': {
      const of = (table: TableModel) => [table.checks, table.foreignKeys, action.action === 'DROP CONSTRAINT' ? table.keys : []];
      if (!of(before).some((list) => list.some((one) => same(one.name, name)))) {
        missing(context.flavor === 'mariadb' ? 1091 : action.action === 'DROP CHECK' ? 3821 : 3940, 'constraint');
        return;
      }
      const isOther = (one: { readonly name: string }): boolean => !same(one.name, name);
      const isKey = [...before.checks, ...before.foreignKeys].every(isOther);
      after.checks = after.checks.filter(isOther);
      after.foreignKeys = after.foreignKeys.filter(isOther);
      if (action.action === 'DROP CONSTRAINT' && isKey) after.keys = after.keys.filter(isOther);
      return;
    }
    default:
  }
}

/** An index goes with its last column. */
export function dropEmptied({ after, before, context }: AlterWork): void {
  const gone = after.keys.filter(({ parts }) => parts.length === 0);
  after.keys = after.keys.filter(({ parts }) => parts.length > 0);
  if (gone.length > 0 && after.columns.length === 0) return;
  const check = before.checks.find(
    (one) => [...one.columns].some((name) => columnOf(after, name) === undefined) && after.checks.includes(one),
  );
  if (check !== undefined)
    throw failsOn(context.flavor, { mysql: 3959, mariadb: 1054 }, phrase('check {0} uses a column that is dropped', check.name));
}
