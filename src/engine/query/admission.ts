import { PilotError } from '../errors.ts';
import { collectCalls } from '../policy/calls.ts';
import { judgeRead, type StatementKind } from '../policy/readOnly.ts';
import { collectReferences, type Reference } from '../policy/references.ts';
import type { Refusal, Surroundings } from '../policy/verdict.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { LexError } from '../sql/lexer.ts';
import { readStatements, type Statement } from '../sql/readings.ts';

/** The longest text that is read, in characters, whoever wrote it, with its parameters; see `DEFAULT_QUERY_LENGTH` for those of agents. */
const MAX_LENGTH = 1_000_000;
const MAX_STATEMENTS = 50;

/** A statement that the first fence lets pass, provided that the names in it turn out to be harmless. */
export interface AdmittedStatement {
  /** To be sent as it is, alone. */
  readonly sql: string;
  readonly verb: string;
  readonly kind: StatementKind;
  /** Names to be looked up, because a view hides what it calls. */
  readonly references: readonly Reference[];
  /** Stored functions that the user allows, to be looked up for the same reason. */
  readonly calls: readonly QualifiedName[];
}

/** Lets a text pass if all its statements only read; else throws `statement.refused`, which says what, where and what to do. */
export function admitReads(sql: string, surroundings: Surroundings = {}): AdmittedStatement[] {
  if (sql.length > MAX_LENGTH) {
    throw refused(sql, { what: `The text is longer than ${String(MAX_LENGTH)} characters`, position: 0, instead: 'Shorten it.' });
  }
  const statements = lex(sql);
  const surplus = statements[MAX_STATEMENTS];
  if (surplus !== undefined) {
    const what = `More than ${String(MAX_STATEMENTS)} statements`;
    throw refused(sql, { what, position: surplus.start, instead: 'Send them in several calls.' });
  }
  if (statements.length === 0) throw refused(sql, { what: 'An empty statement', position: 0, instead: 'Send an SQL statement.' });
  return statements.map((statement) => admitStatement(sql, statement, surroundings));
}

/** Every reading must pass: which of them the server takes depends on its version. */
function admitStatement(sql: string, { text, readings }: Statement, surroundings: Surroundings): AdmittedStatement {
  const passed = readings.map((tokens) => {
    const verdict = judgeRead(tokens, surroundings);
    if (!verdict.allowed) throw refused(sql, verdict.refusal);
    return verdict;
  });
  const [{ verb, kind } = { verb: '', kind: 'read' as const }] = passed;
  if (passed.some((verdict) => verdict.kind !== kind)) {
    const what = 'An executable comment that makes another statement of this';
    throw refused(sql, { what, position: readings[0]?.[0]?.start ?? 0, instead: 'Leave the comment out.' });
  }
  return {
    sql: text,
    verb,
    kind,
    references: readings.flatMap(collectReferences),
    calls: readings.flatMap((tokens) => collectCalls(tokens, surroundings)),
  };
}

/** The statements of a text; a text that cannot be read is refused. */
function lex(sql: string): Statement[] {
  try {
    return readStatements(sql);
  } catch (error) {
    if (error instanceof LexError)
      throw refused(sql, { what: error.message, position: error.position, instead: 'Correct the text.' }, error);
    throw error;
  }
}

/** `statement.refused` with the place in words. */
function refused(sql: string, { what, position, instead }: Refusal, cause?: unknown): PilotError {
  const before = sql.slice(0, position).split('\n');
  const place = `line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)}`;
  const text = /[.!?)]$/.test(what) && cause !== undefined ? what : `${what} is not allowed`;
  return new PilotError('statement.refused', `${text} (${place}). Nothing was run.`, { nextStep: instead, cause });
}
