import type { ObjectName } from '../sql/ast/expressions.ts';
import type { CreateDatabase, Drop } from '../sql/ast/definitions.ts';
import { children, type Node } from '../sql/walk.ts';
import { NEVER } from './never.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** What is written to these is the server's own: accounts, settings of its instruments. */
const OWN_DATABASES = new Set(['mysql', 'sys', 'performance_schema', 'information_schema']);
/** Which only tells of structure: it cannot be written to. */
const READABLE = 'information_schema';

export function isOwnDatabase(name: string | undefined): boolean {
  return name !== undefined && OWN_DATABASES.has(name.toLowerCase());
}

/** Refuses a statement that changes something and names an object of the server's own databases anywhere. */
export function checkOwnDatabases(node: Node, current: string | undefined): Refusal | undefined {
  const named = databaseOf(node, current);
  if (isOwnDatabase(named) && named?.toLowerCase() !== READABLE)
    return refuse(`A write that uses the system database ${named ?? ''}`, node, NEVER);
  const inside = bodyDatabase(node, current);
  for (const child of children(node)) {
    const refusal = checkOwnDatabases(child, inside);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function databaseOf(node: Node, current: string | undefined): string | undefined {
  if (node.kind === 'objectName') return (node as ObjectName).database?.name ?? current;
  if (node.kind === 'database') return (node as CreateDatabase).name?.name ?? current;
  if (node.kind === 'drop' && (node as Drop).object === 'DATABASE') return (node as Drop).names[0]?.name.name;
  return undefined;
}

/** Names in a program are looked up in its own database. */
function bodyDatabase(node: Node, current: string | undefined): string | undefined {
  if (node.kind === 'trigger' && 'trigger' in node) return (node.trigger as ObjectName).database?.name ?? current;
  if (node.kind === 'routine' && 'routine' in node) return (node.routine as ObjectName).database?.name ?? current;
  if (node.kind === 'event' && 'event' in node) return (node.event as ObjectName).database?.name ?? current;
  return current;
}
