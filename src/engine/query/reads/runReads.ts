import type { Parameter } from '../../sql/parameters.ts';
import type { ServerInfo } from '../../driver/serverInfo.ts';
import type { RowSink, ServerWarning, Session } from '../../driver/session.ts';
import type { SessionPool } from '../../driver/sessionPool.ts';
import { isPilotError, PilotError, toPilotError } from '../../errors.ts';
import { statementType, type Observe } from '../../observability/statementEvents.ts';
import { withTimeout } from '../../timeout.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { agentDialect } from '../authorization/agentDialect.ts';
import type { LockWaitMonitor } from './lockWaitMonitor.ts';
import type { Cursors } from './cursors.ts';
import { holdTables } from './heldTables.ts';
import { bind, parseReads, type ParsedRead } from '../authorization/parseReads.ts';
import type { AuthorizedRead, ReadAuthorizer } from '../authorization/readAuthorizer.ts';
import { Page } from './page.ts';
import type { OutputActions } from '../results/outputActions.ts';
import { protectedSink } from './protectRows.ts';
import type { ReadSources, Receiver, Seen } from '../results/readSources.ts';
import { ResultCollector } from '../results/resultCollector.ts';
import type { Rest, ResultLimits, ResultSet } from '../results/resultSet.ts';
import { Stop } from './stop.ts';

/** How statements that read are to be run. */
export interface ReadOptions {
  /** The database for this statement; the connection's default if left out. */
  readonly database?: string | undefined;
  readonly limits: ResultLimits;
  /** After this many milliseconds the statement is stopped on the server. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Values for the `?` of a single statement. */
  readonly parameters?: readonly Parameter[] | undefined;
  /** Where given, a cut result gets a cursor: rows to pass over first, and rows to read on and keep behind the page. */
  readonly paging?: { readonly from: number; readonly spoolRows: number } | undefined;
  /** Where the connection has a cache: an answer may come from it (`use`), or is read anew and put there. Left out it is passed by. */
  readonly cache?: 'use' | 'renew' | undefined;
  /** Called with each statement that is about to run. */
  readonly onAuthorized?: ((read: AuthorizedRead) => void) | undefined;
  /** To whom the rows go; the answer if left out. */
  readonly receiver?: Receiver | undefined;
}

/** What one connection brings to the path of its statements. */
export interface ReadPath {
  readonly pool: SessionPool;
  readonly blocks: LockWaitMonitor;
  readonly authorizer: ReadAuthorizer;
  readonly cursors: Cursors;
  readonly database: string | undefined;
  /** Stands before each sink to which rows of an agent go; undefined where no columns are protected. */
  readonly protect?: ((sink: RowSink, outputs: OutputActions | undefined) => Promise<RowSink>) | undefined;
  /** Told of every statement that has ended. */
  readonly observe: Observe;
  /** Hears what an agent gets; undefined where no agent asks. */
  readonly seen?: Seen | undefined;
  /** Told when a write has ended, of the tables that it may have changed, if they are known. */
  readonly written: (tables: readonly QualifiedName[] | undefined) => void;
}

/**
 * A pooled session may have been ended while it was idle (a restarted server, a time-out there), and the end may arrive just
 * as it is used again. Then the statement has not run; it is lost within this time and repeated once on another session.
 */
const IDLE_LOSS_MS = 100;

/** A limit of the session would show in their plans as if it were one of the statement. */
const EXPLAINS = new Set(['EXPLAIN', 'DESCRIBE']);

/** How long an answer whose page is full waits to learn how many rows are left. */
const COUNT_MS = 25;
/** Who goes on behind the rows that were kept wants them all. */
const RESUMED_ROWS = 100_000;
/** How long the server works on rows that nobody has asked for yet. */
const SPOOL_MS = 5000;

/**
 * The one path on which statements of an agent run: all parsed and judged before the first one runs, each printed from its tree and sent alone over
 * a READ ONLY session, streamed up to the limits, stopped on the server when it is no longer wanted. Resolves to one result
 * for each statement of the text; several reads see one state of the data. Throws a PilotError. A statement whose connection
 * is lost while it runs is not repeated: an administrator may have ended it.
 */
export async function runReads(path: ReadPath, sql: string, options: ReadOptions): Promise<ResultSet[]> {
  const started = performance.now();
  try {
    const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
    const { results, verbs } = await runTwice(path, text, options);
    for (const [i, { elapsedMs, rows }] of results.entries())
      path.observe({ type: statementType(verbs[i] ?? ''), milliseconds: elapsedMs, rows: rows.length });
    return results;
  } catch (error) {
    path.observe({ type: statementType(sql), milliseconds: performance.now() - started, rows: 0, error: toPilotError(error).code });
    throw error;
  }
}

interface Ran {
  readonly results: ResultSet[];
  readonly verbs: readonly string[];
}

async function runTwice(path: ReadPath, text: string, options: ReadOptions): Promise<Ran> {
  const started = performance.now();
  try {
    return await runText(path, text, options);
  } catch (error) {
    const atOnce = performance.now() - started < IDLE_LOSS_MS;
    if (isPilotError(error, 'connection.lost') && atOnce) return runText(path, text, options);
    throw error;
  }
}

/** Goes on with a result that was cut: from the rows that are kept, else by running its statement again. */
export async function resumeRead(path: ReadPath, cursor: string, options: ReadOptions): Promise<ResultSet> {
  const kept = await path.cursors.read(cursor, options.limits);
  if (kept !== undefined) return kept;
  const { sql, database, from } = path.cursors.find(cursor);
  const [result] = await runReads(path, sql, { ...options, database, parameters: undefined, paging: { from, spoolRows: RESUMED_ROWS } });
  if (result === undefined) throw new Error('A statement that was cut has no result.');
  return { ...result, moment: 'rerun' };
}

async function runText(path: ReadPath, text: string, options: ReadOptions): Promise<Ran> {
  const stop = new Stop(options.timeoutMs, options.signal);
  const run: Run = { path, text, options, stop, results: [], parsed: undefined };
  try {
    // What is refused whatever the names mean is refused without a session, once it is known which server answers.
    if (path.pool.server !== undefined) parse(run, path.pool.server);
    // A session that is given up in the middle of a cut result leaves the statements behind it to another one.
    do await runOnSession(run);
    while (run.results.length < (run.parsed?.statements.length ?? 0));
    return { results: run.results, verbs: run.parsed?.statements.map(({ verb }) => verb) ?? [] };
  } finally {
    stop.dispose();
  }
}

interface Run {
  readonly path: ReadPath;
  readonly text: string;
  readonly options: ReadOptions;
  readonly stop: Stop;
  readonly results: ResultSet[];
  parsed: { readonly version: string; readonly statements: readonly ParsedRead[] } | undefined;
}

/** The statements as this very server reads them: a session may be the first one behind an upgrade. */
function parse(run: Run, server: ServerInfo): readonly ParsedRead[] {
  if (run.parsed?.version === server.version) return run.parsed.statements;
  const { path, options, text } = run;
  const statements = parseReads(text, {
    ...path.authorizer.rules,
    dialect: agentDialect(server),
    database: options.database ?? path.database,
  });
  run.parsed = { version: server.version, statements };
  return statements;
}

/** Resolves when there are new results; the session may then still read rows for a cursor. */
function runOnSession(run: Run): Promise<void> {
  return new Promise((answered, failed) => {
    run.path.pool
      .withSession(run.options.database, async (session) => {
        const { behind } = await runStatements(run, session);
        answered();
        if (session.running) await withTimeout(SPOOL_MS, behind);
      })
      .catch(failed); // what goes wrong behind the answer leaves fewer rows for the cursor
  });
}

/** `behind` is what the session still does for the last result; it settles whatever happens. */
interface Behind {
  readonly behind: Promise<unknown>;
}

const NOTHING_BEHIND: Behind = { behind: Promise.resolve() };

async function runStatements(run: Run, session: Session): Promise<Behind> {
  const { path, options, stop, results } = run;
  const statements = parse(run, session.server).slice(results.length);
  const reads: AuthorizedRead[] = [];
  for (const statement of statements) reads.push(await stop.race(path.authorizer.authorize(session, run.text, statement)));
  for (const read of reads) options.onAuthorized?.(read);
  const snapshot = reads.filter(({ kind, tables }) => kind === 'read' && tables.length > 0).length > 1;
  const later = results.length > 0;
  const alone = statements.length === 1 && !later;
  let open = snapshot;
  try {
    if (snapshot) await stop.race(session.beginSnapshot());
    for (const [i, read] of reads.entries()) {
      if (read.depth === 'functions') session.retire();
      const statement = statements[i];
      if (statement === undefined) throw new Error('A statement was authorized that is not there.');
      const { result, behind } = await runStatement(run, session, { read, statement, alone });
      results.push(later ? { ...result, moment: 'later' } : result);
      if (session.running) return { behind };
    }
    if (snapshot) await session.endSnapshot();
    open = false;
    return NOTHING_BEHIND;
  } finally {
    if (open) session.retire(); // else its next call would see the data of this one
  }
}

interface Step {
  readonly read: AuthorizedRead;
  readonly statement: ParsedRead;
  /** The only statement of its call: a long result of it may go on being read behind the answer. */
  readonly alone: boolean;
}

async function runStatement(run: Run, session: Session, step: Step): Promise<Behind & { result: ResultSet }> {
  const { options, stop, results, path } = run;
  const used = results.reduce((sum, { characters }) => sum + characters, 0);
  const limits = { ...options.limits, maxCharacters: options.limits.maxCharacters - used };
  const collector = new ResultCollector(limits, step.read.verb);
  const { from = 0, spoolRows = 0 } = options.paging ?? {};
  const page = new Page(collector, { from, maxRows: limits.maxRows, spoolRows: step.alone ? spoolRows : 0 });
  const watch = path.blocks.begin(step.read.tables);
  const unlimit = stop.limitDocuments(step.read.documentMs);
  const streaming = stream(run, session, step, page);
  const behind = streaming.then(
    (warnings) => {
      watch.stop();
      return warnings;
    },
    () => {
      watch.stop();
    },
  );
  try {
    const full = await stop.race(page.fullOr(streaming));
    const warnings = full ?? (await withTimeout(COUNT_MS, behind));
    collector.blockedStatements(watch.blockedStatements);
    const sources = path.seen && step.read.sources({ columns: collector.resultColumns, warnings: warnings ?? [], complete: !page.cut });
    return { result: collector.result({ warnings: warnings ?? [], rest: restOf(run, step, page, sources), sources }), behind };
  } catch (error) {
    watch.stop(); // the statement itself ends when its session does
    await page.spool?.close();
    throw watch.explain(error);
  } finally {
    unlimit();
  }
}

async function stream(run: Run, session: Session, { read, statement }: Step, page: Page): Promise<readonly ServerWarning[]> {
  const { path, options, stop } = run;
  const { sql, kind, verb } = read;
  if (kind === 'plan') {
    if (verb === 'EXPLAIN' && !read.transactional) throw planRefused();
    // A READ ONLY session refuses the plan of a write. Planners run derived tables: here they meet base tables and native functions only, and what
    // they do is rolled back.
    return path.pool.withWritableSession(options.database, async (planner) => {
      await stop.race(planner.command('START TRANSACTION'));
      if (verb === 'EXPLAIN') await stop.race(requireHeld(run, planner, statement, read));
      const { warnings } = await stop.race(planner.stream(sql, await protectedSink(path, page, read)));
      const remarks = warnings > 0 ? await planner.warnings() : [];
      if (!planner.running) await planner.command('ROLLBACK');
      return remarks;
    });
  }
  try {
    const { complete, warnings } = await session.stream(
      sql,
      await protectedSink(path, page, read),
      EXPLAINS.has(verb) ? undefined : page.rowLimit,
    );
    page.ended(complete);
    return complete && warnings > 0 ? await session.warnings() : [];
  } finally {
    page.ended(false);
    // What was called may have switched READ ONLY off for the next statement, also where this one failed.
    if (!read.inert && !session.running) session.restoreReadOnly();
  }
}

/** Nothing refuses writes in this session, so a table must not become a view between the check and the plan. Throws `statement.refused`. */
async function requireHeld({ path, text }: Run, planner: Session, statement: ParsedRead, { sql, tables }: AuthorizedRead): Promise<void> {
  const left = await holdTables(planner, tables);
  const now = left.length > 0 ? undefined : await path.authorizer.anew().authorize(planner, text, statement);
  if (now?.sql !== sql || !now.transactional) throw planRefused();
}

function planRefused(): PilotError {
  return new PilotError(
    'statement.refused',
    "A write that uses views, stored functions or nontransactional tables can't be explained. Nothing was run.",
    { advice: 'explain.selectInstead' },
  );
}

function restOf({ path, options }: Run, { statement, read }: Step, page: Page, sources: ReadSources | undefined): Rest | undefined {
  if (options.paging === undefined || !page.cut) return undefined;
  const cut = { sql: statement.text, verb: read.verb, database: options.database, sources };
  const { rows, known } = page.left;
  return { cursor: path.cursors.keep(cut, page.next, page.spool), rows, known };
}
