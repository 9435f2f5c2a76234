import type { Token } from '../sql/lexer.ts';
import type { WriteClass } from '../sql/statementClasses.ts';
import { judgeCredentials } from './credentials.ts';
import { objectOf } from './ddlObject.ts';
import { collectReferences } from './references.ts';
import { judgeHintPlace, judgeTokenAt } from './tokens.ts';
import { isName, keyword, refuse, type Refusal, type Surroundings } from './verdict.ts';

/** A statement that may be run, once its classes are open. */
interface AllowedWrite {
  readonly allowed: true;
  readonly verb: string;
  /** All that the user must have opened for it. */
  readonly classes: readonly WriteClass[];
  /** INSERT, REPLACE, UPDATE or DELETE: changes rows and, where the tables can, is rolled back. The others commit by themselves. */
  readonly rows: boolean;
}

/** Whether a statement is one that can be written, and what it needs. */
export type WriteVerdict = AllowedWrite | { readonly allowed: false; readonly refusal: Refusal };

const READS = new Set(['SELECT', 'TABLE', 'VALUES', '(', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'HELP', 'CHECKSUM']);
const ROW_VERBS = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);
/** What is written to these is the server's own: accounts, settings of its instruments. (information_schema cannot be written to.) */
const OWN_DATABASES = new Set(['mysql', 'sys', 'performance_schema']);

const NO_STATE = 'Every call has a session of its own: leave the statement out; several statements of one call are one transaction.';
const NEVER = 'No connection lets an agent do this: give the statement to the user.';

const REFUSED: ReadonlyMap<string, string> = new Map([
  ...[
    'BEGIN',
    'START',
    'COMMIT',
    'ROLLBACK',
    'SAVEPOINT',
    'RELEASE',
    'XA',
    'USE',
    'LOCK',
    'UNLOCK',
    'PREPARE',
    'EXECUTE',
    'DEALLOCATE',
  ].map((verb): [string, string] => [verb, NO_STATE]),
  ['DO', 'Use mysql_query with SELECT.'],
  ['HANDLER', 'Use mysql_query with SELECT.'],
  ['LOAD', 'It reads a file of the server: write the rows into an INSERT.'],
]);

/** Statements about the server and its accounts that may be opened; what is not here is refused. */
const ADMINISTRATION = new Set(['GRANT', 'REVOKE', 'KILL', 'FLUSH', 'PURGE']);
/** Whole databases, and programs, whose texts may reach more than they name. */
const WIDE_OBJECTS = new Set(['DATABASE', 'SCHEMA', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT']);
/** Without TABLE behind it MariaDB's ANALYZE is another statement: it runs what follows. */
const MAINTENANCE = new Set(['ANALYZE', 'OPTIMIZE', 'CHECK', 'REPAIR']);

/** Decides what a statement that changes something is. Whether it may run depends on the connection's access to its classes. */
export function judgeWrite(statement: readonly Token[], surroundings: Surroundings = {}): WriteVerdict {
  for (const i of statement.keys()) {
    const misplaced = judgeHintPlace(statement, i);
    if (misplaced !== undefined) return { allowed: false, refusal: misplaced };
  }
  const judged = judgeVerb(statement, surroundings);
  if ('classes' in judged && surroundings.outOfReach !== undefined) {
    const hidden = judgeWithTableRules(judged, statement);
    if (hidden !== undefined) return { allowed: false, refusal: hidden };
  }
  return 'what' in judged ? { allowed: false, refusal: judged } : judged;
}

function judgeVerb(statement: readonly Token[], surroundings: Surroundings): AllowedWrite | Refusal {
  const [first, second] = statement;
  const verb = keyword(first);
  if (first === undefined) return refuse('An empty statement', undefined, 'Send one SQL statement.');
  if (READS.has(verb)) return refuse(`${first.text} in mysql_execute`, first, 'Use mysql_query for reads.');
  if (verb === 'WITH') {
    const at = verbBehindWith(statement);
    if (at === undefined) return refuse('A read in mysql_execute', first, 'Use mysql_query for reads.');
    return judgeRows(keyword(statement[at]), at, statement, surroundings);
  }
  if (ROW_VERBS.has(verb)) return judgeRows(verb, 0, statement, surroundings);
  if (verb === 'CALL') return judgeCallStatement(statement, surroundings);
  if (verb === 'TRUNCATE') return judgeDefinition(verb, ['ddl', 'delete'], statement, surroundings);
  if (['CREATE', 'ALTER', 'DROP', 'RENAME'].includes(verb)) return judgeDefinitionOf(verb, statement, surroundings);
  if (MAINTENANCE.has(verb)) {
    const object = ['LOCAL', 'NO_WRITE_TO_BINLOG'].includes(keyword(second)) ? statement[2] : second;
    if (['TABLE', 'TABLES'].includes(keyword(object))) return { allowed: true, verb, classes: ['administration'], rows: false };
    return refuse(`${first.text} ${object?.text ?? ''}`.trimEnd(), first, `Write ${verb} TABLE name.`);
  }
  if (ADMINISTRATION.has(verb)) return { allowed: true, verb, classes: ['administration'], rows: false };
  if (verb === 'SET') {
    const global =
      ['GLOBAL', 'PERSIST', 'PERSIST_ONLY'].includes(keyword(second)) || /^@@(?:global|persist|persist_only)\./i.test(second?.text ?? '');
    const account = keyword(second) === 'PASSWORD' || (keyword(second) === 'DEFAULT' && keyword(statement[2]) === 'ROLE');
    if (global || account) return { allowed: true, verb, classes: ['administration'], rows: false };
    return refuse('SET of the session', first, NO_STATE);
  }
  return refuse(first.text, first, REFUSED.get(verb) ?? NEVER);
}

/** What could reach a table without naming it. */
function judgeWithTableRules({ verb, rows }: AllowedWrite, statement: readonly Token[]): Refusal | undefined {
  if (verb === 'CALL') return refuse('CALL on a connection with rules on tables', statement[0], 'Write the statements of the procedure.');
  const object = rows || !['CREATE', 'ALTER', 'DROP', 'RENAME'].includes(verb) ? undefined : objectOf(statement);
  if (object === undefined || 'what' in object || !WIDE_OBJECTS.has(object.kind)) return undefined;
  return refuse(`${verb} ${object.kind} on a connection with rules on tables`, statement[0], NEVER);
}

function judgeDefinitionOf(verb: string, statement: readonly Token[], surroundings: Surroundings): AllowedWrite | Refusal {
  const object = objectOf(statement);
  if ('what' in object) return object;
  if (object.account) return { allowed: true, verb, classes: ['administration'], rows: false };
  const words = new Set(statement.map(keyword));
  const onPartitions =
    words.has('TRUNCATE') || words.has('DISCARD') || words.has('EXCHANGE') || (words.has('DROP') && words.has('PARTITION'));
  const deletes = object.drops || (verb === 'ALTER' && object.kind === 'TABLE' && onPartitions);
  const inserts = verb === 'CREATE' && object.kind === 'TABLE' && ['SELECT', 'VALUES', 'WITH'].some((word) => words.has(word));
  return judgeDefinition(
    verb,
    ['ddl', ...(deletes ? (['delete'] as const) : []), ...(inserts ? (['insert'] as const) : [])],
    statement,
    surroundings,
  );
}

/** A statement that changes rows: in its expressions and queries stands what may stand in a read, and nothing else. */
function judgeRows(verb: string, at: number, statement: readonly Token[], surroundings: Surroundings): AllowedWrite | Refusal {
  const into = intoOf(statement, at);
  for (const i of statement.keys()) {
    const refusal = judgeTokenAt(statement, i, surroundings, { writes: true, into: i === into });
    if (refusal !== undefined) return refusal;
  }
  const returning = topLevel(statement, (word) => word === 'RETURNING');
  if (returning !== undefined)
    return refuse('RETURNING', statement[returning], 'Leave it out: the answer counts the rows; read them with mysql_query.');
  // Rows that the period cuts in two are added besides.
  const portion = topLevel(statement, (word, next) => word === 'FOR' && next === 'PORTION');
  if (portion !== undefined) return refuse('FOR PORTION OF', statement[portion], 'Change the rows by their keys.');
  const refusal = judgeCredentials(statement, surroundings.database) ?? judgeDatabases(statement, surroundings);
  if (refusal !== undefined) return refusal;
  return { allowed: true, verb, classes: rowClasses(verb, statement), rows: true };
}

function rowClasses(verb: string, statement: readonly Token[]): WriteClass[] {
  if (verb === 'UPDATE') return ['update'];
  if (verb === 'DELETE') return ['delete'];
  if (verb === 'REPLACE') return ['insert', 'delete'];
  return topLevel(statement, (word, next) => word === 'ON' && next === 'DUPLICATE') === undefined ? ['insert'] : ['insert', 'update'];
}

/** The index of the INTO that names the table of an INSERT; -1 for none. */
function intoOf(statement: readonly Token[], verbAt: number): number {
  if (!['INSERT', 'REPLACE'].includes(keyword(statement[verbAt]))) return -1;
  let i = verbAt + 1;
  while (['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'IGNORE'].includes(keyword(statement[i])) || statement[i]?.kind === 'hint') i++;
  return keyword(statement[i]) === 'INTO' ? i : -1;
}

/** The words of a definition are not judged one by one (a person reads them), but what reaches outside of the database is refused. */
function judgeDefinition(
  verb: string,
  classes: readonly WriteClass[],
  statement: readonly Token[],
  surroundings: Surroundings,
): AllowedWrite | Refusal {
  for (const [i, token] of statement.entries()) {
    const following = keyword(statement[i + 1]);
    const word = keyword(token);
    if (['OUTFILE', 'DUMPFILE', 'SONAME', 'LOAD_FILE'].includes(word)) return refuse(word, token, NEVER);
    if (['DATA', 'INDEX'].includes(word) && following === 'DIRECTORY')
      return refuse(`${word} DIRECTORY`, token, 'Leave the place of the files to the server.');
    if (word === 'CONNECTION' && (statement[i + 1]?.kind === 'string' || statement[i + 1]?.text === '=')) {
      return refuse('A table of another server', token, NEVER);
    }
    const engine = word === 'ENGINE' ? (statement[i + 1]?.text === '=' ? statement[i + 2] : statement[i + 1]) : undefined;
    if (engine !== undefined && /^['"]?(?:FEDERATED|FEDERATEDX|CONNECT|SPIDER|CSV|S3)['"]?$/i.test(engine.text)) {
      return refuse(`ENGINE=${engine.text}`, engine, 'Its rows are elsewhere: use InnoDB.');
    }
  }
  return judgeDatabases(statement, surroundings) ?? { allowed: true, verb, classes, rows: false };
}

function judgeCallStatement(statement: readonly Token[], surroundings: Surroundings): AllowedWrite | Refusal {
  const open = statement.findIndex(({ text }) => text === '(');
  for (let i = open + 1; open >= 0 && i < statement.length; i++) {
    const refusal = judgeTokenAt(statement, i, surroundings);
    if (refusal !== undefined) return refusal;
  }
  const own = judgeDatabases(statement, surroundings);
  return { allowed: true, verb: 'CALL', classes: own === undefined ? ['call'] : ['call', 'administration'], rows: false };
}

/** Columns that are qualified with an alias of such a name are refused as well: nobody calls a table `mysql`. */
function judgeDatabases(statement: readonly Token[], { database }: Surroundings): Refusal | undefined {
  const named = collectReferences(statement).map((reference) => reference.database ?? database);
  const own = named.find((name) => name !== undefined && OWN_DATABASES.has(name.toLowerCase()));
  const token = statement.find((one) => isName(one) && one.text === own);
  return own === undefined ? undefined : refuse(`A write that names the server's own database ${own}`, token ?? statement[0], NEVER);
}

/** The index of the write behind common table expressions. */
function verbBehindWith(statement: readonly Token[]): number | undefined {
  const at = topLevel(statement, (word) => ROW_VERBS.has(word) || ['SELECT', 'TABLE', 'VALUES'].includes(word));
  return at !== undefined && ['UPDATE', 'DELETE'].includes(keyword(statement[at])) ? at : undefined;
}

/** The first word outside of parentheses, from `from` on, that is wanted. */
export function topLevel(statement: readonly Token[], wanted: (word: string, next: string) => boolean, from = 0): number | undefined {
  let depth = 0;
  for (let i = from; i < statement.length; i++) {
    const token = statement[i];
    if (token?.text === '(') depth++;
    else if (token?.text === ')') depth--;
    else if (depth === 0 && wanted(keyword(token), keyword(statement[i + 1]))) return i;
  }
  return undefined;
}
