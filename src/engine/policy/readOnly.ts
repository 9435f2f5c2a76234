import type { Token } from '../sql/lexer.ts';
import { judgeCredentials } from './credentials.ts';
import { explainedDatabase } from './references.ts';
import { judgeShow } from './showForms.ts';
import { judgeTokenAt, ONLY_READS } from './tokens.ts';
import { keyword, refuse, type Refusal, type Surroundings } from './verdict.ts';

/**
 * `read` runs in a READ ONLY session. `plan` changes nothing, and yet such a session refuses it (the plan of a write, the text
 * of a view that calls a writing function): it runs in one that does nothing else. `checksum` reads whole tables.
 */
export type StatementKind = 'read' | 'plan' | 'checksum';

/** Whether a statement only reads; the refusal says why not. */
export type Verdict =
  { readonly allowed: true; readonly verb: string; readonly kind: StatementKind } | { readonly allowed: false; readonly refusal: Refusal };

const QUERY_VERBS = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', '(']);
const WRITE_VERBS = new Set(['INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

/** By their first word: the forms of SHOW that tell structure, settings and figures. */
const SHOWS_STRUCTURE = new Set(
  (
    'CHARACTER CHARSET COLLATION COLUMNS COUNT CREATE DATABASES ENGINES ERRORS EVENTS FIELDS FUNCTION GRANTS INDEX INDEXES KEYS PLUGINS ' +
    'PRIVILEGES PROCEDURE SCHEMAS STATUS TABLE TABLES TRIGGERS VARIABLES WARNINGS'
  ).split(' '),
);

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['USE', 'Pass the database as the `database` argument, or write database.table; sessions keep no state.'],
  ['SET', 'Sessions keep no state: put values into the statement.'],
  ['CALL', 'Procedures are not run: read the tables that it reads.'],
  ['HANDLER', 'Use SELECT.'],
  ['ANALYZE', 'ANALYZE TABLE changes statistics; to look at a plan use EXPLAIN.'],
]);

/** Decides whether one reading of a statement may run on a read-only connection. */
export function judgeRead(statement: readonly Token[], surroundings: Surroundings = {}): Verdict {
  const [first] = statement;
  const verb = keyword(first);
  const judged = judgeVerb(verb, statement);
  if ('what' in judged) return { allowed: false, refusal: judged };
  const hidden = surroundings.outOfReach === undefined ? undefined : judgeWithTableRules(verb, statement);
  if (hidden !== undefined) return { allowed: false, refusal: hidden };
  const inside = { ...surroundings, database: explainedDatabase(statement) ?? surroundings.database };
  const refusal = judgeCredentials(statement, inside.database) ?? judgeTokens(statement, judged, inside);
  return refusal === undefined ? { allowed: true, verb: verb === '(' ? 'SELECT' : verb, kind: judged.kind } : { allowed: false, refusal };
}

interface Form {
  readonly kind: StatementKind;
  /** Where the INTO of the explained INSERT stands; no other one is allowed. */
  readonly intoAt?: number;
}

function judgeVerb(verb: string, statement: readonly Token[]): Form | Refusal {
  const [first, second] = statement;
  if (first === undefined) return refuse('An empty statement', undefined, 'Send one SQL statement.');
  if (QUERY_VERBS.has(verb)) return { kind: 'read' };
  switch (verb) {
    case 'SHOW':
      return judgeShow(statement) ?? { kind: keyword(second) === 'CREATE' ? 'plan' : 'read' };
    case 'DESCRIBE':
    case 'DESC':
    case 'EXPLAIN':
      return judgeExplain(statement);
    case 'HELP':
      return statement.length === 2 && (second?.kind === 'string' || second?.kind === 'word')
        ? { kind: 'read' }
        : refuse('This form of HELP', first, "Write HELP 'topic'.");
    case 'CHECKSUM':
      return keyword(second) === 'TABLE' ? { kind: 'checksum' } : refuse('CHECKSUM', first, 'Write CHECKSUM TABLE name.');
    case 'ANALYZE': // MariaDB's form of EXPLAIN ANALYZE: it runs the query
      return judgeAnalyze(statement);
    default:
      return refuse(first.text, first, INSTEAD.get(verb) ?? ONLY_READS);
  }
}

/** What tells of rows, or of statements with their values, without naming a table. */
function judgeWithTableRules(verb: string, statement: readonly Token[]): Refusal | undefined {
  const [, second, third] = statement;
  if (verb === 'EXPLAIN' || verb === 'DESCRIBE' || verb === 'DESC') {
    const at = statement.findIndex((token, i) => keyword(token) === 'FOR' && keyword(statement[i + 1]) === 'CONNECTION');
    return at < 0 ? undefined : refuse('A plan of another session', statement[at], 'Explain a statement of your own.');
  }
  if (verb !== 'SHOW') return undefined;
  const where = statement.find((token) => keyword(token) === 'WHERE');
  if (where !== undefined) return refuse('SHOW with WHERE on a connection with rules on tables', where, 'Use LIKE.');
  const word = ['FULL', 'EXTENDED', 'GLOBAL', 'SESSION', 'LOCAL', 'STORAGE'].includes(keyword(second)) ? keyword(third) : keyword(second);
  return SHOWS_STRUCTURE.has(word)
    ? undefined
    : refuse(`SHOW ${word} on a connection with rules on tables`, second, 'It may tell what others read or write.');
}

/** `EXPLAIN [EXTENDED | PARTITIONS] [ANALYZE] [FORMAT = …] [FOR …] statement`, or the columns of a table. */
function judgeExplain(statement: readonly Token[]): Form | Refusal {
  let i = 1;
  let analyze = false;
  for (;;) {
    const word = keyword(statement[i]);
    if (word === 'FORMAT' && statement[i + 1]?.text === '=') i += 3;
    else if (word === 'FOR' && ['SCHEMA', 'DATABASE'].includes(keyword(statement[i + 1]))) i += 3;
    else if (['EXTENDED', 'PARTITIONS', 'ANALYZE'].includes(word) && statement[i + 1] !== undefined) {
      if (word === 'ANALYZE') analyze = true;
      i++;
    } else break;
  }
  const target = statement[i];
  const word = keyword(target);
  if (QUERY_VERBS.has(word)) {
    const write = topLevelWrite(statement, i);
    if (write === undefined) return { kind: 'read' };
    return analyze ? refuseAnalyze(write) : { kind: 'plan' };
  }
  if (WRITE_VERBS.has(word)) {
    if (analyze) return refuseAnalyze(target);
    let into = i + 1;
    while (['LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'IGNORE'].includes(keyword(statement[into]))) into++;
    return { kind: 'plan', intoAt: word === 'INSERT' || word === 'REPLACE' ? into : -1 };
  }
  if (analyze) return refuse('This form of ANALYZE', target, 'Use EXPLAIN ANALYZE SELECT ….');
  if (word === 'FOR' && keyword(statement[i + 1]) === 'CONNECTION') return { kind: 'read' };
  const isTable = target?.kind === 'quotedName' || (target?.kind === 'word' && !['CALL', 'SET', 'INTO'].includes(word));
  if (isTable && i === 1) return { kind: 'read' };
  return refuse('This form of EXPLAIN', target ?? statement[0], 'Use EXPLAIN SELECT … or DESCRIBE table.');
}

function judgeAnalyze(statement: readonly Token[]): Form | Refusal {
  const i = keyword(statement[1]) === 'FORMAT' && statement[2]?.text === '=' ? 4 : 1;
  const target = statement[i];
  if (!['SELECT', 'WITH', '('].includes(keyword(target))) return refuse('ANALYZE', statement[0], INSTEAD.get('ANALYZE') ?? ONLY_READS);
  return { kind: 'read' };
}

function refuseAnalyze(token: Token | undefined): Refusal {
  return refuse('EXPLAIN ANALYZE of a write', token, 'It would run the write; use EXPLAIN without ANALYZE.');
}

/** `WITH … UPDATE` and `WITH … DELETE`: the verb of the statement behind its common table expressions. */
function topLevelWrite(statement: readonly Token[], from: number): Token | undefined {
  if (keyword(statement[from]) !== 'WITH') return undefined;
  let depth = 0;
  for (const token of statement.slice(from)) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && WRITE_VERBS.has(keyword(token))) return token;
    else if (depth === 0 && ['SELECT', 'TABLE', 'VALUES'].includes(keyword(token))) return undefined;
  }
  return undefined;
}

function judgeTokens(statement: readonly Token[], { kind, intoAt }: Form, surroundings: Surroundings): Refusal | undefined {
  for (const i of statement.keys()) {
    const refusal = judgeTokenAt(statement, i, surroundings, { writes: kind === 'plan', into: i === intoAt });
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
