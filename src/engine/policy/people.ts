import { LexError, type Token } from '../sql/lexer.ts';
import { readStatements } from '../sql/readings.ts';
import { judgeRead } from './readOnly.ts';
import { keyword } from './verdict.ts';

/** What a person should be asked about first: every row would be meant, or rows go for good. */
export type Caution = 'everyRow' | 'drops';

/** What a statement of a person does. Nothing is refused here: people may do what their account may. */
export interface PersonVerdict {
  /** `session` changes nothing but this session: its database, variables, transaction. What is not known `changes`. */
  readonly effect: 'reads' | 'session' | 'changes';
  readonly cautions: readonly Caution[];
  /** The first keyword, for example `SELECT`; empty where the text cannot be read. */
  readonly verb: string;
}

const SESSION_VERBS = new Set(['USE', 'BEGIN', 'START', 'COMMIT', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);
const EFFECTS = ['reads', 'session', 'changes'] as const;
/** What ALTER TABLE can drop without losing a value. */
const HARMLESS_DROPS = new Set(['INDEX', 'KEY', 'FOREIGN', 'CONSTRAINT', 'CHECK', 'PRIMARY', 'DEFAULT']);

/** Judges one statement of a person, in every way that a server may read it; the worst counts. */
export function judgeForPeople(sql: string): PersonVerdict {
  const readings = read(sql);
  const verdicts = readings.map(judge);
  const worst = Math.max(-1, ...verdicts.map(({ effect }) => EFFECTS.indexOf(effect)));
  return {
    effect: EFFECTS[worst] ?? 'changes',
    cautions: [...new Set(verdicts.flatMap(({ cautions }) => cautions))],
    verb: keyword(readings[0]?.[0]),
  };
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

function judge(statement: readonly Token[]): Pick<PersonVerdict, 'effect' | 'cautions'> {
  const verb = keyword(statement[0]);
  if (judgeRead(statement).allowed) return { effect: 'reads', cautions: [] };
  if (SESSION_VERBS.has(verb) || (verb === 'SET' && setsSession(statement))) return { effect: 'session', cautions: [] };
  return { effect: 'changes', cautions: cautionsOf(verb, statement) };
}

function setsSession(statement: readonly Token[]): boolean {
  const beyond = new Set(['GLOBAL', 'PERSIST', 'PERSIST_ONLY', 'PASSWORD', 'ROLE']);
  return !statement.some((token) => beyond.has(keyword(token)) || /^@@(?:global|persist|persist_only)\./i.test(token.text));
}

function cautionsOf(verb: string, statement: readonly Token[]): Caution[] {
  const words = outside(statement);
  switch (verb) {
    case 'UPDATE':
    case 'DELETE':
      return words.includes('WHERE') ? [] : ['everyRow'];
    case 'WITH': {
      const changes = words.includes('UPDATE') || words.includes('DELETE');
      return changes && !words.includes('WHERE') ? ['everyRow'] : [];
    }
    case 'TRUNCATE':
      return ['everyRow', 'drops'];
    case 'DROP':
      return words.some((word) => ['TABLE', 'TABLES', 'DATABASE', 'SCHEMA'].includes(word)) ? ['drops'] : [];
    case 'ALTER':
      return words.some((word, i) => ['DROP', 'TRUNCATE'].includes(word) && !HARMLESS_DROPS.has(words[i + 1] ?? '')) ? ['drops'] : [];
    case 'CREATE':
      return words[1] === 'OR' && words[2] === 'REPLACE' && words.includes('TABLE') ? ['drops'] : [];
    default:
      return [];
  }
}

/** The words that stand in no parentheses: the WHERE of a subquery is not the statement's. A quoted name counts as '', so that what follows a word is what follows it. */
function outside(statement: readonly Token[]): string[] {
  let depth = 0;
  const words: string[] = [];
  for (const token of statement) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0) words.push(keyword(token));
  }
  return words;
}
