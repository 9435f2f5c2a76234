import { phrase } from '../phrase.ts';
import type { CreateTable, CreateView, Drop, RenameTable } from '../sql/ast/definitions.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { copyOf } from './alterTable.ts';
import { referencesTo, renamed, requireFreeNames } from './constraintNames.ts';
import { checkForeignKeys } from './foreignKeyRules.ts';
import { checkColumns } from './columnUses.ts';
import { dropPrograms } from './judgePrograms.ts';
import { IDLE, qualify, requireTables, RUNS, tableAt, type Judgement, type Scene } from './judgeScene.ts';
import type { Known } from './schemaState.ts';
import { failsOn, StatementFails, StatementUnknown } from './statementFails.ts';
import { charsetOf, same, toTable } from './tableModel.ts';
import { checkTable } from './tableRules.ts';

export function judgeCreate(node: CreateTable, scene: Scene): Judgement {
  const { state, context } = scene;
  const name = qualify(node.table, scene);
  const { temporary } = node;
  requireDatabase(name, scene);
  if (node.orReplace && context.flavor === 'mysql') throw new StatementFails(1064, phrase('MySQL has no CREATE OR REPLACE TABLE'));
  const known = temporary && !state.isTemporary(name) ? undefined : state.get(name);
  if (known !== undefined && node.ifNotExists) return IDLE;
  if (known !== undefined && !node.orReplace) throw new StatementFails(1050, phrase('{0} exists', name.name));
  if (typeof known === 'object' && !temporary) requireUnreferenced(name, new Set([keyOfName(name)]), scene);
  const put = (made: Known): void => {
    if (temporary) state.hide(name, made);
    else if (typeof made === 'object') state.replace(name, made);
    else state.set(name, made);
  };
  if (node.like !== undefined) {
    const from = qualify(node.like, scene);
    const source = tableAt(from, state.get(from));
    const made = { ...copyOf(source), ...name, ...EMPTY, foreignKeys: [], temporary };
    put(made);
    return { ...RUNS, made };
  }
  requireTables(node, scene, new Set([keyOfName(name)]));
  if (node.query !== undefined) {
    put('opaque');
    return RUNS;
  }
  const made = toTable(node, { ...context, database: name.database }, defaultsOf(name.database, context));
  const primary = made.keys.find(({ type }) => type === 'PRIMARY KEY');
  made.columns = made.columns.map((column) =>
    primary?.parts.some((part) => same(part.column, column.name)) === true ? { ...column, nullable: false } : column,
  );
  Object.assign(made, name, { rows: 0, bytes: 0, temporary });
  if (temporary && made.foreignKeys.length > 0)
    throw new StatementUnknown(phrase("the rules don't cover foreign keys of temporary tables"));
  checkTable(made, undefined, context);
  checkForeignKeys(made, undefined, context);
  requireFreeNames(made, name, context);
  const open = temporary || known !== undefined ? undefined : referencesTo(name, context);
  if (open !== undefined) throw new StatementUnknown(open);
  put(made);
  return { ...RUNS, made };
}

function defaultsOf(database: string, { collationOf }: Scene['context']): { charset: string; collation: string | undefined } {
  const collation = collationOf(database);
  return { charset: charsetOf(collation) ?? 'utf8mb4', collation };
}

const EMPTY = { origin: undefined, rows: 0, bytes: 0, rowsChange: false, rowVersions: 0 } as const;

function requireDatabase({ database }: QualifiedName, { state }: Pick<Scene, 'state'>): void {
  if (!state.hasProgram('DATABASE', { database: '', name: database }))
    throw new StatementFails(1049, phrase("database {0} doesn't exist", database));
}

/** No foreign key of a table that stays references it. */
function requireUnreferenced(name: QualifiedName, gone: ReadonlySet<string>, { state, context }: Scene): void {
  const key = state.referring(name).find(({ child }) => !gone.has(keyOfName(child)));
  if (key !== undefined && state.foreignKeyChecks)
    throw failsOn(
      context.flavor,
      { mysql: 3730, mariadb: 1451 },
      phrase('foreign key {0} of {1} references {2}', key.name, key.child.name, name.name),
    );
}

export function judgeDrop({ object, names, ifExists, temporary }: Drop, scene: Scene): Judgement {
  const { state, context } = scene;
  const all = names.map((node) => (object === 'DATABASE' ? { database: '', name: node.name.name } : qualify(node, scene)));
  const { flavor } = context;
  if (object === 'TABLE') return dropTables(all, { temporary, ifExists }, scene);
  if (object === 'VIEW') {
    const missing = all.find((name) => state.get(name) === undefined);
    if (missing !== undefined && !ifExists)
      throw failsOn(flavor, { mysql: 1051, mariadb: 4092 }, phrase("view {0} doesn't exist", missing.name));
    const table = all.find((name) => state.get(name) !== undefined && state.get(name) !== 'view');
    if (table !== undefined) throw failsOn(flavor, { mysql: 1347, mariadb: 4092 }, phrase('{0} is a table', table.name));
    for (const name of all) state.set(name, undefined);
    state.viewsAge = true;
    return missing === undefined ? RUNS : IDLE;
  }
  return dropPrograms({ object, names: all, ifExists }, state) ? RUNS : IDLE;
}

function dropTables(all: readonly QualifiedName[], { temporary, ifExists }: Pick<Drop, 'temporary' | 'ifExists'>, scene: Scene): Judgement {
  const { state, context } = scene;
  const isThere = (name: QualifiedName): boolean => (temporary ? state.isTemporary(name) : state.get(name) !== undefined);
  const missing = all.find((name) => !isThere(name) || state.get(name) === 'view');
  if (missing !== undefined && !ifExists) {
    const isView = all.every((name) => state.get(name) !== undefined);
    throw failsOn(
      context.flavor,
      { mysql: 1051, mariadb: isView ? 1965 : 1051 },
      isView ? phrase('{0} is a view', missing.name) : phrase("{0} doesn't exist", missing.name),
    );
  }
  const existing = all.filter((name) => isThere(name) && state.get(name) !== 'view');
  for (const [i, name] of existing.entries()) {
    // MariaDB drops one after the other.
    const gone = new Set(existing.slice(0, context.flavor === 'mysql' ? undefined : i + 1).map(keyOfName));
    if (!state.isTemporary(name)) requireUnreferenced(name, gone, scene);
  }
  const stored = existing.filter((name) => !state.isTemporary(name));
  for (const name of existing)
    if (state.isTemporary(name)) state.reveal(name);
    else state.replace(name, undefined);
  if (stored.length > 0) state.viewsAge = true;
  return existing.length === 0 ? IDLE : { ...RUNS, dropped: stored };
}

export function judgeRename({ pairs, ifExists }: RenameTable, scene: Scene): Judgement {
  const { state, context } = scene;
  for (const { from, to } of pairs) {
    const [old, name] = [qualify(from, scene), qualify(to, scene)];
    const known = state.get(old);
    if (state.isTemporary(old)) throw new StatementUnknown(phrase('{0} is a temporary table', old.name));
    if (known === undefined && ifExists) continue;
    if (known === undefined) throw new StatementFails(1146, phrase("table {0}.{1} doesn't exist", old.database, old.name));
    if (state.get(name) !== undefined) throw new StatementFails(1050, phrase('{0} exists', name.name));
    if (known === 'view' && old.database !== name.database) throw new StatementFails(1450, phrase('{0} is a view', old.name));
    moveTo(old, name, scene);
    const open = typeof known === 'object' ? referencesTo(name, context) : undefined;
    if (open !== undefined) throw new StatementUnknown(open);
    if (typeof known === 'string') {
      state.set(old, undefined);
      state.set(name, known);
    } else state.replace(old, renamed(known, name, old, context));
  }
  state.viewsAge = true;
  return RUNS;
}

/** Into another database. */
export function moveTo(old: QualifiedName, name: QualifiedName, { state, context }: Scene): void {
  if (old.database === name.database) return;
  if (context.hasTriggers(old)) {
    if (context.flavor === 'mariadb') throw new StatementFails(1435, phrase('{0} has triggers', old.name));
    requireDatabase(name, { state });
    throw new StatementFails(1435, phrase('{0} has triggers', old.name));
  }
  if (!state.hasProgram('DATABASE', { database: '', name: name.database }))
    throw failsOn(context.flavor, { mysql: 1049, mariadb: 1025 }, phrase("database {0} doesn't exist", name.database));
}

export function judgeTruncate(name: QualifiedName, { state }: Scene): Judgement {
  const table = tableAt(name, state.get(name));
  const key = state.referring(name).find(({ child }) => keyOfName(child) !== keyOfName(name));
  if (key !== undefined && state.foreignKeyChecks)
    throw new StatementFails(1701, phrase('foreign key {0} of {1} references it', key.name, key.child.name));
  state.set(name, { ...table, origin: undefined, rows: 0, bytes: 0 });
  return { ...RUNS, dropped: [name] };
}

export function judgeView(node: CreateView, scene: Scene): Judgement {
  const { state } = scene;
  const name = qualify(node.view, scene);
  const known = state.get(name);
  if (known !== undefined && node.ifNotExists) return IDLE;
  if (known !== undefined && node.verb === 'CREATE' && !node.orReplace) throw new StatementFails(1050, phrase('{0} exists', name.name));
  if (known !== undefined && known !== 'view') throw new StatementFails(1347, phrase('{0} is a table', name.name));
  if (known === undefined && node.verb === 'ALTER') throw new StatementFails(1146, phrase("view {0} doesn't exist", name.name));
  requireTables(node, scene, new Set([keyOfName(name)]));
  checkColumns(node, scene);
  state.set(name, 'view');
  return RUNS;
}
