import type { Name } from '../sql/ast/expressions.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { walk, type Node } from '../sql/walk.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** Columns of the `mysql` database that hold passwords or their hashes, by table. */
const COLUMNS: ReadonlyMap<string, readonly string[]> = new Map([
  ['user', ['authentication_string', 'password', 'user_attributes', 'priv']],
  ['global_priv', ['priv']],
  ['password_history', ['password']],
  ['servers', ['password']],
  ['slave_master_info', ['user_password']],
]);
const ALL_COLUMNS = new Set([...COLUMNS.values()].flat());

/** The servers compare names of columns without regard to accents and by their own letter case: `pässword` is `password`. */
const ASCII = /^[\x20-\x7e]*$/;

const ADVICE = 'read.noCredentials';

export function holdsCredentials({ database, name }: QualifiedName): boolean {
  return database.toLowerCase() === 'mysql' && COLUMNS.has(name.toLowerCase());
}

/**
 * Refuses what could read a credential in a statement that meets a table with some: their names anywhere in it, whatever they are columns of, and
 * every form that reads or compares columns without naming them.
 */
export function checkCredentials(statement: Node): Refusal | undefined {
  let found: Refusal | undefined;
  walk(statement, (node) => {
    found ??= checkNode(node);
    return found === undefined ? undefined : false;
  });
  return found;
}

function checkNode(node: Node): Refusal | undefined {
  if (isName(node) && ALL_COLUMNS.has(node.name.toLowerCase())) return refuse(`Reading ${node.name}`, node, ADVICE);
  if (isName(node) && !ASCII.test(node.name)) return refuse(`The name ${node.name} in a query on a table with credentials`, node, ADVICE);
  const allColumns =
    node.kind === 'tableQuery' ||
    node.kind === 'maintenance' ||
    (node.kind === 'joinPart' && 'type' in node && String(node.type).startsWith('NATURAL'));
  if (node.kind === 'selectItem' && 'value' in node && (node.value as Node).kind === 'star') return allOf(node);
  return allColumns ? allOf(node) : undefined;
}

function allOf(node: Node): Refusal {
  return refuse('Reading all columns of a table with credentials', node, ADVICE);
}

function isName(node: Node): node is Name {
  return node.kind === 'name' && 'name' in node;
}
