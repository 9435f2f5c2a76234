import { checkRead, headOf } from './readPolicy.ts';
import type { SetVariables, Statement } from '../sql/ast/statements.ts';
import { PLAIN_MODES, type Dialect } from '../sql/lexer/dialect.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import { print } from '../sql/printer/print.ts';
import { verbOf } from '../policy/hazards.ts';

/** What a statement of a person does. Nothing is refused here: people may do what their account may. */
export interface UserStatement {
  /** `session` changes nothing but this session: its database, variables, transaction. What is not known `changes`. */
  readonly effect: 'reads' | 'session' | 'changes';
  /** The first keyword, for example `SELECT`; empty where the text cannot be read. */
  readonly verb: string;
}

const EFFECTS = ['reads', 'session', 'changes'] as const;

/** The servers that the text may be for. Executable comments and functions differ among them. */
const DIALECTS: readonly Dialect[] = [
  { flavor: 'mysql', version: 90704, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 110803, ...PLAIN_MODES },
  { flavor: 'mysql', version: 50624, ...PLAIN_MODES },
];

interface Reading extends Pick<UserStatement, 'effect'> {
  readonly statement: Statement;
  /** Undefined for what is not printed. */
  readonly printed: string | undefined;
}

/**
 * Judges one statement of a person; `session` is how its session reads texts, where that is known. Where servers read different statements in it, the worst counts; where one of
 * them lacks a function, it does not. What it destroys, `policy/hazards.ts` tells.
 */
export function classifyUserStatement(sql: string, session?: Dialect): UserStatement {
  const interpretations = (session === undefined ? DIALECTS : [session]).flatMap((dialect) => read(sql, dialect));
  const [first] = interpretations;
  if (first === undefined) return { effect: 'changes', verb: '' }; // no SQL to us, and the server may still take it
  const isOne = first.printed !== undefined && interpretations.every(({ printed }) => printed === first.printed);
  const ranks = interpretations.map(({ effect }) => EFFECTS.indexOf(effect));
  return {
    effect: EFFECTS[isOne ? Math.min(...ranks) : Math.max(...ranks)] ?? 'changes',
    verb: verbOf(sql) || (headOf(first.statement).split(' ')[0] ?? ''), // the person's own word: BEGIN is a START TRANSACTION
  };
}

function read(sql: string, dialect: Dialect): Reading[] {
  try {
    const [statement] = parseStatements(sql, dialect);
    if (statement === undefined) return [];
    return [{ statement, printed: printOf(statement, dialect), effect: effectOf(statement, dialect) }];
  } catch {
    return []; // not SQL of this server
  }
}

function printOf(statement: Statement, dialect: Dialect): string | undefined {
  try {
    return print(statement, dialect);
  } catch {
    return undefined;
  }
}

function effectOf(statement: Statement, dialect: Dialect): UserStatement['effect'] {
  if (typeof checkRead(statement, { dialect }) === 'string') return 'reads';
  switch (statement.kind) {
    case 'use':
    case 'transaction':
      return 'session';
    case 'setTransaction':
      return statement.scope === 'GLOBAL' ? 'changes' : 'session';
    case 'set':
      return setsSession(statement) ? 'session' : 'changes';
    default:
      return 'changes';
  }
}

function setsSession({ assignments }: SetVariables): boolean {
  return assignments.every(({ scope, target }) => {
    const found = scope ?? (target.kind === 'systemVariable' ? target.scope : undefined);
    return found === undefined || found === 'SESSION' || found === 'LOCAL';
  });
}
