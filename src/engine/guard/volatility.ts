import { VOLATILE_FUNCTIONS } from '../policy/volatile.ts';
import type { Call, SpecialCall } from '../sql/ast/expressions.ts';
import type { Select } from '../sql/ast/queries.ts';
import { walk, type Node } from '../sql/walk.ts';

/** Tells whether the statement may answer otherwise although nothing in its tables has changed, or says that it wants no cache. */
export function isVolatile(statement: Node): boolean {
  let found = statement.kind !== 'query';
  walk(statement, (node) => {
    found ||= isVolatileNode(node);
    return found ? false : undefined;
  });
  return found;
}

function isVolatileNode(node: Node): boolean {
  switch (node.kind) {
    case 'userVariable':
    case 'systemVariable':
    case 'sequence':
    case 'sample':
    case 'systemTime':
      return true;
    case 'select':
      return (node as Select).options.includes('SQL_NO_CACHE');
    case 'special':
      return isVolatileFunction((node as SpecialCall).name, (node as SpecialCall).args.length);
    case 'call':
      return isVolatileFunction((node as Call).name.name.toUpperCase(), (node as Call).args.length);
    default:
      return false;
  }
}

function isVolatileFunction(name: string, argumentCount: number): boolean {
  return VOLATILE_FUNCTIONS.has(name) || (name === 'UNIX_TIMESTAMP' && argumentCount === 0);
}
