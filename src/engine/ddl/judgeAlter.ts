import { phrase } from '../phrase.ts';
import type { AlterTable, CreateIndex, Drop } from '../sql/ast/definitions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { alterTable, type Alteration } from './alterTable.ts';
import type { DdlContext } from './ddlContext.ts';
import { checkForeignKeys, checkPartitioned } from './foreignKeyRules.ts';
import { givenWay } from './givenWay.ts';
import { IDLE, qualify, tableAt, type Judgement, type Scene } from './judgeScene.ts';
import { referencesTo, renamed, requireFreeNames } from './constraintNames.ts';
import { StatementFails, StatementUnknown } from './statementFails.ts';
import { moveTo } from './judgeTables.ts';
import { same, type KeyModel } from './tableModel.ts';
import { checkTable } from './tableRules.ts';
import { wayOf } from './ways.ts';

export function judgeAlter(node: AlterTable, scene: Scene): Judgement {
  const { state, context } = scene;
  const name = qualify(node.table, scene);
  if (node.ifExists && context.flavor === 'mysql') throw new StatementFails(1064, phrase('MySQL has no ALTER TABLE IF EXISTS'));
  if (node.ifExists && state.get(name) === undefined) return IDLE;
  const before = tableAt(name, state.get(name));
  const alteration = alterTable(before, node, context);
  const { after } = alteration;
  if (alteration.skipped.size === node.actions.length && node.actions.length > 0) return IDLE;
  if (keyOfName(after) !== keyOfName(before) && state.get(after) !== undefined)
    throw new StatementFails(1050, phrase('{0} exists', after.name));
  moveTo(before, after, scene);
  checkPartitioned(before, after, context);
  checkTable(after, before, context);
  checkActions(node, alteration, context);
  checkForeignKeys(after, before, context);
  requireFreeNames({ ...after, database: before.database }, before, context);
  const isRenamed = keyOfName(after) !== keyOfName(before);
  const left = isRenamed ? renamed(after, { database: after.database, name: after.name }, name, context) : after;
  const open = isRenamed ? referencesTo(after, context) : undefined;
  if (open !== undefined) throw new StatementUnknown(open);
  const way = givenWay(node, wayOf(node, alteration, context), context, alteration.added.length + alteration.dropped.length > 0);
  if (before.temporary) state.hide(name, left);
  else state.replace(name, left);
  if (alteration.dropped.length > 0 || keyOfName(after) !== keyOfName(before)) state.viewsAge = true;
  state.renameReferenced(
    after,
    new Map(alteration.changed.filter(({ renamed }) => renamed).map((one) => [one.before.name.toLowerCase(), one.after.name])),
  );
  const takesWays = !node.actions.some(({ action }) => action === 'TRUNCATE PARTITION' || action === 'EXCHANGE PARTITION');
  const hasOwnWay =
    context.flavor === 'mariadb' && way.algorithm !== 'COPY' && node.actions.some(({ action }) => action.endsWith(' PARTITION'));
  return { outcome: takesWays && !hasOwnWay ? { kind: 'way', way } : { kind: 'runs' }, alteration };
}

/** What parts of a statement can't do, whatever the table is like. Throws StatementFails. */
function checkActions({ actions }: AlterTable, { before, after, dropped, added }: Alteration, { flavor }: DdlContext): void {
  const hidden = actions.find(
    ({ action, name, change }) => action === 'ALTER INDEX' && same(name?.name, 'PRIMARY') && /INVIS|IGNORED$/.test(change ?? ''),
  );
  if (hidden !== undefined) throw new StatementFails(flavor === 'mysql' ? 3522 : 4174, phrase("a primary key can't be invisible"));
  const isNew = ({ id, type }: KeyModel): boolean => type === 'FULLTEXT' && !before.keys.some((key) => key.id === id);
  if (flavor === 'mysql' && after.engine === 'INNODB' && after.keys.filter(isNew).length > 1)
    throw new StatementFails(1795, phrase('InnoDB makes one FULLTEXT index at a time'));
  const again = dropped.find(({ name }) => added.some((column) => same(column.name, name)));
  if (again !== undefined && before.keys.some(({ parts }) => parts.some((part) => same(part.column, again.name))))
    throw new StatementUnknown(phrase('{0} is dropped and added, and an index has it', again.name));
}

/** All that changes indexes is an ALTER TABLE. */
export function asAlteration(statement: Statement): Statement {
  if (statement.kind === 'createIndex') return asAlter(statement);
  return statement.kind === 'drop' && statement.object === 'INDEX' ? dropAsAlter(statement) : statement;
}

/** CREATE INDEX as the ALTER TABLE that it is. */
export function asAlter({ table, constraint, options, orReplace, ...span }: CreateIndex): AlterTable {
  const add = { kind: 'alterAction', action: 'ADD CONSTRAINT', constraint, start: span.start, end: span.end } as const;
  const replaced = orReplace
    ? [{ ...add, action: 'DROP INDEX', constraint: undefined, name: constraint.name, ifExists: true } as const]
    : [];
  return {
    kind: 'alterTable',
    options: [],
    ifExists: false,
    table,
    actions: [...replaced, add, ...settings(options)],
    start: span.start,
    end: span.end,
  };
}

export function dropAsAlter({ names, table, options, ifExists, start, end }: Drop): AlterTable {
  const [index] = names;
  const isPrimary = same(index?.name.name, 'PRIMARY');
  const action = {
    kind: 'alterAction',
    action: isPrimary ? 'DROP PRIMARY KEY' : 'DROP INDEX',
    name: index?.name,
    ifExists,
    start,
    end,
  } as const;
  if (table === undefined) throw new StatementUnknown(phrase('DROP INDEX names no table'));
  return { kind: 'alterTable', options: [], ifExists: false, table, actions: [action, ...settings(options)], start, end };
}

function settings(options: CreateIndex['options']): AlterTable['actions'] {
  return options.map(({ name, value, start, end }) => ({
    kind: 'alterAction',
    action: name === 'LOCK' ? 'LOCK' : 'ALGORITHM',
    word: value?.kind === 'name' ? value.name.toUpperCase() : undefined,
    ...{ start, end },
  }));
}
