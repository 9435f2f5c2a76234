import { checkFunctionReading, checkTriggerBody } from '../guard/functionBody.ts';
import { namesIn } from '../guard/namesInTree.ts';
import { isRowWrite, type RowWrite } from '../guard/writePolicy.ts';
import type { Name } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { dialectOf, type Dialect } from '../sql/lexer/dialect.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { parseRoutineBody } from '../sql/parser/parse.ts';
import { walk, type Node } from '../sql/walk.ts';
import type { RowEvent } from './touchedTables.ts';
import { parseDml, type Reference } from './parseDml.ts';
import { phrase, type Phrase } from '../phrase.ts';

export interface TriggerText extends QualifiedName {
  readonly body: string;
  readonly sqlMode: string;
  readonly characterSet: string;
}

export interface TriggerEffects {
  readonly writes: readonly { readonly table: QualifiedName; readonly events: readonly RowEvent[] }[];
  readonly reads: readonly QualifiedName[];
  /** Why it may do more than that; undefined where it changes rows and computes, and nothing else. */
  readonly unknown: Phrase | undefined;
}

export function readTrigger(trigger: TriggerText, server: Dialect): TriggerEffects {
  const { database, name } = trigger;
  const tree = parseTrigger(trigger, server);
  if (tree === undefined) {
    return { writes: [], reads: [], unknown: phrase("the trigger {0} can't be parsed reliably", name) };
  }
  const { statement, dialect } = tree;
  const qualify = (reference: Reference): QualifiedName => ({ database: reference.database ?? database, name: reference.name });
  const writes: { table: QualifiedName; events: readonly RowEvent[] }[] = [];
  walk(statement, (node) => {
    if (isRowWrite(node)) for (const target of targetsOf(node, dialect)) writes.push({ table: qualify(target), events: eventsOf(node) });
    return undefined;
  });
  const refusal = checkTriggerBody(statement, { dialect, database });
  if (refusal !== undefined) {
    // What a program, or another kind of statement, reaches is not known.
    return { writes, reads: [], unknown: phrase('the trigger {0} contains: {1}', name, refusal.what) };
  }
  const written = new Set(writes.map(({ table }) => keyOfName(table)));
  const { tables } = namesIn(statement);
  const reads = tables
    .filter(({ expression }) => !expression)
    .map(({ node }) => qualify({ database: node.database?.name, name: node.name.name }))
    .filter((table) => !written.has(keyOfName(table)));
  return { writes, reads, unknown: undefined };
}

/** As the server reads it: under the trigger's own sql_mode. */
function parseTrigger(
  { body, sqlMode, characterSet }: TriggerText,
  server: Dialect,
): { statement: Statement; dialect: Dialect } | undefined {
  const dialect = dialectOf(server.flavor, server.version, sqlMode);
  if (dialect === undefined || checkFunctionReading({ sqlMode, characterSet }) !== undefined) return undefined;
  try {
    return { statement: parseRoutineBody(body, dialect), dialect };
  } catch {
    return undefined;
  }
}

function targetsOf(write: RowWrite, dialect: Dialect): readonly Reference[] {
  const shape = parseDml(write, dialect);
  return shape.kind === 'picked' || shape.kind === 'added' ? [shape.table] : shape.targets;
}

function eventsOf(write: RowWrite): RowEvent[] {
  if (write.kind === 'update') return ['UPDATE'];
  if (write.kind === 'delete') return ['DELETE'];
  if (write.verb === 'REPLACE') return ['INSERT', 'DELETE'];
  return write.onDuplicate.length > 0 ? ['INSERT', 'UPDATE'] : ['INSERT'];
}

/**
 * True where a trigger may behave otherwise by how one column compares with another. It is not followed how values go through it: only one that just copies values, each by itself, is known to
 * mix none.
 */
export function mixesColumns(trigger: TriggerText, server: Dialect, ...areMixed: readonly ((column: string) => boolean)[]): boolean {
  const tree = parseTrigger(trigger, server);
  if (tree === undefined) return true;
  const mixes = (node: Node): boolean => {
    const names = columnsIn(node);
    return areMixed.every((isMixed) => names.some(isMixed));
  };
  return mixes(tree.statement) && !copiedValues(tree.statement)?.every((value) => !mixes(value));
}

/** Every name in a trigger, whatever it is of: among them are the columns that it sets. Undefined for one that can't be parsed. */
export function namesInTrigger(trigger: TriggerText, server: Dialect): readonly string[] | undefined {
  const tree = parseTrigger(trigger, server);
  return tree && columnsIn(tree.statement);
}

function columnsIn(root: Node): string[] {
  const names: string[] = [];
  walk(root, (node) => {
    if (node.kind === 'name') names.push((node as Name).name);
    return undefined;
  });
  return names;
}

/** The values of a body that only inserts rows; undefined for any other. */
function copiedValues(statement: Statement): readonly Node[] | undefined {
  if (statement.kind === 'block') {
    const parts = statement.statements.map(copiedValues);
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  }
  if (statement.kind !== 'insert' || statement.onDuplicate.length > 0) return undefined;
  if (statement.source.kind === 'insertRows') return statement.source.rows.flat();
  return statement.source.kind === 'insertSet' ? statement.source.set.map(({ value }) => value) : undefined;
}
