import type { SessionPool } from '../../driver/sessionPool.ts';
import type { Session } from '../../driver/session.ts';
import { PilotError } from '../../errors.ts';
import { ParseError } from '../../sql/lexer/parseError.ts';
import type { Expression } from '../../sql/ast/expressions.ts';
import type { Statement, VariableAssignment } from '../../sql/ast/statements.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { checkedText, sql as ownSql } from '../../sql/ownSql.ts';
import { parseStatements } from '../../sql/parser/parse.ts';
import { print } from '../../sql/printer/print.ts';
import { agentDialect } from './agentDialect.ts';
import { parseReads } from './parseReads.ts';
import type { ReadAuthorizer } from './readAuthorizer.ts';

/** Settings that change nothing but how a session reads, counts and shows. What is not here stays as it is: `transaction_read_only`, and `sql_mode`, by which statements are judged. */
const SETTINGS = new Set(
  (
    'time_zone lc_time_names character_set_client character_set_connection character_set_results collation_connection autocommit ' +
    'sql_select_limit sql_big_selects max_join_size group_concat_max_len div_precision_increment default_week_format timestamp rand_seed1 rand_seed2 ' +
    'max_execution_time max_statement_time net_read_timeout net_write_timeout wait_timeout interactive_timeout lock_wait_timeout ' +
    'innodb_lock_wait_timeout cte_max_recursion_depth max_recursive_iterations max_error_count sql_notes optimizer_switch profiling ' +
    'profiling_history_size tx_isolation transaction_isolation join_buffer_size sort_buffer_size tmp_table_size max_heap_table_size'
  ).split(' '),
);

/**
 * What a person may run on a connection that is read-only for them: reads, judged as those of agents are, and what changes their session alone. Resolves to the text that is sent, which is
 * printed from what was judged. Throws `statement.refused` for all else.
 */
export async function authorizeForPeople(
  { pool, authorizer }: { readonly pool: SessionPool; readonly authorizer: ReadAuthorizer },
  sql: string,
  database: string | undefined,
): Promise<string> {
  return pool.withSession(database, async (session) => {
    const dialect = agentDialect(session.server);
    const statement = parseOne(sql, dialect);
    if (statement === undefined || !SESSION_STATEMENTS.has(statement.kind)) return authorizeRead({ session, authorizer, database }, sql);
    for (const value of judgeSessionStatement(statement))
      await authorizeRead({ session, authorizer, database }, ownSql`SELECT ${checkedText(print(value, dialect))}`);
    return print(statement, dialect);
  });
}

const SESSION_STATEMENTS = new Set<Statement['kind']>(['use', 'transaction', 'set', 'setTransaction']);

function parseOne(sql: string, dialect: Dialect): Statement | undefined {
  try {
    const [statement, second] = parseStatements(sql, dialect);
    return second === undefined ? statement : undefined;
  } catch (error) {
    if (error instanceof ParseError) return undefined; // which the judge of reads words
    throw error;
  }
}

async function authorizeRead(
  {
    session,
    authorizer,
    database,
  }: { readonly session: Session; readonly authorizer: ReadAuthorizer; readonly database: string | undefined },
  sql: string,
): Promise<string> {
  const [read, second] = parseReads(sql, { ...authorizer.rules, dialect: agentDialect(session.server), database });
  if (read === undefined || second !== undefined) throw refused('Several statements in one');
  return (await authorizer.authorize(session, sql, read)).sql;
}

/** The values that it reads, which are judged as the columns of a SELECT. */
function judgeSessionStatement(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'use':
      return [];
    case 'transaction':
      if (statement.options.includes('READ WRITE')) throw refused('START TRANSACTION READ WRITE');
      return [];
    case 'setTransaction':
      if (statement.scope === 'GLOBAL' || statement.characteristics.includes('READ WRITE')) throw refused('This SET TRANSACTION');
      return [];
    case 'set':
      return statement.assignments.flatMap(judgeAssignment);
    default:
      throw refused('This statement');
  }
}

function judgeAssignment({ target, scope, form, value }: VariableAssignment): readonly Expression[] {
  if (form !== 'variable') return []; // names of character sets
  const isWord = value.kind === 'defaultValue' || value.kind === 'column'; // DEFAULT, ON, SYSTEM, latin1
  if (target.kind === 'userVariable') return [value];
  const scopes = target.kind === 'systemVariable' ? [scope, target.scope] : [scope];
  if (scopes.some((one) => one !== undefined && one !== 'SESSION' && one !== 'LOCAL')) throw refused('SET of a variable of the server');
  const name = target.kind === 'systemVariable' && target.base === undefined ? target.name.name : target.kind === 'name' ? target.name : '';
  if (!SETTINGS.has(name.toLowerCase())) throw refused(['SET', name].join(' '));
  return isWord ? [] : [value];
}

function refused(what: string): PilotError {
  return new PilotError('statement.refused', `${what} isn't allowed, because the connection is read-only for everyone. Nothing was run.`, {
    advice: 'statement.readsOrSession',
    untrusted: true,
  });
}
