import { isPilotError, toPilotError } from '../errors.ts';
import type { UserSession } from '../query/userSession/userSession.ts';
import { usedDatabase } from '../sql/usedDatabase.ts';
import { hexText, sql } from '../sql/ownSql.ts';

/** What a server has against a statement, and where in its text that is. */
export interface StatementProblem {
  readonly index: number;
  /** UTF-16 offsets in the statement. */
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly errno: number | undefined;
}

/** `ER_UNSUPPORTED_PS`: a statement that cannot be prepared says nothing about itself. */
const NOT_PREPARABLE = 1295;
const LIMITS = { maxRows: 1, maxCharacters: 10_000 };

/**
 * Lets the server parse statements and look their names up, and runs none of them: PREPARE does no more. Names are as the databases are now: a table that an earlier
 * statement is to create is not there yet. Throws for what is no statement's fault.
 * @see https://dev.mysql.com/doc/refman/9.7/en/prepare.html
 */
export async function checkStatements(
  userSession: UserSession,
  statements: readonly string[],
  signal: AbortSignal,
): Promise<StatementProblem[]> {
  const problems: StatementProblem[] = [];
  const run = async (text: string): Promise<void> => {
    await userSession.run(text, { limits: LIMITS, signal });
  };
  for (const [index, statement] of statements.entries()) {
    try {
      const database = usedDatabase(statement);
      if (database !== undefined) await userSession.useDatabase(database);
      if (database !== undefined) continue;
      // Through a variable and in hexadecimal: the statement's own quotes and the session's mode mean nothing to it.
      await run(sql`SET @mysql_pilot_statement = CONVERT(${hexText(statement)} USING utf8mb4)`);
      await run('PREPARE mysql_pilot_statement FROM @mysql_pilot_statement');
      await run('DEALLOCATE PREPARE mysql_pilot_statement');
    } catch (error) {
      if (!isPilotError(error) || error.errno === undefined) throw error;
      if (error.errno === NOT_PREPARABLE) continue;
      const { message, errno } = toPilotError(error);
      problems.push({ index, ...locate(statement, message), message, errno });
    }
  }
  return problems;
}

/** Where a message of the server points: the text behind `near`, else the name between quotes; else the first word. */
export function locate(sql: string, message: string): { readonly start: number; readonly end: number } {
  const [, near, line] = /near '([\s\S]*)' at line (\d+)$/.exec(message) ?? [];
  if (near === '') return { start: Math.max(0, sql.trimEnd().length - 1), end: sql.length };
  if (near !== undefined) {
    const from = startOfLine(sql, Number(line));
    const at = sql.indexOf(near, from);
    if (at >= 0) return { start: at, end: at + (/^\s*(?:[\p{L}\p{N}_$@]+|.)/u.exec(near)?.[0].length ?? 1) };
  }
  const quoted = /'([^']+)'/.exec(message)?.[1]?.split('.').at(-1);
  const at = quoted === undefined ? -1 : nameIn(sql, quoted);
  if (quoted !== undefined && at >= 0) return { start: at, end: at + quoted.length };
  return { start: 0, end: /^\S+/.exec(sql)?.[0].length ?? sql.length };
}

function startOfLine(sql: string, line: number): number {
  let at = 0;
  for (let i = 1; i < line; i++) at = sql.indexOf('\n', at) + 1;
  return at;
}

function nameIn(sql: string, name: string): number {
  const escaped = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}_$])${escaped}(?![\p{L}\p{N}_$])`, 'iu').exec(sql)?.index ?? -1;
}
