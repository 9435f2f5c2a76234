import type { Token } from '../sql/lexer.ts';
import { judgeCallAt } from './calls.ts';
import { UNSTOPPABLE } from './functions.ts';
import { judgeHint } from './hints.ts';
import { isName, keyword, refuse, type Refusal, type Surroundings } from './verdict.ts';

/** What to do instead, for whoever tried to write through a reading tool. */
export const ONLY_READS =
  'Use SELECT, SHOW, DESCRIBE or EXPLAIN: this only reads. To change data use mysql_execute if it is offered, else give the statement to the user.';

/** What the caller knows to be harmless at this place. */
export interface Exceptions {
  /** The words of a write may stand here, because it is explained and not run. */
  readonly writes?: boolean;
  /** This INTO fills no variable of the session and no file. */
  readonly into?: boolean;
}

/** Judges what is refused wherever it stands: hints, assignments, functions, INTO, locking clauses, writes. */
export function judgeTokenAt(
  statement: readonly Token[],
  i: number,
  surroundings: Surroundings,
  exceptions: Exceptions = {},
): Refusal | undefined {
  const token = statement[i];
  if (token === undefined) return undefined;
  const hint = token.kind === 'hint' ? (judgeHintPlace(statement, i) ?? judgeHint(token)) : undefined;
  if (hint !== undefined) return hint;
  if (token.text === ':=') return refuse('An assignment (:=)', token, 'Use a window function or a common table expression.');
  return judgeArguments(statement, i) ?? judgeCallAt(statement, i, surroundings) ?? judgeKeyword(token, statement[i + 1], exceptions);
}

/** Anywhere else the servers take a hint for a plain comment, so that what stands on both sides of it are neighbours. */
const HINTED = new Set(['SELECT', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

/** Refuses a hint where it is none. */
function judgeHintPlace(statement: readonly Token[], i: number): Refusal | undefined {
  const token = statement[i];
  if (token?.kind !== 'hint' || HINTED.has(keyword(statement[i - 1]))) return undefined;
  return refuse('A hint here', token, 'Put hints directly behind SELECT, INSERT, REPLACE, UPDATE or DELETE.');
}

/** Functions that are harmless with some arguments only. */
function judgeArguments(statement: readonly Token[], i: number): Refusal | undefined {
  const name = statement[i];
  const first = statement[i + 2];
  if (!isName(name) || statement[i + 1]?.text !== '(') return undefined;
  switch (name.upper) {
    case 'LAST_INSERT_ID':
      return first?.text === ')'
        ? undefined
        : refuse('LAST_INSERT_ID() with an argument', name, 'Leave the argument out: with it the function changes the session.');
    case 'SFORMAT':
      return isShortFormat(first, statement[i + 3])
        ? undefined
        : refuse(
            'SFORMAT() with a wide or computed format',
            name,
            `Write the format as text, with widths below 1000: else ${UNSTOPPABLE}.`,
          );
    case 'JSON_SCHEMA_VALID':
    case 'JSON_SCHEMA_VALIDATION_REPORT':
      return isPlainSchema(first, statement[i + 3])
        ? undefined
        : refuse(
            `${name.upper}() with a pattern or a computed schema`,
            name,
            `Write the schema as text without "pattern": else ${UNSTOPPABLE}.`,
          );
    default:
      return undefined;
  }
}

/** The only part of a string, without escapes, so that it says what it looks like. */
function isPlainText(token: Token | undefined, next: Token | undefined): token is Token {
  return token?.kind === 'string' && !token.text.includes('\\') && (next?.text === ',' || next?.text === ')');
}

function isShortFormat(token: Token | undefined, next: Token | undefined): boolean {
  return isPlainText(token, next) && !/\d{4}|\{[^}]*\{/.test(token.text);
}

/** MySQL matches a "pattern" with a library that backtracks without end. */
function isPlainSchema(token: Token | undefined, next: Token | undefined): boolean {
  return isPlainText(token, next) && !/pattern/i.test(token.text);
}

const LOCKING = 'Leave the locking clause out.';

function judgeKeyword(token: Token, next: Token | undefined, { writes, into }: Exceptions): Refusal | undefined {
  const following = keyword(next);
  const word = keyword(token);
  switch (word) {
    case 'INTO':
      return into ? undefined : refuse('INTO', token, 'The rows come back as the result; leave INTO out.');
    case 'FOR':
      return ['UPDATE', 'SHARE'].includes(following) ? refuse(`FOR ${following}`, token, LOCKING) : undefined;
    case 'LOCK':
      return following === 'IN' ? refuse('LOCK IN SHARE MODE', token, LOCKING) : undefined;
    case 'UPDATE':
    case 'DELETE':
      return writes ? undefined : refuse(word, token, ONLY_READS);
    case 'INSERT':
    case 'REPLACE':
      return writes || following === '(' ? undefined : refuse(word, token, ONLY_READS);
    case 'PROCEDURE':
      return ['ANALYSE', 'ANALYZE'].includes(following) ? refuse('PROCEDURE ANALYSE', token, 'Leave the clause out.') : undefined;
    case 'NEXT':
      return following === 'VALUE' ? refuse('NEXT VALUE FOR', token, 'It advances the sequence; use PREVIOUS VALUE FOR.') : undefined;
    default:
      return undefined;
  }
}
