import { LexError, type Token } from '../sql/lexer.ts';
import { readStatements } from '../sql/readings.ts';
import { judgeRead } from './readOnly.ts';
import { keyword } from './verdict.ts';

/** What a statement of a person does. Nothing is refused here: people may do what their account may. */
export interface PersonVerdict {
  /** `session` changes nothing but this session: its database, variables, transaction. What is not known `changes`. */
  readonly effect: 'reads' | 'session' | 'changes';
  /** The first keyword, for example `SELECT`; empty where the text cannot be read. */
  readonly verb: string;
}

const SESSION_VERBS = new Set(['USE', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);
const EFFECTS = ['reads', 'session', 'changes'] as const;

/** Judges one statement of a person, in every way that a server may read it; the worst counts. What it destroys, `hazards.ts` tells. */
export function judgeForPeople(sql: string): PersonVerdict {
  const readings = read(sql);
  const worst = Math.max(-1, ...readings.map((reading) => EFFECTS.indexOf(effectOf(reading))));
  return { effect: EFFECTS[worst] ?? 'changes', verb: keyword(readings[0]?.[0]) };
}

/** The name behind USE; undefined for any other statement. */
export function usedDatabase(sql: string): string | undefined {
  const [tokens = []] = read(sql);
  const name = tokens[1];
  return keyword(tokens[0]) === 'USE' && tokens.length === 2 && name !== undefined ? name.text : undefined;
}

/** The body of a program has separators of its own: its first part says what it is. */
function read(sql: string): readonly (readonly Token[])[] {
  try {
    return readStatements(sql)[0]?.readings ?? [];
  } catch (error) {
    if (error instanceof LexError) return []; // an open quote, a control character: the server may still take it
    throw error;
  }
}

function effectOf(statement: readonly Token[]): PersonVerdict['effect'] {
  const verb = keyword(statement[0]);
  if (judgeRead(statement).allowed) return 'reads';
  if (SESSION_VERBS.has(verb) || (verb === 'SET' && setsSession(statement))) return 'session';
  return 'changes';
}

function setsSession(statement: readonly Token[]): boolean {
  const beyond = new Set(['GLOBAL', 'PERSIST', 'PERSIST_ONLY', 'PASSWORD', 'ROLE']);
  return !statement.some((token) => beyond.has(keyword(token)) || /^@@(?:global|persist|persist_only)\./i.test(token.text));
}
