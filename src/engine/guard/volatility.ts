import type { Call, SpecialCall } from '../sql/ast/expressions.ts';
import type { Select } from '../sql/ast/queries.ts';
import { walk, type Node } from '../sql/walk.ts';

/** Of the functions that may be called: those whose value is another one the next time, though no table has changed. */
export const VOLATILE_FUNCTIONS: ReadonlySet<string> = new Set(
  `
  BINLOG_GTID_POS CAN_ACCESS_COLUMN CAN_ACCESS_DATABASE CAN_ACCESS_TABLE CAN_ACCESS_USER CAN_ACCESS_VIEW CONNECTION_ID CURDATE CURRENT_DATE
  CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURTIME FOUND_ROWS GET_DD_COLUMN_PRIVILEGES GET_DD_CREATE_OPTIONS
  GET_DD_INDEX_SUB_PART_LENGTH IS_FREE_LOCK IS_USED_LOCK LAST_INSERT_ID LASTVAL LOCALTIME LOCALTIMESTAMP NOW PS_CURRENT_THREAD_ID
  PS_THREAD_ID RAND RANDOM_BYTES ROLES_GRAPHML ROW_COUNT SESSION_USER SYSDATE SYSTEM_USER SYS_GUID USER UTC_DATE UTC_TIME UTC_TIMESTAMP
  UUID UUID_SHORT UUID_V4 UUID_V7 VALIDATE_PASSWORD_STRENGTH WSREP_LAST_SEEN_GTID WSREP_LAST_WRITTEN_GTID`
    .trim()
    .split(/\s+/),
);

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
