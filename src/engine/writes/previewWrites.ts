import { createHash, randomUUID } from 'node:crypto';
import { findInPlan, type PlanStep } from '../diagnostics/planFindings.ts';
import type { Session } from '../driver/session.ts';
import { namesIn } from '../guard/namesInTree.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { Stop } from '../query/reads/stop.ts';
import { streamRead } from '../query/reads/streamRead.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { countRows } from './countRows.ts';
import { tryOut } from './dryRun.ts';
import { guardAdded, guardPicked, NO_GUARDS, type Guards } from './guards.ts';
import { inspectTarget, type InspectedTarget } from './inspectTargets.ts';
import type { ParsedWrite } from './parseWrites.ts';
import { countSql, snapshotSql, whyNoSnapshot } from './snapshotSql.ts';
import { RowSnapshot } from './rowSnapshot.ts';
import { readIdentity, type ServerIdentity } from './serverIdentity.ts';
import { KEPT_FOR_REVIEW, type StatementPreview, type WritePreview } from './writePreview.ts';
import type { AddedRows, PickedRows, ParsedDml } from './parseDml.ts';
import { ALL_ROWS, picksAllRows, warnOf, warnOfKeys } from './writeWarnings.ts';
import { checkedText, sql } from '../sql/ownSql.ts';
import { phrase, type Words } from '../phrase.ts';

export interface PreviewOptions {
  readonly database: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Why nothing is tried out on this connection; undefined where it may be. */
  readonly noDryRun: Words | undefined;
}

/** What a preview reads through. */
export interface PreviewSource {
  readonly path: ReadPath;
  readonly explain: (sql: string) => Promise<readonly PlanStep[]>;
}

/** Looks at everything that can be known of statements before they run. Changes nothing; a dry run is rolled back. Throws a PilotError. */
export async function previewWrites(
  source: PreviewSource,
  statements: readonly ParsedWrite[],
  options: PreviewOptions,
): Promise<WritePreview> {
  const stop = new Stop(options.timeoutMs, options.signal);
  try {
    const looked = await stop.race(
      source.path.pool.withSession(options.database, async (session) => ({
        identity: await readIdentity(session),
        found: await inspectAll(source.path, session, statements),
      })),
    );
    const previews: StatementPreview[] = [];
    const written = new Set<string>();
    for (const [i, statement] of statements.entries()) {
      const found = looked.found[i];
      if (found === undefined) throw new Error('A statement was not looked at.');
      previews.push(await stop.race(previewOne(source, statement, found, written, options)));
      for (const one of found.touched?.tables ?? []) written.add(keyOfName(one));
    }
    for (const { statement } of statements) stop.limitDocuments(namesIn(statement).documentMs);
    const tried = await tryOut(source.path, previews, options, stop);
    return { ...tried, identity: looked.identity, ...identify(looked.identity, tried.statements) };
  } finally {
    stop.dispose();
  }
}

async function inspectAll(path: ReadPath, session: Session, statements: readonly ParsedWrite[]): Promise<InspectedTarget[]> {
  const found: InspectedTarget[] = [];
  for (const statement of statements)
    found.push(await inspectTarget(session, statement, await path.authorizer.authorizeWrite(session, statement)));
  return found;
}

async function previewOne(
  source: PreviewSource,
  statement: ParsedWrite,
  found: InspectedTarget,
  written: ReadonlySet<string>,
  options: PreviewOptions,
): Promise<StatementPreview> {
  const { shape } = statement;
  const { printed, isTransactional, table, columns, touched, readsChange, facts, sizes, definition, held } = found;
  const base = {
    ...{ statement, printed, isTransactional, table, columns, touched, readsChange, facts, sizes, definition, held, ...NO_GUARDS },
    before: undefined,
    after: undefined,
    snapshot: undefined,
    expected: undefined,
  };
  if (shape === undefined) {
    return {
      ...base,
      level: 'shown',
      reason: phrase('the statement commits implicitly'),
      rows: undefined,
      plan: [],
      ...warnOf(statement, undefined, false),
      advice: [],
    };
  }
  const steps = await source.explain(printed);
  const reached = [...(touched?.tables ?? []), ...found.named];
  const depends = reached.some((one) => written.has(keyOfName(one)));
  const known = await countByShape(source.path, statement, found, depends, options);
  const guarded = await guard(source.path, shape, found, known, options);
  const warned = warnOf(statement, known.rows, known.level === 'rows');
  const keys = await warnOfKeys(source.path, statement, found, options);
  const all = depends ? false : await picksAllRows(source.path, statement, known.rows, options);
  return {
    ...base,
    ...known,
    ...guarded,
    plan: steps,
    dangers: [...warned.dangers, ...(all ? [ALL_ROWS] : []), ...keys.dangers],
    warnings: [...warned.warnings, ...keys.warnings],
    advice: reads(shape) ? findInPlan(steps) : [],
  };
}

/** What is held besides the rows of the statement themselves; nothing where these are not. */
async function guard(
  path: ReadPath,
  shape: ParsedDml,
  found: InspectedTarget,
  { snapshot, expected }: Known,
  options: PreviewOptions,
): Promise<Guards> {
  if (shape.kind === 'picked' && snapshot !== undefined) return guardPicked(path, shape, found, options);
  return shape.kind === 'added' && expected !== undefined ? guardAdded(path, shape, found, options) : NO_GUARDS;
}

/** A statement without a condition reads everything, and no index would change that. */
function reads(shape: ParsedDml): boolean {
  return shape.kind !== 'picked' || shape.where !== '';
}

type Known = Pick<StatementPreview, 'level' | 'reason' | 'rows' | 'expected' | 'snapshot' | 'before'>;

const NOTHING = { expected: undefined, snapshot: undefined, before: undefined };

async function countByShape(
  path: ReadPath,
  { shape }: ParsedWrite,
  found: InspectedTarget,
  depends: boolean,
  options: PreviewOptions,
): Promise<Known> {
  if (depends) return { ...NOTHING, level: 'shown', reason: phrase('an earlier statement changes the same tables'), rows: undefined };
  if (found.readsChange !== undefined) return { ...NOTHING, level: 'shown', reason: found.readsChange, rows: undefined };
  switch (shape?.kind) {
    case 'picked':
      return takeSnapshot(path, shape, found, options);
    case 'added':
      return countAdded(path, shape, options);
    case 'joined': {
      const rows = await countRows(path, shape.count, options);
      return { ...NOTHING, level: 'shown', reason: phrase('the statement joins tables, so a row may be counted more than once'), rows };
    }
    default:
      return { ...NOTHING, level: 'shown', reason: phrase("the affected rows can't be read in advance"), rows: undefined };
  }
}

async function takeSnapshot(
  path: ReadPath,
  shape: PickedRows,
  { columns, touched, isTransactional }: InspectedTarget,
  options: PreviewOptions,
): Promise<Known> {
  const reason =
    shape.certainty === 'tables' && !isTransactional
      ? phrase('the condition reads views, stored functions, or nontransactional tables')
      : whyNoSnapshot(shape, touched?.tables[0]?.engine, columns);
  if (reason === undefined) {
    const images = new RowSnapshot(KEPT_FOR_REVIEW.rows, KEPT_FOR_REVIEW.characters);
    const sql = snapshotSql(shape, columns);
    const { complete } = await streamRead(path, sql, images, options);
    if (complete && images.whole) {
      const count = images.count;
      return {
        level: 'rows',
        reason: undefined,
        rows: count,
        expected: count,
        snapshot: { sql, digest: images.digest() },
        before: images.table,
      };
    }
  }
  const rows = await countRows(path, countSql(shape), options);
  const held = shape.certainty !== 'chance' && rows !== undefined;
  const why = reason ?? phrase('there are too many rows, or rows that are too large, to compare each one');
  return { ...NOTHING, level: held ? 'count' : 'shown', reason: why, rows, expected: held ? rows : undefined };
}

async function countAdded(path: ReadPath, { source, onDuplicate, certainty }: AddedRows, options: PreviewOptions): Promise<Known> {
  const rows =
    typeof source === 'number' ? source : await countRows(path, sql`SELECT COUNT(*) FROM (${checkedText(source)}) AS added`, options);
  if (onDuplicate !== 'fail') {
    const reasons = {
      ignore: phrase('rows that fail are skipped'),
      update: phrase('existing rows with the same key are updated'),
      replace: phrase('existing rows with the same key are replaced'),
    };
    return { ...NOTHING, level: 'shown', reason: reasons[onDuplicate], rows };
  }
  const held = rows !== undefined && (typeof source === 'number' || certainty !== 'chance');
  return { ...NOTHING, level: held ? 'count' : 'shown', reason: phrase('the rows are new'), rows, expected: held ? rows : undefined };
}

/** Everything that a decision is about: by itself, and with a number that no other preview has. */
function identify(
  { server, account, database, sqlMode }: ServerIdentity,
  statements: readonly StatementPreview[],
): Pick<WritePreview, 'id' | 'content'> {
  const about = statements.map(({ statement, printed, snapshot, guards, definition, expected, rows, level }) => [
    statement.sql,
    printed,
    snapshot?.digest,
    guards.map(({ sql, digest }) => [sql, digest]),
    definition,
    expected,
    rows,
    level,
  ]);
  const digest = (...parts: readonly unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const content = digest(server, account, database, sqlMode, about);
  return { content, id: digest(content, randomUUID()) };
}
