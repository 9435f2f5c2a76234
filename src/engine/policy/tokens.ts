import type { Token } from '../sql/lexer.ts';
import { judgeCallAt } from './calls.ts';
import { judgeHint } from './hints.ts';
import { keyword, refuse, type Refusal, type Surroundings } from './verdict.ts';

export const ONLY_READS = 'This connection is read-only: use SELECT, SHOW, DESCRIBE or EXPLAIN.';

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
  const hint = token.kind === 'hint' ? judgeHint(token) : undefined;
  if (hint !== undefined) return hint;
  if (token.text === ':=') return refuse('An assignment (:=)', token, 'Use a window function or a common table expression.');
  return judgeArgument(statement, i) ?? judgeCallAt(statement, i, surroundings) ?? judgeKeyword(token, statement[i + 1], exceptions);
}

/** LAST_INSERT_ID() tells; with an argument it sets. */
function judgeArgument(statement: readonly Token[], i: number): Refusal | undefined {
  const token = statement[i];
  if (token?.upper !== 'LAST_INSERT_ID' || statement[i + 1]?.text !== '(' || statement[i + 2]?.text === ')') return undefined;
  return refuse('LAST_INSERT_ID() with an argument', token, 'Leave the argument out: with it the function changes the session.');
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
