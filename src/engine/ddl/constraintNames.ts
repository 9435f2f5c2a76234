import { phrase, type Words } from '../phrase.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { DdlContext } from './ddlContext.ts';
import { failsOn, StatementFails } from './statementFails.ts';
import type { TableModel } from './tableModel.ts';

const MAX_NAME = 64;

/** Names of foreign keys, and on MySQL of checks, are unique in a database. `own` is the table as it is now. Throws StatementFails. */
export function requireFreeNames(table: TableModel, own: QualifiedName, context: DdlContext): void {
  const { flavor } = context;
  const before = context.table(own);
  const isNew = (name: string, kind: 'foreignKeys' | 'checks'): boolean =>
    before === undefined || before === 'view' || !before[kind].some((one) => one.name === name);
  if (table.engine === 'INNODB') {
    const key = table.foreignKeys.find(({ name }) => isNew(name, 'foreignKeys') && context.hasForeignKey(table.database, name, own));
    if (key !== undefined) throw failsOn(flavor, { mysql: 1826, mariadb: 1005 }, phrase('foreign key {0} exists', key.name));
  }
  if (flavor !== 'mysql') return;
  const check = table.checks.find(({ name }) => isNew(name, 'checks') && context.hasCheck(table.database, name, own));
  if (check !== undefined) throw new StatementFails(3822, phrase('check {0} exists', check.name));
}

/** The table under another name. The server gives constraints that it has named after the table new names. Throws StatementFails. */
export function renamed(table: TableModel, to: QualifiedName, from: QualifiedName, context: DdlContext): TableModel {
  const { flavor } = context;
  if (to.name.endsWith(' ')) throw new StatementFails(1103, phrase('a name ends with a blank'));
  if (Array.from(to.name).length > MAX_NAME)
    throw failsOn(flavor, { mysql: 1059, mariadb: 1103 }, phrase('{0} has more than {1} characters', to.name, String(MAX_NAME)));
  const rename = <T extends { readonly name: string }>(one: T, kind: string): T => {
    const number = one.name.startsWith(`${from.name}_${kind}_`) ? one.name.slice(`${from.name}_${kind}_`.length) : '';
    if (!/^\d+$/.test(number)) return one;
    const name = `${to.name}_${kind}_${number}`;
    if (flavor === 'mysql' && Array.from(name).length > MAX_NAME)
      throw new StatementFails(1059, phrase('{0} has more than {1} characters', name, String(MAX_NAME)));
    return { ...one, name };
  };
  const made: TableModel = {
    ...{ ...table, ...to },
    foreignKeys: table.foreignKeys.map((key) => rename(key, 'ibfk')),
    checks: flavor === 'mysql' ? table.checks.map((check) => rename(check, 'chk')) : table.checks,
  };
  const taken = made.foreignKeys.find(({ name }) => context.hasForeignKey(to.database, name, from));
  if (taken !== undefined)
    throw failsOn(flavor, { mysql: 1826, mariadb: 1050 }, phrase('foreign key {0} exists in {1}', taken.name, to.database));
  const check = flavor === 'mysql' ? made.checks.find(({ name }) => context.hasCheck(to.database, name, from)) : undefined;
  if (check !== undefined) throw new StatementFails(3822, phrase('check {0} exists in {1}', check.name, to.database));
  return made;
}

/** What else a new name does: foreign keys of other tables may already reference it. */
export function referencesTo(name: QualifiedName, { referring, foreignKeyChecks }: DdlContext): Words | undefined {
  const key = foreignKeyChecks ? referring(name).find(({ child }) => keyOfName(child) !== keyOfName(name)) : undefined;
  return key === undefined ? undefined : phrase('foreign key {0} of {1} already references {2}', key.name, key.child.name, name.name);
}
