import { collectCalls } from '../policy/calls.ts';
import { definesProgram } from '../policy/ddlObject.ts';
import { collectReferences } from '../policy/references.ts';
import type { Surroundings } from '../policy/verdict.ts';
import { judgeWrite } from '../policy/writes.ts';
import { shapeOf, type WriteShape } from '../policy/writeShape.ts';
import { bind, lex, MAX_LENGTH, refused, type AdmittedStatement } from '../query/admission.ts';
import { LexError, tokenize, type Token } from '../sql/lexer.ts';
import type { Parameter } from '../sql/parameters.ts';
import type { WriteClass } from '../sql/statementClasses.ts';

/** Of one transaction; each is looked at by itself. */
const MAX_STATEMENTS = 200;

/** A statement that may run if the connection's access to its classes says so and, where it asks, a person. */
export interface AdmittedWrite extends AdmittedStatement {
  readonly classes: readonly WriteClass[];
  /** Undefined for what commits by itself: definitions, CALL, administration. */
  readonly shape: WriteShape | undefined;
  readonly tokens: readonly Token[];
}

/** Judges all statements of a text that changes something; several must be of the kind that is rolled back together. Throws `statement.refused`. */
export function admitWrites(sql: string, parameters: readonly Parameter[] | undefined, surroundings: Surroundings): AdmittedWrite[] {
  if (sql.length > MAX_LENGTH) {
    throw refused(sql, { what: `The text is longer than ${String(MAX_LENGTH)} characters`, position: 0, instead: 'Shorten it.' });
  }
  const text = parameters === undefined ? sql : bind(sql, parameters);
  const parts = splitWrites(text);
  if (parts.length === 0) throw refused(text, { what: 'An empty statement', position: 0, instead: 'Send an SQL statement.' });
  if (parts.length > MAX_STATEMENTS) {
    throw refused(text, { what: `More than ${String(MAX_STATEMENTS)} statements`, position: 0, instead: 'Send them in several calls.' });
  }
  const admitted = parts.map((part) => admitOne(text, part, surroundings));
  const alone = admitted.length > 1 ? admitted.find(({ shape }) => shape === undefined) : undefined;
  if (alone !== undefined) {
    const what = `${alone.verb}, which commits by itself, beside other statements`;
    throw refused(text, { what, position: alone.tokens[0]?.start ?? 0, instead: 'Send it in a call of its own.' });
  }
  return admitted;
}

interface Part {
  readonly sql: string;
  readonly tokens: readonly Token[];
}

/** The body of a program has separators of its own: its definition is the whole text, and the server takes it for one statement or for none. */
function splitWrites(text: string): Part[] {
  const statements = lex(text);
  const [first] = statements;
  if (first !== undefined && definesProgram(first.readings[0] ?? [])) {
    const tokens = plainTokens(text, text);
    const end = tokens.at(-1)?.kind === 'semicolon' ? (tokens.at(-1)?.start ?? text.length) : text.length;
    return [{ sql: text.slice(0, end), tokens }];
  }
  return statements.map(({ text: sql, start }) => {
    const tokens = plainTokens(text, sql);
    return { sql, tokens: tokens.map((token) => ({ ...token, start: token.start + start, end: token.end + start })) };
  });
}

/** A write means one thing on every server: what only some of them read has no place in it. */
function plainTokens(whole: string, sql: string): Token[] {
  try {
    return tokenize(sql);
  } catch (error) {
    if (!(error instanceof LexError)) throw error;
    throw refused(whole, { what: error.message, position: error.position, instead: 'Correct the text.' }, error);
  }
}

function admitOne(text: string, { sql, tokens }: Part, surroundings: Surroundings): AdmittedWrite {
  const verdict = judgeWrite(tokens, surroundings);
  if (!verdict.allowed) throw refused(text, verdict.refusal);
  const { verb, classes, rows } = verdict;
  return {
    sql,
    verb,
    classes,
    kind: 'plan',
    tokens,
    shape: rows ? shapeOf(text, tokens) : undefined,
    references: rows || surroundings.outOfReach !== undefined ? collectReferences(tokens) : [],
    calls: rows ? collectCalls(tokens, surroundings) : [],
  };
}
