import type { Delete, Insert, Update } from '../sql/ast/statements.ts';
import type { WriteClass } from '../sql/statementClasses.ts';

/** What a statement that changes rows needs. */
export function rowClasses(statement: Insert | Update | Delete): WriteClass[] {
  if (statement.kind === 'update') return ['update'];
  if (statement.kind === 'delete') return ['delete'];
  if (statement.verb === 'REPLACE') return ['insert', 'delete'];
  return statement.onDuplicate.length > 0 ? ['insert', 'update'] : ['insert'];
}
