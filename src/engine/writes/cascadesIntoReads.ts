import { namesIn } from '../guard/namesInTree.ts';
import { phrase, type Phrase } from '../phrase.ts';
import type { ColumnReference } from '../sql/ast/expressions.ts';
import type { JoinPart } from '../sql/ast/queries.ts';
import type { Delete, Update } from '../sql/ast/statements.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { walk, type Node } from '../sql/walk.ts';
import type { ParsedWrite } from './parseWrites.ts';
import type { WrittenColumn } from './snapshotSql.ts';
import type { ReferringKey, Touched } from './touchedTables.ts';

/**
 * Why a statement may change other rows than a query finds beforehand: servers read and change rows in turn, and what a foreign key has changed along is read as it is then. `columns`:
 * those of the one table that it changes.
 */
export function whyReadsChange(
  { statement, context }: ParsedWrite,
  { keys }: Pick<Touched, 'keys'>,
  columns: readonly WrittenColumn[],
): Phrase | undefined {
  const acting = keys.filter(({ does }) => does.length > 0);
  if (acting.length === 0) return undefined;
  const source = statement.kind === 'insert' ? statement.source : statement;
  const reads = 'kind' in source ? namesIn(source).tables : [];
  const read = new Set(
    reads.map(({ node }) => keyOfName({ database: node.database?.name ?? context.database ?? '', name: node.name.name })),
  );
  const key = acting.find(
    (one) => read.has(keyOfName(one.child)) && (statement.kind === 'insert' || !isHarmless(statement as Update | Delete, one, columns)),
  );
  return key && phrase('the foreign key {0} changes rows that the statement reads', key.name);
}

/** Rows that vanish leave fewer rows to pick, and columns that no condition names pick none. */
function isHarmless(statement: Update | Delete, { does }: ReferringKey, columns: readonly WrittenColumn[]): boolean {
  if (hasAny(statement, ({ kind }) => kind === 'query')) return false;
  if (does.every((event) => event === 'DELETE'))
    return statement.limit === undefined && !hasAny(statement, (node) => node.kind === 'joinPart' && isOuter(node as JoinPart));
  if (does.includes('DELETE') || statement.tables.some(({ kind }) => kind !== 'table') || statement.tables.length > 1) return false;
  // No foreign key can change a primary key without the server saying so first.
  const key = new Set(columns.flatMap((column) => (column.key ? [column.name.toLowerCase()] : [])));
  const conditions = [statement.where, ...statement.orderBy].filter((node) => node !== undefined);
  const isOther = (node: Node): boolean => node.kind === 'column' && !key.has((node as ColumnReference).name.name.toLowerCase());
  return !conditions.some((condition) => hasAny(condition, isOther));
}

function isOuter({ type }: JoinPart): boolean {
  return /LEFT|RIGHT|FULL/.test(type);
}

function hasAny(root: Node, test: (node: Node) => boolean): boolean {
  let found = false;
  walk(root, (node) => {
    found ||= test(node);
    return found ? false : undefined;
  });
  return found;
}
