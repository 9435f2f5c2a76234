import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { Stop } from '../query/reads/stop.ts';
import { findActiveExpression } from '../query/authorization/tableExpressions.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { beginHeld } from './heldTransaction.ts';
import { changedSince, runStatement } from './runStatement.ts';
import { KEPT_FOR_REVIEW, type StatementPreview, type WritePreview } from './writePreview.ts';

/** A dry run locks what it changes until it is rolled back; more rows than this would keep others waiting. */
const MAX_ROWS = 10_000;
/** `ER_LOCK_WAIT_TIMEOUT`, `ER_LOCK_DEADLOCK`, and a metadata lock that is not to be had (`ER_LOCK_NOWAIT`, MariaDB). */
const LOCKED = new Set([1205, 1213, 3572]);

export interface DryRunOptions {
  readonly database: string | undefined;
  readonly noDryRun: string | undefined;
}

/**
 * Runs the statements and rolls them back, where a ROLLBACK surely undoes all of it: InnoDB tables only, no stored programs, few
 * rows. Waits for nobody's locks longer than a second. Throws what the statements themselves fail with.
 */
export async function tryOut(
  path: ReadPath,
  previews: readonly StatementPreview[],
  options: DryRunOptions,
  stop: Stop,
): Promise<Pick<WritePreview, 'statements' | 'dryRun'>> {
  const skipped = options.noDryRun ?? previews.map(whyNot).find((reason) => reason !== undefined);
  if (skipped !== undefined) return { statements: previews, dryRun: { skipped } };
  const started = performance.now();
  try {
    const tried = await path.pool.withWritableSession(options.database, async (session) => {
      await stop.race(session.command('SET SESSION innodb_lock_wait_timeout = 1, lock_wait_timeout = 1'));
      // Nobody is asked, so nothing may have got a trigger, or become another table, since it was looked at.
      const { path: held, left } = await beginHeld(session, path, { statements: previews }, stop);
      if (left.length > 0) return 'this account may not read all tables that it touches';
      const active = await stop.race(whyNotByTables(session, previews));
      if (active !== undefined) return active;
      const statements: StatementPreview[] = [];
      for (const preview of previews)
        statements.push(
          await stop.race(
            tryOne(preview, () =>
              runStatement(session, held, preview, {
                keep: KEPT_FOR_REVIEW.rows,
                keepCharacters: KEPT_FOR_REVIEW.characters,
                held: false,
                database: options.database,
              }),
            ),
          ),
        );
      await stop.race(session.command('ROLLBACK'));
      return statements;
    });
    if (typeof tried === 'string') return { statements: previews, dryRun: { skipped: tried } };
    return { statements: tried, dryRun: { elapsedMs: Math.round(performance.now() - started) } };
  } catch (error) {
    const locked = isPilotError(error) && error.errno !== undefined && LOCKED.has(error.errno);
    if (!locked) throw error;
    return { statements: previews, dryRun: { skipped: 'others hold locks on the rows, and nobody is kept waiting for a preview' } };
  }
}

async function tryOne(preview: StatementPreview, run: () => ReturnType<typeof runStatement>): Promise<StatementPreview> {
  const { counted, affected, warnings, before, after } = await run();
  const { snapshot, warnings: known } = preview;
  // Alone, a statement must pick now what it picked a moment ago; behind others it may well pick something else.
  if (snapshot !== undefined && before?.digest !== snapshot.digest) throw changedSince('The rows that the statement affects');
  return {
    ...preview,
    ...(preview.level === 'shown' && preview.statement.shape?.kind !== 'other' ? heldToCount(preview, counted) : { expected: counted }),
    rows: rowsOf(preview, counted),
    before: before?.table ?? preview.before,
    after,
    warnings: [
      ...known,
      ...(affected === counted || preview.statement.verb !== 'UPDATE'
        ? []
        : [`${affected.toLocaleString('en-US')} of the rows change; the others have the values already.`]),
      ...warnings.filter(({ level }) => level !== 'Note').map(({ errno, message }) => `Server warning: ${message} (${String(errno)}).`),
    ],
  };
}

/** What could only be shown is now held to the number that the dry run gave, unless chance decides. */
function heldToCount({ statement, reason }: StatementPreview, counted: number): Partial<StatementPreview> {
  const { shape } = statement;
  const chance = (shape?.kind === 'picked' || shape?.kind === 'added') && shape.certainty === 'chance';
  return chance ? {} : { level: 'count', reason, expected: counted };
}

/** Beforehand a join is counted in combinations, and of INSERT IGNORE the rows that are left out as well. */
function rowsOf({ rows, statement: { shape } }: StatementPreview, counted: number): number {
  const isOther = shape?.kind === 'joined' || (shape?.kind === 'added' && shape.onDuplicate === 'ignore');
  return isOther ? counted : (rows ?? counted);
}

/** Defaults, generated columns and checks of all tables that are touched run, too. */
async function whyNotByTables(session: Session, previews: readonly StatementPreview[]): Promise<string | undefined> {
  const tables = new Map(previews.flatMap(({ touched }) => (touched?.tables ?? []).map((table) => [keyOfName(table), table])));
  const context = previews[0]?.statement.context;
  if (context === undefined) return undefined;
  for (const table of tables.values()) {
    const why = await findActiveExpression(session, table, context);
    if (why !== undefined) return `a ROLLBACK might not undo it: ${why}`;
  }
  return undefined;
}

function whyNot({ statement, touched, isTransactional, rows, plan, guards }: StatementPreview): string | undefined {
  if (statement.shape === undefined || touched === undefined) return 'it commits by itself';
  if (touched.lasting !== undefined) return `a ROLLBACK might not undo it: ${touched.lasting}`;
  if (!isTransactional) return 'it meets views, stored functions or tables without transactions';
  const along = guards.reduce((sum, { changes, count }) => sum + (changes ? count : 0), 0);
  const estimate = Math.max((rows ?? 0) + along, ...plan.map((step) => step.rows ?? 0));
  return estimate > MAX_ROWS
    ? `it may touch ${estimate.toLocaleString('en-US')} rows, more than ${MAX_ROWS.toLocaleString('en-US')}`
    : undefined;
}
