import { PilotError, type ErrorDetails } from '../../errors.ts';
import type { ReadContext } from '../../guard/readContext.ts';
import { checkRead, headOf, type StatementKind } from '../../guard/readPolicy.ts';
import type { Refusal } from '../../guard/makeRefusal.ts';
import type { Explain, Statement } from '../../sql/ast/statements.ts';
import { bindParameters, ParameterError, type Parameter } from '../../sql/parameters.ts';
import { ParseError } from '../../sql/lexer/parseError.ts';
import { parseStatements } from '../../sql/parser/parse.ts';

/** The longest text of an agent that is read, in characters. */
const MAX_LENGTH = 256 * 1024;
const MAX_STATEMENTS = 50;

/** A statement whose tree only reads, provided that the names in it turn out to be harmless. */
export interface ParsedRead {
  readonly statement: Statement;
  readonly context: ReadContext;
  readonly kind: StatementKind;
  /** For people and figures: `SELECT`, `SHOW`, `EXPLAIN`, … */
  readonly verb: string;
  /** As written, for messages and the audit log. It is never sent. */
  readonly text: string;
}

/** Parses a text for one server and lets it pass if all its statements only read; else throws `statement.refused`, which says what, where and what to do. */
export function parseReads(sql: string, context: ReadContext): ParsedRead[] {
  return parseText(sql, context, MAX_STATEMENTS).map((statement) => {
    const inside = isExplain(statement) && statement.schema !== undefined ? { ...context, database: statement.schema.name } : context;
    const kind = checkRead(statement, inside);
    if (typeof kind === 'object') throw refused(sql, kind);
    return { statement, context: inside, kind, verb: verbOf(statement), text: sql.slice(statement.start, statement.end) };
  });
}

/** The statements of a text of an agent, at least one and at most so many. Throws `statement.refused`, and `statement.failed` with the place of a syntax error. */
export function parseText(sql: string, context: ReadContext, maxStatements: number): Statement[] {
  if (sql.length > MAX_LENGTH) {
    throw refused(sql, { what: `The text is longer than ${String(MAX_LENGTH)} characters`, position: 0, advice: 'statement.shorten' });
  }
  const statements = parse(sql, context);
  const surplus = statements[maxStatements];
  if (surplus !== undefined) {
    const what = `More than ${String(maxStatements)} statements`;
    throw refused(sql, { what, position: surplus.start, advice: 'statement.severalCalls' });
  }
  if (statements.length === 0) throw refused(sql, { what: 'An empty statement', position: 0, advice: 'statement.sendOne' });
  return statements;
}

/** The text with its parameters as literals. Throws `statement.refused` where they do not fit. */
export function bind(sql: string, parameters: readonly Parameter[]): string {
  try {
    return bindParameters(sql, parameters);
  } catch (error) {
    if (error instanceof ParseError)
      throw refused(sql, { what: error.message, position: error.position, advice: 'statement.correctText' }, error);
    if (!(error instanceof ParameterError)) throw error;
    throw refused(sql, { what: error.message, position: error.position, advice: 'statement.valueEach' });
  }
}

function parse(sql: string, { dialect }: ReadContext): Statement[] {
  try {
    return parseStatements(sql, dialect);
  } catch (error) {
    throw error instanceof ParseError ? unparsable(sql, error) : error;
  }
}

/** Of the line around a syntax error. */
const SHOWN_BEFORE = 60;
const SHOWN_AFTER = 40;

/** What the server would say of a text that is not its SQL, with the place: it is not asked. */
function unparsable(sql: string, { message, position }: ParseError): PilotError {
  const from = Math.max(sql.lastIndexOf('\n', position - 1) + 1, position - SHOWN_BEFORE);
  const end = sql.indexOf('\n', position);
  const line = sql.slice(from, Math.min(end < 0 ? sql.length : end, position + SHOWN_AFTER));
  return new PilotError('statement.failed', `${message} (${placeOf(sql, position)}). Nothing was run.`, {
    advice: 'statement.syntaxAt',
    evidence: `${line}\n${' '.repeat(position - from)}^`,
    untrusted: false,
    cause: new Error(message),
  });
}

function verbOf(statement: Statement): string {
  return isExplain(statement) ? 'EXPLAIN' : headOf(statement);
}

function isExplain(statement: Statement): statement is Explain {
  return statement.kind === 'explain';
}

/** A refusal of a part of a text, which begins at `position`. */
export class TextRefusal extends PilotError {
  readonly position: number;

  constructor(message: string, details: ErrorDetails, position: number) {
    super('statement.refused', message, details);
    this.position = position;
  }
}

/** `statement.refused` with the place in words. */
export function refused(sql: string, { what, position, advice }: Refusal, cause?: unknown): PilotError {
  const text = /[.!?)]$/.test(what) && cause !== undefined ? what : `${what} is not allowed`;
  return new TextRefusal(`${text} (${placeOf(sql, position)}). Nothing was run.`, { advice, untrusted: false, cause }, position);
}

function placeOf(sql: string, position: number): string {
  const before = sql.slice(0, position).split('\n');
  return `line ${String(before.length)}, column ${String((before.at(-1)?.length ?? 0) + 1)}`;
}
