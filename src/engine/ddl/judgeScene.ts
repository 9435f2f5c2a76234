import { phrase } from '../phrase.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { keyOfName } from '../sql/identifiers.ts';
import type { Alteration } from './alterTable.ts';
import type { DdlContext } from './ddlContext.ts';
import type { Outcome } from './forecast.ts';
import type { Known, SchemaState } from './schemaState.ts';
import { StatementFails, StatementUnknown } from './statementFails.ts';
import type { TableModel } from './tableModel.ts';

export interface Judgement {
  readonly outcome: Outcome;
  readonly alteration?: Alteration;
  readonly made?: TableModel;
  readonly dropped?: readonly QualifiedName[];
  /** Nothing is done. */
  readonly idle?: boolean;
}

export const RUNS: Judgement = { outcome: { kind: 'runs' } };
export const IDLE: Judgement = { outcome: { kind: 'runs' }, idle: true };

export interface Scene {
  readonly state: SchemaState;
  readonly context: DdlContext;
  readonly defaults: { charset: string; collation: string | undefined };
}

export function qualify(node: ObjectName, { state }: Pick<Scene, 'state'>): QualifiedName {
  const database = node.database?.name ?? state.database;
  if (database === undefined) throw new StatementFails(1046, phrase('no database is selected'));
  return { database, name: node.name.name };
}

export function tableAt(name: QualifiedName, known: Known): TableModel {
  if (known === undefined) throw new StatementFails(1146, phrase("table {0}.{1} doesn't exist", name.database, name.name));
  if (known === 'view') throw new StatementFails(1347, phrase('{0} is a view', name.name));
  if (known === 'opaque') throw new StatementUnknown(phrase('the columns of {0} come from a query', name.name));
  return known;
}

export function requireTables(statement: Statement, scene: Scene, own: ReadonlySet<string>): void {
  for (const { node, expression } of namesIn(statement).tables) {
    const name = qualify(node, scene);
    if (expression || own.has(keyOfName(name))) continue;
    if (scene.state.get(name) === undefined)
      throw new StatementFails(1146, phrase("table {0}.{1} doesn't exist", name.database, name.name));
  }
}
