import { PilotError } from '../errors.ts';
import { judgeRead } from '../policy/readOnly.ts';
import { LexError, splitStatements, tokenize, type Token } from '../sql/lexer.ts';

/** The longest statement that is read, in characters: far above what people write, far below what costs time to judge. */
const MAX_LENGTH = 1_000_000;

/** Lets a text pass if it is one statement that only reads; else throws `statement.refused`, which says what, where and what to do. */
export function admitRead(sql: string): void {
  if (sql.length > MAX_LENGTH) throw refused(`The statement is longer than ${String(MAX_LENGTH)} characters`, sql, 0, 'Shorten it.');
  const [statement, second] = splitStatements(tokens(sql));
  if (second !== undefined) {
    throw refused('More than one statement', sql, second[0]?.start ?? 0, 'Send each statement in a call of its own.');
  }
  const verdict = judgeRead(statement ?? []);
  if (!verdict.allowed) throw refused(verdict.what, sql, verdict.position, verdict.instead);
}

function tokens(sql: string): Token[] {
  try {
    return tokenize(sql);
  } catch (error) {
    if (error instanceof LexError) throw refused(error.message, sql, error.position, 'Correct the text.', error);
    throw error;
  }
}

function refused(what: string, sql: string, position: number, instead: string, cause?: unknown): PilotError {
  const before = sql.slice(0, position).split('\n');
  const place = `line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)}`;
  const text = /[.!?)]$/.test(what) ? what : `${what} is not allowed`;
  return new PilotError('statement.refused', `${text} (${place}). Nothing was run.`, { nextStep: instead, cause });
}
