import type { Token } from '../sql/lexer.ts';

/** The decision on one statement. A refusal says what, where (UTF-16 offset) and what to do instead. */
export type Verdict =
  | { readonly allowed: true; readonly verb: string }
  | { readonly allowed: false; readonly what: string; readonly position: number; readonly instead: string };

/** Statements that may run at all; everything else is refused because it is unknown here. */
const READ_VERBS = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', '(', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'HELP']);
const QUERY_VERBS = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', '(']);

const SHOW_FORMS = new Set(
  (
    'DATABASES SCHEMAS TABLES TABLE OPEN COLUMNS FIELDS INDEX INDEXES KEYS FULL EXTENDED CREATE STATUS VARIABLES GLOBAL SESSION ' +
    'PROCESSLIST ENGINES ENGINE WARNINGS ERRORS COUNT GRANTS TRIGGERS EVENTS PROCEDURE FUNCTION PACKAGE CHARACTER CHARSET COLLATION ' +
    'PLUGINS PRIVILEGES STORAGE REPLICA REPLICAS SLAVE BINARY MASTER BINLOG PROFILE PROFILES ALL LOCALES'
  ).split(' '),
);

/** Functions that reach outside the database, hold a lock, wait, or change session state; the guard's second pass is the session itself. */
const REFUSED_FUNCTIONS = new Set(
  (
    'LOAD_FILE GET_LOCK RELEASE_LOCK RELEASE_ALL_LOCKS SLEEP BENCHMARK MASTER_POS_WAIT SOURCE_POS_WAIT MASTER_GTID_WAIT ' +
    'WAIT_FOR_EXECUTED_GTID_SET WAIT_UNTIL_SQL_THREAD_AFTER_GTIDS LAST_INSERT_ID NEXTVAL SETVAL LASTVAL SYS_EXEC SYS_EVAL SYS_SET ' +
    'SYS_GET ASYNCHRONOUS_CONNECTION_FAILOVER_ADD_SOURCE ASYNCHRONOUS_CONNECTION_FAILOVER_DELETE_SOURCE GROUP_REPLICATION_SET_AS_PRIMARY ' +
    'GROUP_REPLICATION_SWITCH_TO_SINGLE_PRIMARY_MODE GROUP_REPLICATION_SWITCH_TO_MULTI_PRIMARY_MODE KEYRING_KEY_STORE KEYRING_KEY_REMOVE ' +
    'KEYRING_KEY_GENERATE KEYRING_KEY_FETCH SERVICE_GET_READ_LOCKS SERVICE_GET_WRITE_LOCKS SERVICE_RELEASE_LOCKS VERSION_TOKENS_SET ' +
    'AUDIT_LOG_FILTER_SET_FILTER AUDIT_LOG_ENCRYPTION_PASSWORD_SET'
  ).split(' '),
);

const REFUSED_HINTS = /\b(?:SET_VAR|RESOURCE_GROUP|MAX_EXECUTION_TIME)\b/i;

const ONLY_READS = 'This connection is read-only: use SELECT, SHOW, DESCRIBE or EXPLAIN.';

/** Decides whether a single statement (tokens without separators) may run on a read-only connection. */
export function judgeRead(statement: readonly Token[]): Verdict {
  const first = statement[0];
  if (first === undefined) return { allowed: false, what: 'An empty statement', position: 0, instead: 'Send one SQL statement.' };
  const verb = keyword(first);
  if (!READ_VERBS.has(verb)) return refuse(verb === 'USE' ? 'USE' : first.text, first, insteadOf(verb));
  return judgeForm(verb, statement) ?? judgeClauses(statement) ?? { allowed: true, verb: verb === '(' ? 'SELECT' : verb };
}

function judgeForm(verb: string, statement: readonly Token[]): Verdict | undefined {
  const second = statement[1];
  if (verb === 'SHOW') {
    if (second === undefined || !SHOW_FORMS.has(second.upper)) {
      return refuse(`SHOW ${second?.text ?? ''}`.trim(), second ?? statement[0], 'Use a SHOW form that the manual lists.');
    }
    // MariaDB shows the account's password hash in both.
    if (second.upper === 'GRANTS' || (second.upper === 'CREATE' && statement[2]?.upper === 'USER')) {
      return refuse('SHOW GRANTS or SHOW CREATE USER', second, 'It can show password hashes; use information_schema.schema_privileges.');
    }
  }
  if (verb === 'EXPLAIN' || verb === 'DESCRIBE' || verb === 'DESC') return judgeExplain(statement);
  return undefined;
}

/** EXPLAIN of a query or of a table's columns; ANALYZE runs the statement and is left out until reads can be told apart from all else. */
function judgeExplain(statement: readonly Token[]): Verdict | undefined {
  let i = 1;
  while (['EXTENDED', 'PARTITIONS', 'FORMAT'].includes(keyword(statement[i]))) {
    i += keyword(statement[i]) === 'FORMAT' && statement[i + 1]?.text === '=' ? 3 : 1;
  }
  const target = statement[i];
  const word = keyword(target);
  if (word === 'ANALYZE') return refuse('EXPLAIN ANALYZE', target, 'It runs the statement; use EXPLAIN without ANALYZE.');
  if (['INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'INTO', 'CALL', 'SET'].includes(word)) {
    return refuse(`EXPLAIN of ${word}`, target, 'Explain the equivalent SELECT.');
  }
  if (QUERY_VERBS.has(word) || word === 'FOR') return undefined;
  if (target?.kind === 'word' || target?.kind === 'quotedName') return undefined;
  return refuse('This form of EXPLAIN', target ?? statement[0], 'Use EXPLAIN SELECT … or DESCRIBE table.');
}

function judgeClauses(statement: readonly Token[]): Verdict | undefined {
  for (const [i, token] of statement.entries()) {
    const next = statement[i + 1];
    const called = next?.text === '(';
    if (token.kind === 'hint' && REFUSED_HINTS.test(token.text)) {
      return refuse('A hint that changes variables or limits', token, 'Leave the hint out.');
    }
    if (token.text === ':=') return refuse('An assignment (:=)', token, 'Use a window function or a common table expression.');
    // A quoted name before a parenthesis is the same function; `mysql`.`sleep`() would be a stored one, and is refused, too.
    if (called && (token.kind === 'word' || token.kind === 'quotedName') && REFUSED_FUNCTIONS.has(token.upper)) {
      if (token.upper !== 'LAST_INSERT_ID' || statement[i + 2]?.text !== ')') {
        return refuse(`The function ${token.upper}()`, token, 'Leave it out: it locks, waits, reaches outside or changes the session.');
      }
    }
    const refused = judgeKeyword(keyword(token), token, next, called);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function judgeKeyword(word: string, token: Token, next: Token | undefined, called: boolean): Verdict | undefined {
  switch (word) {
    case 'INTO':
      return refuse('INTO', token, 'The rows come back as the result; leave INTO out.');
    case 'FOR':
      if (['UPDATE', 'SHARE'].includes(keyword(next))) return refuse(`FOR ${keyword(next)}`, token, 'Leave the locking clause out.');
      return undefined;
    case 'LOCK':
      return keyword(next) === 'IN' ? refuse('LOCK IN SHARE MODE', token, 'Leave the locking clause out.') : undefined;
    case 'UPDATE':
    case 'DELETE':
      return refuse(word, token, ONLY_READS);
    case 'INSERT':
    case 'REPLACE':
      return called ? undefined : refuse(word, token, ONLY_READS);
    case 'PROCEDURE':
      return ['ANALYSE', 'ANALYZE'].includes(keyword(next)) ? refuse('PROCEDURE ANALYSE', token, 'Leave the clause out.') : undefined;
    default:
      return undefined;
  }
}

/** The upper-case word if the token can be a keyword, else '' (or the parenthesis itself). */
function keyword(token: Token | undefined): string {
  if (token === undefined) return '';
  if (token.text === '(') return '(';
  return token.kind === 'word' && !token.afterDot ? token.upper : '';
}

function insteadOf(verb: string): string {
  return verb === 'USE' ? 'Pass the database as the `database` argument; sessions keep no state.' : ONLY_READS;
}

function refuse(what: string, token: Token | undefined, instead: string): Verdict {
  return { allowed: false, what, position: token?.start ?? 0, instead };
}
