import type { Dialect } from './lexer/dialect.ts';

const BOTH = `ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD DATE_SUB EXTRACT GROUP_CONCAT JSON_ARRAYAGG JSON_OBJECTAGG MAX
MID MIN NOW POSITION SESSION_USER STD STDDEV STDDEV_POP STDDEV_SAMP SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM VARIANCE VAR_POP
VAR_SAMP`;
const MYSQL = 'ST_COLLECT';
const MARIADB = `ADD_MONTHS CUME_DIST DATE_FORMAT DECODE DENSE_RANK FIRST_VALUE JSON_TABLE LAG LEAD MEDIAN NTH_VALUE NTILE PERCENTILE_CONT
PERCENTILE_DISC PERCENT_RANK RANK TRIM_ORACLE`;

const ADJACENT = {
  mysql: new Set(`${BOTH} ${MYSQL}`.split(/\s+/)),
  mariadb: new Set(`${BOTH} ${MARIADB}`.split(/\s+/)),
};

/**
 * True for the names, in upper case, that mean the built-in function only where the parenthesis follows at once; behind a blank they are names
 * like others, unless the mode IGNORE_SPACE is on.
 */
export function mustBeAdjacent(name: string, { flavor }: Dialect): boolean {
  return ADJACENT[flavor].has(name);
}
