import type { ReadContext } from '../guard/readContext.ts';
import { checkWrite, isRowWrite } from '../guard/writePolicy.ts';
import { parseText, refused } from '../query/authorization/parseReads.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { WriteClass } from '../sql/statementClasses.ts';
import { parseDml, type ParsedDml } from './parseDml.ts';

/** Of one transaction; each is looked at by itself. */
const MAX_STATEMENTS = 200;

/** A statement that may run if the connection's access to its classes says so and, where it asks, a person. */
export interface ParsedWrite {
  readonly statement: Statement;
  readonly context: ReadContext;
  /** As written, for people and the audit log. It is never sent. */
  readonly sql: string;
  /** The text that it stands in, which positions count in. */
  readonly whole: string;
  readonly verb: string;
  readonly classes: readonly WriteClass[];
  /** Undefined for what commits by itself: definitions, CALL, administration. */
  readonly shape: ParsedDml | undefined;
}

/** Parses a text for one server and judges all its statements; several must be of the kind that is rolled back together. Throws `statement.refused`. */
export function parseWrites(text: string, context: ReadContext): ParsedWrite[] {
  const statements = parseText(text, context, MAX_STATEMENTS);
  const parsed = statements.map((statement) => parseOne(text, statement, context));
  const alone = parsed.length > 1 ? parsed.find(({ shape }) => shape === undefined) : undefined;
  if (alone !== undefined) {
    const what = `${alone.verb}, which commits implicitly, together with other statements`;
    throw refused(text, { what, position: alone.statement.start, advice: 'statement.ownCall' });
  }
  return parsed;
}

function parseOne(whole: string, statement: Statement, context: ReadContext): ParsedWrite {
  const verdict = checkWrite(statement, context);
  if ('what' in verdict) throw refused(whole, verdict);
  return {
    statement,
    context,
    sql: whole.slice(statement.start, statement.end),
    whole,
    ...verdict,
    shape: isRowWrite(statement) ? parseDml(statement, context.dialect) : undefined,
  };
}
