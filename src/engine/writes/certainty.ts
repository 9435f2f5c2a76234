import { isNativeCall } from '../guard/callPolicy.ts';
import type { Call, ColumnReference, SpecialCall } from '../sql/ast/expressions.ts';
import type { SetClause } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { print } from '../sql/printer/print.ts';
import { walk, type Node } from '../sql/walk.ts';

/**
 * How surely values are later what they are now: `data` depends on the rows of the table alone, `moment` on the time or the session, `tables` on
 * others' rows, `chance` on nothing that can be told.
 */
export type Certainty = 'data' | 'moment' | 'tables' | 'chance';

const CHANCE = new Set(['RAND', 'UUID', 'UUID_SHORT', 'UUID_V4', 'UUID_V7', 'SYS_GUID', 'SYSDATE', 'RANDOM_BYTES']);
const MOMENT = new Set([
  ...['NOW', 'CURDATE', 'CURTIME', 'CURRENT_DATE', 'CURRENT_TIME', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'UTC_DATE'],
  ...['UTC_TIME', 'UTC_TIMESTAMP', 'UNIX_TIMESTAMP', 'CONNECTION_ID', 'LAST_INSERT_ID', 'ROW_COUNT', 'FOUND_ROWS', 'USER', 'VERSION'],
  ...['PS_CURRENT_THREAD_ID', 'IS_FREE_LOCK', 'IS_USED_LOCK', 'CURRENT_USER', 'SESSION_USER', 'SYSTEM_USER', 'DATABASE', 'SCHEMA'],
]);

/** True where a value depends on rows alone. With a LIMIT the server may choose among them. */
export function isStable(node: Node, dialect: Dialect): boolean {
  let stable = true;
  walk(node, (one) => {
    const certainty = certaintyOfNode(one, dialect);
    if (one.kind === 'limit' || certainty === 'moment' || certainty === 'chance') stable = false;
    return stable ? undefined : false;
  });
  return stable;
}

/** A value is computed with what the ones before it have set. */
export function valuesFromTables(set: readonly SetClause[], dialect: Dialect): string[] | undefined {
  const values: string[] = [];
  const before = new Set<string>();
  for (const { column, value } of set) {
    if (certaintiesOf(value, dialect).has('tables')) {
      if (!isStable(value, dialect) || namesAny(value, before)) return undefined;
      values.push(print(value, dialect));
    }
    before.add(column.name.name.toLowerCase());
  }
  return values;
}

function certaintiesOf(node: Node, dialect: Dialect): Set<Certainty> {
  const found = new Set<Certainty>();
  walk(node, (one) => {
    found.add(certaintyOfNode(one, dialect));
    return undefined;
  });
  return found;
}

function namesAny(node: Node, columns: ReadonlySet<string>): boolean {
  let found = false;
  walk(node, (one) => {
    found ||= one.kind === 'column' && columns.has((one as ColumnReference).name.name.toLowerCase());
    return found ? false : undefined;
  });
  return found;
}

const RANKS: readonly Certainty[] = ['data', 'moment', 'tables', 'chance'];

/** The least certain of all that stands in these. */
export function certaintyOf(nodes: readonly Node[], dialect: Dialect): Certainty {
  let rank = 0;
  for (const root of nodes) {
    walk(root, (node) => {
      rank = Math.max(rank, RANKS.indexOf(certaintyOfNode(node, dialect)));
      return undefined;
    });
  }
  return RANKS[rank] ?? 'chance';
}

function certaintyOfNode(node: Node, dialect: Dialect): Certainty {
  switch (node.kind) {
    case 'query':
      return 'tables';
    case 'sequence':
    case 'sample':
    case 'assignment':
      return 'chance';
    case 'userVariable':
    case 'systemVariable':
      return 'moment';
    case 'special':
      return ofFunction((node as SpecialCall).name);
    case 'call':
      return isNativeCall(node as Call, dialect) ? ofFunction((node as Call).name.name.toUpperCase()) : 'chance';
    default:
      return 'data';
  }
}

function ofFunction(name: string): Certainty {
  if (CHANCE.has(name)) return 'chance';
  return MOMENT.has(name) ? 'moment' : 'data';
}
