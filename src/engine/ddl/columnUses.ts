import { phrase } from '../phrase.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { CreateTrigger, CreateView } from '../sql/ast/definitions.ts';
import type { ColumnReference, Name } from '../sql/ast/expressions.ts';
import type { Statement, VariableAssignment } from '../sql/ast/statements.ts';
import { walk } from '../sql/walk.ts';
import { qualify, type Scene } from './judgeScene.ts';
import { StatementFails } from './statementFails.ts';
import { columnOf, type TableModel } from './tableModel.ts';

/**
 * Columns that no table of the statement has. Only sure finds: a name that the statement itself gives anywhere is never missing, and with a
 * table of unknown columns none is. Throws StatementFails.
 */
export function checkColumns(statement: CreateView | Statement, scene: Scene): void {
  const known = new Set<string>();
  for (const { node, expression } of namesIn(statement).tables) {
    const table = expression ? undefined : scene.state.get(qualify(node, scene));
    if (typeof table === 'object') for (const { name } of table.columns) known.add(name.toLowerCase());
    else if (!expression) return;
  }
  const used: string[] = [];
  walk(statement, (node) => {
    if (node.kind === 'name') known.add((node as Name).name.toLowerCase());
    if (node.kind !== 'column') return undefined;
    used.push((node as ColumnReference).name.name);
    return false;
  });
  const missing = used.find((name) => !known.has(name.toLowerCase()));
  if (missing !== undefined && known.size > 0) throw new StatementFails(1054, phrase("column {0} doesn't exist", missing));
}

/** What a trigger does with NEW and OLD. Throws StatementFails. */
export function checkTriggerColumns({ events, time, body }: CreateTrigger, table: TableModel): void {
  const used: ColumnReference[] = [];
  const assigned: string[] = [];
  walk(body, (node) => {
    if (node.kind === 'column' && rowOf(node as ColumnReference) !== undefined) used.push(node as ColumnReference);
    if (node.kind === 'variableAssignment') {
      const { target } = node as VariableAssignment;
      const row = target.kind === 'column' ? rowOf(target) : undefined;
      if (row !== undefined) assigned.push(row);
    }
    return undefined;
  });
  const rows = new Set(used.map(rowOf));
  const absent = events.includes('INSERT') && rows.has('OLD') ? 'OLD' : events.includes('DELETE') && rows.has('NEW') ? 'NEW' : undefined;
  if (absent !== undefined) throw new StatementFails(1363, phrase('{0} has no {1} row', events.join(' or '), absent));
  if (assigned.includes('OLD') || (assigned.length > 0 && time === 'AFTER'))
    throw new StatementFails(1362, phrase('a trigger can set columns of NEW only before the change'));
  const missing = used.find(({ name }) => columnOf(table, name.name) === undefined);
  if (missing !== undefined) throw new StatementFails(1054, phrase("column {0} doesn't exist", missing.name.name));
}

function rowOf({ table }: ColumnReference): string | undefined {
  const name = table?.name.toUpperCase();
  return name === 'NEW' || name === 'OLD' ? name : undefined;
}
