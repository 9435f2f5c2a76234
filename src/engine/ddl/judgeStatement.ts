import type { AlterTable, CreateIndex, CreateTable, CreateView, Drop, RenameTable } from '../sql/ast/definitions.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { alterTable, copyOf, type Alteration } from './alterTable.ts';
import type { DdlContext } from './ddlContext.ts';
import type { Outcome } from './forecast.ts';
import { checkForeignKeys } from './foreignKeyRules.ts';
import type { Known, SchemaState } from './schemaState.ts';
import { failsOn, StatementFails, StatementUnknown } from './statementFails.ts';
import { checkTable } from './tableRules.ts';
import { same, toTable, type TableModel } from './tableModel.ts';
import { wayOf } from './ways.ts';
import { dropPrograms, judgeDatabase, judgeProgram } from './judgePrograms.ts';
import { givenWay } from './givenWay.ts';

export interface Judgement {
  readonly outcome: Outcome;
  readonly alteration?: Alteration;
  readonly made?: TableModel;
  readonly dropped?: readonly QualifiedName[];
  /** Nothing is done. */
  readonly idle?: boolean;
}

const RUNS: Judgement = { outcome: { kind: 'runs' } };
const IDLE: Judgement = { outcome: { kind: 'runs' }, idle: true };

export interface Scene {
  readonly state: SchemaState;
  readonly context: DdlContext;
  readonly defaults: { charset: string; collation: string | undefined };
}

export function qualify(node: ObjectName, { state }: Pick<Scene, 'state'>): QualifiedName {
  const database = node.database?.name ?? state.database;
  if (database === undefined) throw new StatementFails(1046, 'no database is selected');
  return { database, name: node.name.name };
}

/** What the rules make of a statement; the state is that behind it then, unless it fails. */
export function judgeStatement(statement: Statement, scene: Scene): Judgement {
  switch (statement.kind) {
    case 'alterTable':
      return judgeAlter(statement, scene);
    case 'createIndex':
      return judgeAlter(asAlter(statement), scene);
    case 'createTable':
      return judgeCreate(statement, scene);
    case 'drop':
      return statement.object === 'INDEX' ? judgeAlter(dropAsAlter(statement), scene) : judgeDrop(statement, scene);
    case 'renameTable':
      return judgeRename(statement, scene);
    case 'truncate':
      return judgeTruncate(qualify(statement.table, scene), scene);
    case 'view':
      return judgeView(statement, scene);
    case 'trigger':
    case 'routine':
    case 'event':
      return judgeProgram(statement, scene.state, (node) => {
        const name = qualify(node, scene);
        tableAt(name, scene.state.get(name));
      })
        ? RUNS
        : IDLE;
    case 'database':
      return judgeDatabase(statement, scene.state) ? RUNS : IDLE;
    case 'use':
      scene.state.database = statement.database.name;
      return RUNS;
    case 'set':
      noteSettings(statement, scene);
      return RUNS;
    case 'unsupported':
      throw new StatementUnknown(`the rules don't cover ${statement.head}`);
    default:
      return judgeOther(statement, scene);
  }
}

function tableAt(name: QualifiedName, known: Known): TableModel {
  if (known === undefined) throw new StatementFails(1146, `table ${name.database}.${name.name} doesn't exist`);
  if (known === 'view') throw new StatementFails(1347, `${name.name} is a view`);
  if (known === 'opaque') throw new StatementUnknown(`the columns of ${name.name} come from a query`);
  return known;
}

function judgeAlter(node: AlterTable, scene: Scene): Judgement {
  const { state, context } = scene;
  const name = qualify(node.table, scene);
  if (node.ifExists && state.get(name) === undefined) return IDLE;
  const before = tableAt(name, state.get(name));
  const alteration = alterTable(before, node, context);
  const { after } = alteration;
  if (alteration.skipped.size === node.actions.length && node.actions.length > 0) return IDLE;
  if (keyOfName(after) !== keyOfName(before) && state.get(after) !== undefined) throw new StatementFails(1050, `${after.name} exists`);
  checkTable(after, before, context);
  if (state.foreignKeyChecks) checkForeignKeys(after, before, context);
  const way = givenWay(node, wayOf(node, alteration, context), context, alteration.added.length + alteration.dropped.length > 0);
  state.replace(name, after);
  state.renameReferenced(
    after,
    new Map(alteration.changed.filter(({ renamed }) => renamed).map((one) => [one.before.name.toLowerCase(), one.after.name])),
  );
  const takesWays = !node.actions.some(({ action }) => action === 'TRUNCATE PARTITION' || action === 'EXCHANGE PARTITION');
  const hasOwnWay =
    context.flavor === 'mariadb' && way.algorithm !== 'COPY' && node.actions.some(({ action }) => action.endsWith(' PARTITION'));
  return { outcome: takesWays && !hasOwnWay ? { kind: 'way', way } : { kind: 'runs' }, alteration };
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
  if (table === undefined) throw new StatementUnknown('DROP INDEX names no table');
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

function judgeCreate(node: CreateTable, scene: Scene): Judgement {
  const { state, context } = scene;
  const name = qualify(node.table, scene);
  if (node.temporary) throw new StatementUnknown("the rules don't cover temporary tables");
  const known = state.get(name);
  if (known !== undefined && node.ifNotExists) return IDLE;
  if (known !== undefined && !node.orReplace) throw new StatementFails(1050, `${name.name} exists`);
  if (node.like !== undefined) {
    const from = qualify(node.like, scene);
    const source = tableAt(from, state.get(from));
    const made = { ...copyOf(source), ...name, foreignKeys: [], origin: undefined, rows: 0, bytes: 0, rowsChange: false };
    state.replace(name, made);
    return { ...RUNS, made };
  }
  requireTables(node, scene, new Set([keyOfName(name)]));
  if (node.query !== undefined) {
    state.set(name, 'opaque');
    return RUNS;
  }
  const made = toTable(node, { ...context, database: name.database }, scene.defaults);
  const primary = made.keys.find(({ type }) => type === 'PRIMARY KEY');
  made.columns = made.columns.map((column) =>
    primary?.parts.some((part) => same(part.column, column.name)) === true ? { ...column, nullable: false } : column,
  );
  Object.assign(made, name, { rows: 0, bytes: 0 });
  checkTable(made, undefined, context);
  if (state.foreignKeyChecks) checkForeignKeys(made, undefined, context);
  state.replace(name, made);
  return { ...RUNS, made };
}

function judgeDrop({ object, names, ifExists }: Drop, scene: Scene): Judgement {
  const { state, context } = scene;
  const all = names.map((node) => (object === 'DATABASE' ? { database: '', name: node.name.name } : qualify(node, scene)));
  const { flavor } = context;
  if (object === 'TABLE') {
    const gone = new Set(all.map(keyOfName));
    const missing = all.find((name) => state.get(name) === undefined);
    if (missing !== undefined && !ifExists) throw new StatementFails(1051, `${missing.name} doesn't exist`);
    for (const name of all) {
      const key = state.referring(name).find(({ child }) => !gone.has(keyOfName(child)));
      if (key !== undefined && state.foreignKeyChecks && state.get(name) !== undefined)
        throw failsOn(flavor, { mysql: 3730, mariadb: 1451 }, `foreign key ${key.name} of ${key.child.name} references ${name.name}`);
    }
    const existing = all.filter((name) => state.get(name) !== undefined);
    for (const name of existing) state.replace(name, undefined);
    return existing.length === 0 ? IDLE : { ...RUNS, dropped: existing };
  }
  if (object === 'VIEW') {
    const missing = all.find((name) => state.get(name) === undefined);
    if (missing !== undefined && !ifExists) throw failsOn(flavor, { mysql: 1051, mariadb: 4092 }, `view ${missing.name} doesn't exist`);
    const table = all.find((name) => state.get(name) !== undefined && state.get(name) !== 'view');
    if (table !== undefined) throw new StatementFails(1347, `${table.name} is a table`);
    for (const name of all) state.set(name, undefined);
    return missing === undefined ? RUNS : IDLE;
  }
  return dropPrograms({ object, names: all, ifExists }, state) ? RUNS : IDLE;
}

function judgeRename({ pairs }: RenameTable, scene: Scene): Judgement {
  const { state } = scene;
  for (const { from, to } of pairs) {
    const [old, name] = [qualify(from, scene), qualify(to, scene)];
    const known = state.get(old);
    if (known === undefined) throw new StatementFails(1146, `table ${old.database}.${old.name} doesn't exist`);
    if (state.get(name) !== undefined) throw new StatementFails(1050, `${name.name} exists`);
    if (typeof known === 'string') {
      state.set(old, undefined);
      state.set(name, known);
    } else state.replace(old, { ...known, ...name });
  }
  return RUNS;
}

function judgeTruncate(name: QualifiedName, { state }: Scene): Judgement {
  const table = tableAt(name, state.get(name));
  const key = state.referring(name).find(({ child }) => keyOfName(child) !== keyOfName(name));
  if (key !== undefined && state.foreignKeyChecks)
    throw new StatementFails(1701, `foreign key ${key.name} of ${key.child.name} references it`);
  state.set(name, { ...table, origin: undefined, rows: 0, bytes: 0 });
  return { ...RUNS, dropped: [name] };
}

function judgeView(node: CreateView, scene: Scene): Judgement {
  const { state } = scene;
  const name = qualify(node.view, scene);
  const known = state.get(name);
  if (known !== undefined && node.ifNotExists) return IDLE;
  if (known !== undefined && node.verb === 'CREATE' && !node.orReplace) throw new StatementFails(1050, `${name.name} exists`);
  if (known !== undefined && known !== 'view') throw new StatementFails(1347, `${name.name} is a table`);
  if (known === undefined && node.verb === 'ALTER') throw new StatementFails(1146, `view ${name.name} doesn't exist`);
  requireTables(node, scene, new Set([keyOfName(name)]));
  state.set(name, 'view');
  return RUNS;
}

/** What stands for "off" in SET foreign_key_checks; a variable that keeps the old value stands for "on". */
function noteSettings({ assignments }: Extract<Statement, { kind: 'set' }>, { state }: Scene): void {
  for (const { target, value } of assignments) {
    const name = target.kind === 'name' || target.kind === 'userVariable' ? target.name : target.name.name;
    if (target.kind === 'userVariable' || !same(name, 'foreign_key_checks')) continue;
    const word =
      value.kind === 'number'
        ? value.text
        : value.kind === 'column'
          ? value.name.name.toUpperCase()
          : value.kind === 'boolean'
            ? String(value.value)
            : '';
    state.foreignKeyChecks = !['0', 'OFF', 'false'].includes(word);
  }
}

/** Rows that it reads or changes: later statements can't be judged by the rows of now. */
function judgeOther(statement: Statement, scene: Scene): Judgement {
  requireTables(statement, scene, new Set());
  if (!['insert', 'update', 'delete', 'callStatement'].includes(statement.kind)) return RUNS;
  for (const { node } of namesIn(statement).tables) {
    const name = qualify(node, scene);
    const table = scene.state.get(name);
    if (typeof table === 'object') scene.state.set(name, { ...table, rowsChange: true });
  }
  return RUNS;
}

function requireTables(statement: Statement, scene: Scene, own: ReadonlySet<string>): void {
  for (const { node, expression } of namesIn(statement).tables) {
    const name = qualify(node, scene);
    if (expression || own.has(keyOfName(name))) continue;
    if (scene.state.get(name) === undefined) throw new StatementFails(1146, `table ${name.database}.${name.name} doesn't exist`);
  }
}
