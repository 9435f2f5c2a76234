import type { Token } from '../sql/lexer.ts';
import { isName, keyword } from './verdict.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Of the functions that may be called: those whose value is another one the next time, though no table has changed. */
export const VOLATILE_FUNCTIONS = words(`
  BINLOG_GTID_POS CAN_ACCESS_COLUMN CAN_ACCESS_DATABASE CAN_ACCESS_TABLE CAN_ACCESS_USER CAN_ACCESS_VIEW CONNECTION_ID CURDATE CURRENT_DATE
  CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURTIME FOUND_ROWS GET_DD_COLUMN_PRIVILEGES GET_DD_CREATE_OPTIONS
  GET_DD_INDEX_SUB_PART_LENGTH IS_FREE_LOCK IS_USED_LOCK LAST_INSERT_ID LASTVAL LOCALTIME LOCALTIMESTAMP NOW PS_CURRENT_THREAD_ID
  PS_THREAD_ID RAND RANDOM_BYTES ROLES_GRAPHML ROW_COUNT SESSION_USER SYSDATE SYSTEM_USER SYS_GUID USER UTC_DATE UTC_TIME UTC_TIMESTAMP
  UUID UUID_SHORT UUID_V4 UUID_V7 VALIDATE_PASSWORD_STRENGTH WSREP_LAST_SEEN_GTID WSREP_LAST_WRITTEN_GTID`);

/** The same without parentheses; the last two are MariaDB's, of sequences. */
const NILADIC = words(`
  CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP SYSDATE UTC_DATE UTC_TIME UTC_TIMESTAMP
  SQL_NO_CACHE PREVIOUS LASTVAL`);

/** True if the statement may answer otherwise although nothing in its tables has changed, or says that it wants no cache. */
export function isVolatile(statement: readonly Token[]): boolean {
  return statement.some((token, i) => {
    if (token.kind === 'variable' || NILADIC.has(keyword(token))) return true;
    if (!isName(token) || statement[i + 1]?.text !== '(') return false;
    return VOLATILE_FUNCTIONS.has(token.upper) || (token.upper === 'UNIX_TIMESTAMP' && statement[i + 2]?.text === ')');
  });
}
