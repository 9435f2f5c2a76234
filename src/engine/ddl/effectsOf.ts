import type { AlterTable, Drop } from '../sql/ast/definitions.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { Delete, Insert, SetClause, Statement, Update } from '../sql/ast/statements.ts';
import type { BaseTable, TableReference } from '../sql/ast/queries.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { walk } from '../sql/walk.ts';
import type { Alteration } from './alterTable.ts';
import type { Effect } from './effect.ts';
import { qualify, type Judgement } from './judgeScene.ts';
import type { SchemaState } from './schemaState.ts';
import { columnOf, same, type ColumnModel, type TableModel } from './tableModel.ts';

const FOR_SERVER = new Set(['GLOBAL', 'PERSIST', 'PERSIST_ONLY']);

/**
 * Those of a statement that runs; `before` is the schema that it meets. Rows that the script itself has made are no loss. Where the rules have no judgement, but the
 * statement ran on a copy, all that it names to drop counts.
 */
export function effectsOf(statement: Statement, judgement: Judgement | undefined, before: SchemaState): Effect[] {
  switch (statement.kind) {
    case 'drop':
      return ofDrop(statement, judgement, before);
    case 'createTable': {
      const name = qualify(statement.table, { state: before });
      return statement.orReplace && !statement.temporary && isStored(name, before) ? [{ kind: 'dropsTable', name: name.name }] : [];
    }
    case 'truncate':
      return ofTable(statement.table, before, 'emptiesTable');
    case 'alterTable':
      return judgement === undefined ? ofUnjudged(statement, before) : ofAlter(statement, judgement.alteration);
    case 'delete':
      return ofDelete(statement, before);
    case 'update':
      return ofUpdate(statement, before);
    case 'insert':
      return ofInsert(statement, before);
    case 'setStatement':
      return effectsOf(statement.statement, judgement, before);
    case 'explain':
      return statement.analyze && statement.statement !== undefined ? effectsOf(statement.statement, judgement, before) : [];
    default:
      return beyondRows(statement);
  }
}

function beyondRows(statement: Statement): Effect[] {
  switch (statement.kind) {
    case 'callStatement':
      return [{ kind: 'runsProcedure', name: statement.routine.name.name }];
    case 'administration':
    case 'kill':
      return [{ kind: 'changesServer' }];
    case 'setTransaction':
      return statement.scope === 'GLOBAL' ? [{ kind: 'changesServer' }] : [];
    case 'set':
      return statement.assignments.some(
        ({ scope, target }) => FOR_SERVER.has(scope ?? '') || (target.kind === 'systemVariable' && FOR_SERVER.has(target.scope ?? '')),
      )
        ? [{ kind: 'changesServer' }]
        : [];
    case 'query':
      return statement.into?.file === undefined ? [] : [{ kind: 'writesFile' }];
    case 'lockTables':
      return statement.unlock ? [] : [{ kind: 'locksTables' }];
    case 'maintenance':
      return statement.verb === 'OPTIMIZE' || statement.verb === 'REPAIR' ? [{ kind: 'rebuildsTables' }] : [];
    default:
      return [];
  }
}

/** It has rows that were there before the script. */
function isStored(name: QualifiedName, state: SchemaState): boolean {
  const known = state.get(name);
  if (known === undefined || known === 'opaque') return false;
  return known === 'view' || (known.origin !== undefined && !known.temporary);
}

function ofTable(node: ObjectName, state: SchemaState, kind: 'emptiesTable' | 'deletesRows' | 'replacesRows'): Effect[] {
  const name = qualify(node, { state });
  return isStored(name, state) ? [{ kind, name: name.name }] : [];
}

function ofDrop({ object, names, temporary }: Drop, judgement: Judgement | undefined, before: SchemaState): Effect[] {
  if (object === 'TABLE') {
    const named = temporary ? [] : names.map((node) => qualify(node, { state: before }));
    const dropped = judgement === undefined ? named : (judgement.dropped ?? []);
    return dropped.filter((name) => isStored(name, before)).map(({ name }): Effect => ({ kind: 'dropsTable', name }));
  }
  return object === 'DATABASE' && judgement?.idle !== true
    ? names.map(({ name }): Effect => ({ kind: 'dropsDatabase', name: name.name }))
    : [];
}

function ofAlter({ actions }: AlterTable, alteration: Alteration | undefined): Effect[] {
  if (alteration === undefined) return [];
  const { before, after, dropped, skipped } = alteration;
  // That engine keeps no rows, and takes them without an error.
  const isEmptied = after.engine === 'BLACKHOLE' && before.engine !== 'BLACKHOLE' && before.origin !== undefined && !before.temporary;
  return [
    ...(isEmptied ? [{ kind: 'emptiesTable', name: before.name } as const] : []),
    ...ofActions(
      before,
      dropped,
      actions.filter((action) => !skipped.has(action)),
    ),
  ];
}

/** `IF EXISTS` counts as if there were what it names. */
function ofUnjudged({ table, actions }: AlterTable, before: SchemaState): Effect[] {
  const known = before.get(qualify(table, { state: before }));
  if (typeof known !== 'object') return [];
  const named = actions.filter(({ action }) => action === 'DROP COLUMN').map(({ name }) => columnOf(known, name?.name));
  return ofActions(
    known,
    named.filter((column) => column !== undefined),
    actions,
  );
}

function ofActions({ name, origin, temporary }: TableModel, dropped: readonly ColumnModel[], actions: AlterTable['actions']): Effect[] {
  if (origin === undefined || temporary) return [];
  const columns = dropped.filter((column) => column.origin !== undefined && column.generated === undefined);
  const found: Effect[] = columns.length === 0 ? [] : [{ kind: 'dropsValues', name, parts: columns.map((column) => column.name) }];
  for (const action of actions) {
    if (/^(?:DROP|TRUNCATE) PARTITION$|^DISCARD PARTITION TABLESPACE$/.test(action.action))
      found.push({ kind: 'dropsPartitions', name, parts: action.partitions?.map((one) => one.name) ?? ['ALL'] });
    else if (action.action === 'DISCARD TABLESPACE') found.push({ kind: 'emptiesTable', name });
    else if (action.action === 'DROP SYSTEM VERSIONING') found.push({ kind: 'dropsHistory', name });
  }
  return found;
}

function ofDelete({ form, targets, tables, where, limit }: Delete, before: SchemaState): Effect[] {
  if (form !== 'single') {
    const named = baseTables(tables);
    return targets.flatMap((target) =>
      named.filter((one) => same(calledName(one), target.name.name)).flatMap(({ table }) => ofTable(table, before, 'deletesRows')),
    );
  }
  const [table] = tables;
  const isAll = where === undefined && limit === undefined;
  return table?.kind === 'table' ? ofTable(table.table, before, isAll ? 'emptiesTable' : 'deletesRows') : [];
}

function ofUpdate({ tables, set, where, limit }: Update, before: SchemaState): Effect[] {
  const [table, second] = tables;
  if (table?.kind === 'table' && second === undefined) return ofSet(table.table, set, before, where === undefined && limit === undefined);
  const named = baseTables(tables);
  return named.flatMap((one) => {
    const own = set.filter(({ column }) =>
      column.table === undefined ? mayHave(one, column.name.name, named, before) : same(calledName(one), column.table.name),
    );
    return ofSet(one.table, own, before, false);
  });
}

/** Whether a column without a table may be that of this one: the columns of views aren't known. */
function mayHave(one: BaseTable, column: string, all: readonly BaseTable[], before: SchemaState): boolean {
  const knows = ({ table }: BaseTable): boolean | undefined => {
    const known = before.get(qualify(table, { state: before }));
    return typeof known === 'object' ? columnOf(known, column) !== undefined : undefined;
  };
  return knows(one) ?? !all.some((other) => knows(other) === true);
}

/** Without those of subqueries. */
function baseTables(references: readonly TableReference[]): BaseTable[] {
  const found: BaseTable[] = [];
  for (const reference of references)
    walk(reference, (node) => {
      if (node.kind === 'table') found.push(node as BaseTable);
      return node.kind === 'query' ? false : undefined;
    });
  return found;
}

function calledName({ alias, table }: BaseTable): string {
  return (alias ?? table.name).name;
}

function ofInsert({ verb, table, onDuplicate }: Insert, before: SchemaState): Effect[] {
  if (verb === 'REPLACE') return ofTable(table, before, 'replacesRows');
  return onDuplicate.length === 0 ? [] : ofSet(table, onDuplicate, before, false);
}

/** A column that the script has added holds nothing yet. */
function ofSet(node: ObjectName, set: readonly SetClause[], state: SchemaState, all: boolean): Effect[] {
  const name = qualify(node, { state });
  if (!isStored(name, state)) return [];
  const known = state.get(name);
  const columns = columnsOf(set).filter((column) => {
    const model = typeof known === 'object' ? columnOf(known, column) : undefined;
    return model === undefined || model.origin !== undefined;
  });
  return columns.length === 0 ? [] : [{ kind: 'overwrites', name: name.name, columns, all }];
}

function columnsOf(set: readonly SetClause[]): string[] {
  return [...new Set(set.map(({ column }) => column.name.name))];
}
