import { interpretStatements } from '../sql/lexer/interpretations.ts';
import { ParseError } from '../sql/lexer/parseError.ts';
import { signOf, type Token } from '../sql/lexer/tokens.ts';

/** What lives in a session and is lost with it. */
export type SessionContent =
  | 'transaction'
  | 'temporaryTables'
  | 'locks'
  /** Those that UNLOCK TABLES gives back. */
  | 'tableLocks'
  /** Of XA: it stays on the server when its session ends. */
  | 'preparedTransaction'
  | 'userVariables'
  | 'settings'
  | 'preparedStatements'
  | 'handlers'
  | 'database'
  /** What a routine or a prepared statement has left, which its call does not tell. */
  | 'routines'
  /** LAST_INSERT_ID() and ROW_COUNT(). */
  | 'counts';

/** What a statement does to an open transaction. `commits`: it ends it unasked. `unknown`: its text does not tell. */
export type TransactionEffect = 'keeps' | 'commits' | 'begins' | 'commit' | 'rollback' | 'autocommit' | 'unknown';

/** What a program does to it, by all that it runs. `ends`: it commits or rolls back. `mayEnd`: not all of it can be read. */
export type ProgramEffect = 'keeps' | 'commits' | 'ends' | 'mayEnd';

/** Statements behind which an open transaction is still open, by their first word. What is not here commits it, as most statements do that are not listed. */
const KEEPS = new Set(
  (
    '( SELECT WITH TABLE VALUES INSERT UPDATE DELETE REPLACE SHOW EXPLAIN DESCRIBE DESC USE SAVEPOINT RELEASE DO HANDLER PREPARE DEALLOCATE ' +
    'HELP SIGNAL RESIGNAL GET KILL CHECKSUM'
  ).split(' '),
);
/** Those that run what their text does not show. IF and the like are blocks of MariaDB. */
const OPAQUE = new Set('CALL EXECUTE BINLOG IF CASE LOOP WHILE REPEAT FOR DECLARE'.split(' '));
const TABLE_OF_ANALYZE = new Set(['TABLE', 'TABLES', 'LOCAL', 'NO_WRITE_TO_BINLOG']);
/** TEMPORARY stands behind CREATE, CREATE OR REPLACE and DROP. */
const HEAD = 5;

/** What a statement does to the transaction that is open when it runs; the worst of the ways in which a server may read it. */
export function transactionEffect(sql: string): TransactionEffect {
  const effects = new Set(interpretationsOf(sql)?.map(effectOf) ?? ['unknown']);
  for (const worst of ['commits', 'begins', 'unknown', 'autocommit', 'commit', 'rollback'] as const) if (effects.has(worst)) return worst;
  return 'keeps';
}

function effectOf(statement: readonly Token[]): TransactionEffect {
  const [verb = '', second = '', third = ''] = statement.slice(0, 3).map(wordOf);
  if (statement.length === 0 || KEEPS.has(verb)) return 'keeps';
  if (OPAQUE.has(verb)) return 'unknown';
  switch (verb) {
    case 'COMMIT':
      return 'commit';
    case 'XA':
      return second === 'RECOVER' ? 'keeps' : 'commit'; // the server refuses those that don't fit
    case 'ROLLBACK':
      return statement.some((token) => wordOf(token) === 'TO') ? 'keeps' : 'rollback';
    case 'BEGIN':
      return second === 'NOT' ? 'unknown' : 'begins';
    case 'START':
      return second === 'TRANSACTION' ? 'begins' : 'commits';
    case 'SET':
      if (second === 'PASSWORD' || second === 'DEFAULT') return 'commits';
      if (second === 'STATEMENT') return 'unknown';
      return statement.some(({ kind, text }) => (kind === 'word' || kind === 'quotedName') && text.toUpperCase().endsWith('AUTOCOMMIT'))
        ? 'autocommit'
        : 'keeps';
    case 'LOAD':
      return second === 'INDEX' ? 'commits' : 'keeps';
    case 'ANALYZE':
      return TABLE_OF_ANALYZE.has(second) ? 'commits' : 'keeps';
    case 'LOCK':
    case 'UNLOCK':
      return second === 'INSTANCE' ? 'keeps' : 'commits';
    case 'CREATE':
    case 'DROP':
      return isOfSession(second, third, wordOf(statement[3])) ? 'keeps' : 'commits';
    default:
      return 'commits';
  }
}

/** CREATE and DROP of what only this session has. */
function isOfSession(second: string, third: string, fourth: string): boolean {
  return second === 'TEMPORARY' || second === 'PREPARE' || (second === 'OR' && third === 'REPLACE' && fourth === 'TEMPORARY');
}

/** What a statement that is no plain read may leave in its session; a text that can't be read may leave anything. */
export function contentsOf(sql: string): readonly SessionContent[] {
  const interpretations = interpretationsOf(sql);
  return interpretations === undefined ? ['routines'] : [...new Set(interpretations.flatMap(leftBy))];
}

function leftBy(statement: readonly Token[]): SessionContent[] {
  const words = statement.map(wordOf);
  const [verb = '', second = ''] = words;
  const found: SessionContent[] = [];
  const has = (word: string): boolean => words.includes(word);
  if (words.slice(0, HEAD).includes('TEMPORARY') && verb !== 'DROP') found.push('temporaryTables');
  found.push(...locksOf(verb, second, has));
  const names = statement.some(({ kind }) => kind === 'userVariable');
  if (names && (verb === 'SET' || has('INTO') || statement.some((token) => signOf(token) === ':='))) found.push('userVariables');
  switch (verb) {
    case 'USE':
      found.push('database');
      break;
    case 'SET':
      if (!isUserVariables(statement)) found.push('settings');
      break;
    case 'PREPARE':
      found.push('preparedStatements');
      break;
    case 'HANDLER':
      found.push('handlers');
      break;
    case 'XA':
      if (second === 'PREPARE') found.push('preparedTransaction');
      break; // the flags tell the others
    case 'CALL':
    case 'EXECUTE':
    case 'DO':
      found.push('routines');
      break;
    case 'BEGIN':
      found.push(...leftByBegin(second));
      break;
    case 'COMMIT':
    case 'ROLLBACK':
    case 'SAVEPOINT':
    case 'RELEASE':
    case 'START':
    case 'UNLOCK':
    case 'DEALLOCATE':
      break; // an open transaction is known by the server's flags
    default:
      found.push(OPAQUE.has(verb) || (!KEEPS.has(verb) && second === '' && statement[1]?.kind !== 'word') ? 'routines' : 'counts');
  }
  return found;
}

function locksOf(verb: string, second: string, has: (word: string) => boolean): readonly SessionContent[] {
  if (has('GET_LOCK') || verb === 'BACKUP' || (verb === 'LOCK' && second === 'INSTANCE')) return ['locks'];
  return verb === 'LOCK' || (verb === 'FLUSH' && (has('LOCK') || has('EXPORT'))) ? ['tableLocks'] : [];
}

/** What a statement that has succeeded has given back. */
export function releasedBy(sql: string): readonly SessionContent[] {
  const [statement, ...others] = interpretationsOf(sql) ?? [];
  if (statement === undefined || others.length > 0) return [];
  const [verb = '', second = ''] = statement.slice(0, 2).map(wordOf);
  if (verb === 'UNLOCK' && second !== 'INSTANCE') return ['tableLocks'];
  return verb === 'XA' && (second === 'COMMIT' || second === 'ROLLBACK') ? ['preparedTransaction'] : [];
}

/** BEGIN NOT ATOMIC is a program of MariaDB; any other begins a transaction. */
function leftByBegin(second: string): readonly SessionContent[] {
  return second === 'NOT' ? ['routines'] : [];
}

/** SET of user variables and nothing else: the first target tells, and every other stands behind a comma. */
function isUserVariables(statement: readonly Token[]): boolean {
  let depth = 0;
  let atTarget = true;
  for (const token of statement.slice(1)) {
    if (atTarget && token.kind !== 'userVariable') return false;
    const sign = signOf(token);
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    atTarget = depth === 0 && sign === ',';
  }
  return true;
}

/** The keyword, or the parenthesis. By words and not by the tree: a person's server may know statements that our parser does not. */
function wordOf(token: Token | undefined): string {
  return signOf(token) === '(' ? '(' : (token?.keyword ?? '');
}

function interpretationsOf(sql: string): readonly (readonly Token[])[] | undefined {
  try {
    return interpretStatements(sql)[0]?.interpretations ?? [];
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
