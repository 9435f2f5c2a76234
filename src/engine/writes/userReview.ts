import { isPilotError } from '../errors.ts';
import { inEnglish, phrase } from '../phrase.ts';
import { verbOf } from '../policy/hazards.ts';
import { ReadAuthorizer } from '../query/authorization/readAuthorizer.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { ParseError } from '../sql/lexer/parseError.ts';
import { parseRunnable } from '../sql/parser/parse.ts';
import { print } from '../sql/printer/print.ts';
import type { Danger, StatementInPlace } from './inspectHazards.ts';
import { parseWrites } from './parseWrites.ts';
import { plainReview } from './plainReview.ts';
import { previewWrites } from './previewWrites.ts';
import { destroys, reviewedObject } from './reviewedObject.ts';
import { isSameDialect, readDialects } from './serverDialects.ts';
import { reviewOf, unverifiedWarning, type ReviewedStatement, type WriteReview } from './writeReview.ts';
import { ALL_ROWS, warnOf } from './writeWarnings.ts';

export interface EndangeringStatement extends StatementInPlace {
  readonly dangers: readonly Danger[];
}

export interface UserReviewOptions {
  readonly signal: AbortSignal;
  /** How the person's session reads the statements, where that is known. */
  readonly session: Dialect | undefined;
  /** The statement is the only one that changes something, and the person's session sees the tables as every other one does. */
  readonly seesSame: boolean;
}

/** The server as it calls itself is left out where it can't be asked. */
export type UserReview = Partial<Pick<WriteReview, 'server' | 'account'>> & Pick<WriteReview, 'statements'>;

/** A person waits for the review. */
const TIMEOUT_MS = 5000;
const NOT_TRIED = phrase('there is no dry run for your own statements');

/**
 * What is known of statements before a person runs them as they are written. Changes nothing and tries nothing out: their rows are read where they are the same for every session, and what can't be
 * read is left out.
 */
export async function reviewUserStatements(
  path: ReadPath,
  statements: readonly EndangeringStatement[],
  { signal, session, seesSame }: UserReviewOptions,
): Promise<UserReview> {
  const dialects = await readDialects(path.pool).catch(() => undefined);
  const [only, second] = statements;
  const dialect = session ?? dialects?.people;
  if (dialects !== undefined && only !== undefined && second === undefined && seesSame && isSameDialect(dialect, dialects.agent)) {
    const seen = await lookAt(path, only, dialects.agent, signal);
    if (seen !== undefined) return seen;
  }
  return { statements: statements.map((statement) => fromText(statement, dialect)) };
}

/** Undefined where the statement can't be looked at beforehand: it then shows its text alone. */
async function lookAt(
  path: ReadPath,
  { sql, database, dangers }: EndangeringStatement,
  dialect: Dialect,
  signal: AbortSignal,
): Promise<UserReview | undefined> {
  // People see what their account may: rules on tables are for agents.
  const { functions } = path.authorizer.rules;
  const authorizer = new ReadAuthorizer({ functions, showsCredentials: true });
  try {
    const [statement, second] = parseWrites(sql, { ...authorizer.rules, dialect, database });
    if (statement === undefined || second !== undefined) return undefined;
    const options = { database, timeoutMs: TIMEOUT_MS, signal, noDryRun: NOT_TRIED };
    const source = { path: { ...path, authorizer }, explain: () => Promise.resolve([]) };
    const preview = await previewWrites(source, [statement], options);
    const { server, account, statements } = reviewOf(preview, false);
    const [reviewed] = statements;
    const [known] = preview.statements;
    if (reviewed === undefined || known === undefined) return undefined;
    // The text of a statement is judged by the dangers, which the window words.
    const worded = new Set([...warnOf(statement, known.rows, false).dangers, ALL_ROWS, unverifiedWarning(reviewed.reason)].map(inEnglish));
    const warnings = reviewed.warnings.filter(({ text }) => !worded.has(inEnglish(text)));
    const irreversible = isLost(statement.statement, dangers);
    return { server, account, statements: [{ ...reviewed, sql, warnings, irreversible, verified: [], unverified: [] }] };
  } catch (error) {
    if (!isPilotError(error) || isPilotError(error, 'statement.canceled')) throw error;
    return undefined;
  }
}

function fromText({ sql, database, dangers }: EndangeringStatement, dialect: Dialect | undefined): ReviewedStatement {
  const tree = dialect === undefined ? undefined : parsed(sql, dialect);
  if (tree === undefined || dialect === undefined) return plainReview({ verb: verbOf(sql), sql, level: 'alone', irreversible: true });
  const isRows = tree.kind === 'update' || tree.kind === 'delete' || tree.kind === 'insert';
  return plainReview({
    ...{ verb: verbOf(sql), sql, level: isRows ? 'shown' : 'alone', irreversible: isLost(tree, dangers) },
    head: tree.kind === 'administration' ? tree.head : undefined,
    object: reviewedObject(tree, database),
    condition: (tree.kind === 'update' || tree.kind === 'delete') && tree.where !== undefined ? print(tree.where, dialect) : undefined,
    ...countOf(tree, dangers),
  });
}

/** A statement that affects every row affects as many as its table has. */
function countOf(tree: Statement, [danger, another]: readonly Danger[]): Pick<ReviewedStatement, 'rows' | 'about'> {
  const { reason, joined, objects } = danger ?? {};
  const isEvery = reason === 'noWhere' || reason === 'alwaysTrue' || reason === 'allRows';
  const limited = (tree.kind === 'update' || tree.kind === 'delete') && tree.limit !== undefined;
  const rows = objects?.length === 1 ? objects[0]?.rows : undefined;
  if (another !== undefined || !isEvery || joined === true || limited || rows === undefined) return { rows: undefined, about: true };
  return { rows: rows.count, about: !rows.exact };
}

/** No undo script is made of what people run. */
function isLost(tree: Statement, dangers: readonly Danger[]): boolean {
  return destroys(tree) || dangers.length > 0;
}

function parsed(sql: string, dialect: Dialect): Statement | undefined {
  try {
    const [tree, second] = parseRunnable(sql, dialect);
    return second === undefined ? tree : undefined;
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
