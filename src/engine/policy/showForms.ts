import type { Token } from '../sql/lexer.ts';
import { keyword, refuse, type Refusal } from './verdict.ts';

/**
 * Every form of SHOW that only tells, by its first words. `A|B` is a choice, `[A]` may be missing, `*` is any token.
 * @see https://dev.mysql.com/doc/refman/9.7/en/show.html
 * @see https://mariadb.com/docs/server/reference/sql-statements/administrative-sql-statements/show
 */
const FORMS = `
ALL SLAVES|REPLICAS STATUS
ANALYZE FOR|FORMAT
AUTHORS
BINARY LOG STATUS
BINARY|MASTER LOGS
BINLOG EVENTS|STATUS
CHARACTER SET
CHARSET
CLIENT_STATISTICS
COLLATION
[EXTENDED] [FULL] COLUMNS|FIELDS FROM|IN
CONTRIBUTORS
COUNT ( * ) ERRORS|WARNINGS
CREATE DATABASE|SCHEMA|TABLE|VIEW|PROCEDURE|FUNCTION|TRIGGER|EVENT|SEQUENCE|PACKAGE|LIBRARY
DATABASES|SCHEMAS
ENGINE * STATUS|MUTEX|LOGS
[STORAGE] ENGINES
ERRORS|WARNINGS
EVENTS|TRIGGERS
EXPLAIN FOR|FORMAT
FUNCTION|PROCEDURE|PACKAGE|LIBRARY STATUS|CODE
GRANTS
INDEX_STATISTICS
[EXTENDED] INDEX|INDEXES|KEYS FROM|IN
LOCALES
MASTER STATUS
OPEN TABLES
PACKAGE BODY STATUS|CODE
PLUGINS
PRIVILEGES
[FULL] PROCESSLIST
PROFILE|PROFILES
QUERY_RESPONSE_TIME
RELAYLOG EVENTS
RELAYLOG * EVENTS
REPLICAS
REPLICA|SLAVE HOSTS|STATUS
REPLICA|SLAVE * STATUS
[GLOBAL|SESSION|LOCAL] STATUS|VARIABLES
TABLE STATUS
TABLE_STATISTICS
[EXTENDED] [FULL] TABLES
USER_STATISTICS
WSREP_MEMBERSHIP|WSREP_STATUS`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

/** `statement` starts with SHOW. */
export function judgeShow(statement: readonly Token[]): Refusal | undefined {
  const [show, second, third] = statement;
  if (keyword(second) === 'GRANTS') return judgeGrants(statement.slice(2));
  if (keyword(second) === 'CREATE' && ['USER', 'SERVER'].includes(keyword(third))) {
    return refuse(`SHOW CREATE ${keyword(third)}`, second, 'It shows a password or its hash; ask an administrator.');
  }
  if (FORMS.some((form) => matches(form, statement.slice(1)))) return undefined;
  const words = statement.slice(1, 3).map(({ text }) => text);
  return refuse(['SHOW', ...words].join(' '), second ?? show, 'Use a SHOW form of the manual that only tells.');
}

/** The account's own rights only. */
function judgeGrants(rest: readonly Token[]): Refusal | undefined {
  const words = rest.map((token) => token.upper);
  if (['', 'FOR CURRENT_USER', 'FOR CURRENT_USER ( )', 'FOR CURRENT_ROLE'].includes(words.join(' '))) return undefined;
  return refuse('SHOW GRANTS for another account', rest[0], 'Use SHOW GRANTS, which tells your own rights.');
}

function matches(form: readonly string[], tokens: readonly Token[]): boolean {
  let i = 0;
  for (const part of form) {
    const token = tokens[i];
    const optional = part.startsWith('[');
    const choice = part.replaceAll(/[[\]]/g, '').split('|');
    const fits = token !== undefined && (part === '*' ? !['('].includes(token.text) : choice.includes(keyword(token) || token.text));
    if (fits) i++;
    else if (!optional) return false;
  }
  return true;
}
