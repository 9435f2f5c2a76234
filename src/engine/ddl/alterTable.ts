import { phrase } from '../phrase.ts';
import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { ColumnDefinition } from '../sql/ast/tableElements.ts';
import { isLiteral, toColumn } from './columnModel.ts';
import { columnChange, type ColumnChange } from './columnChange.ts';
import type { DdlContext } from './ddlContext.ts';
import { checkTwice, drop, dropEmptied } from './dropParts.ts';
import { alterPartitions } from './partitionRules.ts';
import { failsOn, StatementFails } from './statementFails.ts';
import {
  addChecks,
  addConstraint,
  addInline,
  charsetOf,
  columnOf,
  primaryKeyOf,
  same,
  wordOf,
  type ColumnModel,
  type TableModel,
} from './tableModel.ts';

/** What an ALTER TABLE does, part by part, and the table that it leaves. */
export interface Alteration {
  readonly before: TableModel;
  readonly after: TableModel;
  readonly changed: readonly ColumnChange[];
  readonly added: readonly ColumnModel[];
  readonly dropped: readonly ColumnModel[];
  /** Parts that do nothing: IF EXISTS of what isn't there. */
  readonly skipped: ReadonlySet<AlterAction>;
}

export interface AlterWork {
  readonly before: TableModel;
  readonly after: TableModel;
  readonly context: DdlContext;
  /** The selected one, to which a new name without a database belongs. */
  readonly database: string;
  readonly changed: ColumnChange[];
  readonly added: ColumnModel[];
  readonly dropped: ColumnModel[];
  readonly skipped: Set<AlterAction>;
  /** What stands for a column of before by now. */
  readonly current: Map<ColumnModel, ColumnModel>;
}

export function copyOf(table: TableModel): TableModel {
  return { ...table, columns: [...table.columns], keys: [...table.keys], foreignKeys: [...table.foreignKeys], checks: [...table.checks] };
}

/** In the order of the server: what is dropped, then changed, then added. Throws StatementFails. */
export function alterTable(before: TableModel, { actions, partitioning }: AlterTable, context: DdlContext): Alteration {
  const work: AlterWork = {
    before,
    after: copyOf(before),
    // A table that a foreign key names without a database is in that of its own table.
    context: { ...context, database: before.database },
    database: context.database,
    changed: [],
    added: [],
    dropped: [],
    skipped: new Set(),
    current: new Map(),
  };
  checkTwice(actions);
  for (const step of [drop, change]) for (const action of actions) step(work, action);
  applyRenames(work);
  for (const step of [addColumns, addKeys, setOptions]) for (const action of actions) step(work, action);
  alterPartitions(work.after, actions, partitioning);
  dropEmptied(work);
  return work;
}

function change(work: AlterWork, action: AlterAction): void {
  if (!/^(?:MODIFY|CHANGE|RENAME|ALTER) COLUMN$/.test(action.action)) {
    changeKey(work, action);
    return;
  }
  const name = action.name?.name ?? action.column?.name.name ?? '';
  const before = columnOf(work.before, name);
  if (before === undefined) {
    if (action.ifExists !== true) throw new StatementFails(1054, phrase("column {0} doesn't exist", name));
    work.skipped.add(action);
    return;
  }
  const column = changedColumn(work, action, before);
  place(work.after, work.current.get(before) ?? before, column, action.position);
  work.current.set(before, column);
  if (!same(before.name, column.name)) refuseRename(work, before.name);
  if (work.context.flavor === 'mysql' && action.column !== undefined) addChecks(work.after, action.column, work.context);
  work.changed.push(columnChange(action, before, column, work.before));
}

function changedColumn(work: AlterWork, { action, change: what, column, newName, value }: AlterAction, before: ColumnModel): ColumnModel {
  if (action === 'RENAME COLUMN') return { ...before, name: newName?.name ?? '' };
  if (column === undefined) {
    if (what === 'SET VISIBLE' || what === 'SET INVISIBLE') return { ...before, invisible: what === 'SET INVISIBLE' };
    // Here MySQL takes a literal in parentheses as the literal.
    const given = value?.kind === 'paren' && isLiteral(value) ? value.expression : value;
    return { ...before, defaultValue: what === 'DROP DEFAULT' || given?.kind === 'null' ? undefined : given };
  }
  const found = toColumn(column, work.after, work.context, false);
  const isKey = primaryKeyOf(work.after)?.parts.some((part) => same(part.column, before.name)) === true;
  const wasVirtual = before.generated !== undefined && !before.generated.stored;
  if (wasVirtual !== (found.generated !== undefined && !found.generated.stored))
    throw failsOn(work.context.flavor, { mysql: 3106, mariadb: 1907 }, phrase("{0} can't become or stop being VIRTUAL", before.name));
  return { ...found, nullable: found.nullable && !isKey, origin: before.origin };
}

function changeKey({ before, after }: AlterWork, { action, name: node, newName, change: what }: AlterAction): void {
  const name = node?.name ?? '';
  if (action === 'RENAME INDEX' || action === 'ALTER INDEX') {
    const key = before.keys.find((one) => same(one.name, name));
    if (key === undefined) throw new StatementFails(1176, phrase("index {0} doesn't exist", name));
    if (action === 'RENAME INDEX') after.keys = after.keys.map((one) => (one.id === key.id ? { ...one, name: newName?.name ?? '' } : one));
  }
  if (action === 'ALTER CHECK' || action === 'ALTER CONSTRAINT') {
    if (!before.checks.some((one) => same(one.name, name))) throw new StatementFails(3821, phrase("check {0} doesn't exist", name));
    after.checks = after.checks.map((one) => (same(one.name, name) ? { ...one, enforced: what === 'ENFORCED' } : one));
  }
}

/** By identity: two columns may exchange their names. */
function place(table: TableModel, old: ColumnModel, column: ColumnModel, position: AlterAction['position']): void {
  if (position === undefined) {
    table.columns = table.columns.map((one) => (one === old ? column : one));
    return;
  }
  table.columns = table.columns.filter((one) => one !== old);
  table.columns.splice(placeOf(table, position), 0, column);
}

function placeOf(table: TableModel, position: AlterAction['position']): number {
  if (position === undefined) return table.columns.length;
  if (position === 'FIRST') return 0;
  const found = table.columns.findIndex((one) => same(one.name, position.name));
  if (found < 0) throw new StatementFails(1054, phrase("column {0} doesn't exist", position.name));
  return found + 1;
}

/** MySQL renames nothing that an expression uses. */
function refuseRename({ before, context }: AlterWork, old: string): void {
  if (context.flavor !== 'mysql') return;
  const uses = (columns: ReadonlySet<string>): boolean => columns.has(old.toLowerCase());
  if (before.columns.some(({ generated }) => generated !== undefined && uses(generated.columns)))
    throw new StatementFails(3108, phrase('a generated column uses {0}', old));
  const check = before.checks.find(({ columns }) => uses(columns));
  if (check !== undefined) throw new StatementFails(3959, phrase('check {0} uses {1}', check.name, old));
}

/** Keys follow new names, all at once; expressions do so on MariaDB. */
function applyRenames({ after, changed }: AlterWork): void {
  const names = new Map(changed.filter(({ renamed }) => renamed).map((one) => [one.before.name.toLowerCase(), one.after.name]));
  if (names.size === 0) return;
  const nameOf = (name: string): string => names.get(name.toLowerCase()) ?? name;
  const uses = (columns: ReadonlySet<string>): boolean => [...columns].some((name) => names.has(name));
  const set = (columns: ReadonlySet<string>): ReadonlySet<string> => new Set([...columns].map((name) => nameOf(name).toLowerCase()));
  after.keys = after.keys.map((key) => ({
    ...key,
    parts: key.parts.map((part) => ({ ...part, column: part.column === undefined ? undefined : nameOf(part.column) })),
  }));
  after.foreignKeys = after.foreignKeys.map((key) => ({ ...key, columns: key.columns.map(nameOf) }));
  after.checks = after.checks.map((check) => (uses(check.columns) ? { ...check, columns: set(check.columns), stale: true } : check));
  after.columns = after.columns.map((column) =>
    column.generated !== undefined && uses(column.generated.columns)
      ? { ...column, generated: { ...column.generated, columns: set(column.generated.columns) } }
      : column,
  );
}

function addColumns(work: AlterWork, action: AlterAction): void {
  if (action.action !== 'ADD COLUMN') return;
  const add = (node: ColumnDefinition, position: AlterAction['position']): void => {
    if (action.ifExists === true && columnOf(work.after, node.name.name) !== undefined) {
      work.skipped.add(action);
      return;
    }
    const column = toColumn(node, work.after, work.context, false);
    work.added.push(column);
    addInline(work.after, node, column, work.context, placeOf(work.after, position));
  };
  if (action.column !== undefined) add(action.column, action.position);
  for (const element of action.elements ?? []) if (element.kind === 'columnDefinition') add(element, undefined);
}

function addKeys(work: AlterWork, action: AlterAction): void {
  const constraints = action.action === 'ADD CONSTRAINT' ? [action.constraint] : (action.elements ?? []);
  for (const constraint of constraints) {
    if (constraint?.kind !== 'constraint') continue;
    const name = constraint.name?.name ?? constraint.constraint?.name;
    const { keys, foreignKeys } = work.after;
    const those = constraint.type === 'CHECK' ? work.before.checks : [...keys, ...foreignKeys];
    if (constraint.ifNotExists && name !== undefined && those.some((one) => same(one.name, name))) {
      work.skipped.add(action);
      continue;
    }
    addConstraint(work.after, constraint, work.context);
  }
}

function setOptions(work: AlterWork, action: AlterAction): void {
  const { after, context } = work;
  if (action.action === 'RENAME TO' && action.table !== undefined) {
    const { name, database } = action.table;
    Object.assign(after, { name: name.name, database: database?.name ?? work.database });
  }
  if (action.action === 'CONVERT TO CHARACTER SET') {
    const named = action.newName?.name.toLowerCase() ?? after.charset;
    const usual = named === 'default' ? context.collationOf(work.before.database) : undefined;
    const charset = charsetOf(usual) ?? named;
    convert(after, charset, action.collation?.name.toLowerCase() ?? usual ?? context.collations.get(charset));
  }
  setOption(after, action, context);
}

function setOption(after: TableModel, action: AlterAction, context: DdlContext): void {
  const value = wordOf(action.option);
  switch (action.option?.name) {
    case 'ENGINE':
      after.engine = value?.toUpperCase() ?? after.engine;
      return;
    case 'ROW_FORMAT':
      after.rowFormat = value?.toUpperCase() ?? after.rowFormat;
      return;
    case 'COMMENT':
      after.comment = value ?? '';
      return;
    case 'CHARACTER SET':
      setCharset(after, value?.toLowerCase() ?? after.charset, context);
      return;
    case 'COLLATE':
      after.charset = charsetOf(value?.toLowerCase()) ?? after.charset;
      after.collation = value?.toLowerCase();
      return;
    default:
  }
}

/** DEFAULT is that of the database, on MariaDB. */
function setCharset(after: TableModel, named: string, { flavor, collations, collationOf }: DdlContext): void {
  const usual = flavor === 'mariadb' && named === 'default' ? collationOf(after.database) : undefined;
  after.charset = charsetOf(usual) ?? named;
  after.collation = usual ?? collations.get(after.charset);
}

function convert(table: TableModel, charset: string, collation: string | undefined): void {
  table.charset = charset;
  table.collation = collation;
  table.columns = table.columns.map((column) => (column.charset === undefined ? column : { ...column, charset, collation }));
}
