import type { Token } from '../sql/lexer.ts';
import { keyword, refuse, type Refusal } from './verdict.ts';

/** What CREATE, ALTER, DROP and RENAME are about. */
export interface DefinedObject {
  /** For example `TABLE`, `INDEX`, `TRIGGER`, `USER`. */
  readonly kind: string;
  /** An account or a role: who may do what is the server's administration. */
  readonly account: boolean;
  /** Rows go with it. */
  readonly drops: boolean;
  /** The index of the first token behind the kind. */
  readonly nameAt: number;
}

const OBJECTS = new Set(['TABLE', 'VIEW', 'INDEX', 'DATABASE', 'SCHEMA', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'SEQUENCE']);
const ACCOUNTS = new Set(['USER', 'ROLE']);
const HOLDS_ROWS = new Set(['TABLE', 'DATABASE', 'SCHEMA']);
/** Words between the verb and the object that say how, and not what. */
const MODIFIERS = new Set(['OR', 'REPLACE', 'UNIQUE', 'FULLTEXT', 'SPATIAL', 'ONLINE', 'OFFLINE', 'AGGREGATE', 'IGNORE', 'VECTOR']);
const PROGRAMS = new Set(['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT']);

/**
 * Reads the head of a definition exactly, word by word: in `CREATE DEFINER = user@host TRIGGER` the word `user` is no account
 * that is created.
 */
export function objectOf(statement: readonly Token[]): DefinedObject | Refusal {
  const verb = keyword(statement[0]);
  let i = 1;
  for (;;) {
    const token = statement[i];
    const word = keyword(token);
    if (MODIFIERS.has(word)) i++;
    else if (word === 'ALGORITHM' && statement[i + 1]?.text === '=') i += 3;
    else if (word === 'SQL' && keyword(statement[i + 1]) === 'SECURITY') i += 3;
    else if (word === 'DEFINER' && statement[i + 1]?.text === '=') i = behindAccount(statement, i + 2);
    else if (word === 'TEMPORARY') return refuse('A temporary table', token, 'It would end with the call: use a common table expression.');
    else if (OBJECTS.has(word) || ACCOUNTS.has(word)) {
      const drops = HOLDS_ROWS.has(word) && (verb === 'DROP' || (verb === 'CREATE' && keyword(statement[1]) === 'OR'));
      return { kind: word, account: ACCOUNTS.has(word), drops, nameAt: i + 1 };
    } else {
      return refuse(
        `${verb} ${token?.text ?? ''}`.trimEnd(),
        token ?? statement[0],
        'No connection lets an agent do this: give the statement to the user.',
      );
    }
  }
}

/** True for the definition of a program: the separators in its body belong to it. */
export function definesProgram(statement: readonly Token[]): boolean {
  if (!['CREATE', 'ALTER'].includes(keyword(statement[0]))) return false;
  const object = objectOf(statement);
  return 'kind' in object && PROGRAMS.has(object.kind);
}

/** `name`, `name@host` or `CURRENT_USER [()]`; the lexer takes `@host` for a variable. */
function behindAccount(statement: readonly Token[], at: number): number {
  const token = statement[at];
  if (token === undefined || !['word', 'quotedName', 'string'].includes(token.kind)) return at;
  if (statement[at + 1]?.kind === 'variable') return at + 2;
  if (token.upper === 'CURRENT_USER' && statement[at + 1]?.text === '(' && statement[at + 2]?.text === ')') return at + 3;
  return at + 1;
}
