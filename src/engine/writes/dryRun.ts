import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { Stop } from '../query/reads/stop.ts';
import { findActiveExpression } from '../query/authorization/tableExpressions.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { beginHeld } from './heldTransaction.ts';
import { changedSince, runStatement } from './runStatement.ts';
import { serverWarning } from './serverWarning.ts';
import { KEPT_FOR_REVIEW, type StatementPreview, type WritePreview } from './writePreview.ts';
import { phrase, type Phrase, type Words } from '../phrase.ts';

/** A dry run locks what it changes until it is rolled back; more rows than this would keep others waiting. */
const MAX_ROWS = 10_000;
/** `ER_LOCK_WAIT_TIMEOUT`, `ER_LOCK_DEADLOCK`, and a metadata lock that is not to be had (`ER_LOCK_NOWAIT`, MariaDB). */
const LOCKED = new Set([1205, 1213, 3572]);

export interface DryRunOptions {
  readonly database: string | undefined;
  readonly noDryRun: Words | undefined;
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
      if (left.length > 0) return { skipped: phrase("this account can't read all affected tables") };
      const active = await stop.race(whyNotByTables(session, previews));
      if (active !== undefined) return { skipped: active };
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
    if ('skipped' in tried) return { statements: previews, dryRun: tried };
    return { statements: tried, dryRun: { elapsedMs: Math.round(performance.now() - started) } };
  } catch (error) {
    const locked = isPilotError(error) && error.errno !== undefined && LOCKED.has(error.errno);
    if (!locked) throw error;
    return { statements: previews, dryRun: { skipped: phrase('other sessions hold locks on the rows') } };
  }
}

async function tryOne(preview: StatementPreview, run: () => ReturnType<typeof runStatement>): Promise<StatementPreview> {
  const { counted, affected, warnings, before, after } = await run();
  const { snapshot, warnings: known } = preview;
  // Alone, a statement must pick now what it picked a moment ago; behind others it may well pick something else.
  // Nor may the server count more rows than those.
  if (snapshot !== undefined && (before?.digest !== snapshot.digest || counted > before.count))
    throw changedSince('The rows that the statement affects');
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
        : [phrase('Rows that change: {0}. The other rows already have the new values.', affected)]),
      ...warnings.filter(({ level }) => level !== 'Note').map(({ errno, message }) => serverWarning(message, errno)),
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
async function whyNotByTables(session: Session, previews: readonly StatementPreview[]): Promise<Phrase | undefined> {
  const tables = new Map(previews.flatMap(({ touched }) => (touched?.tables ?? []).map((table) => [keyOfName(table), table])));
  const context = previews[0]?.statement.context;
  if (context === undefined) return undefined;
  for (const table of tables.values()) {
    const why = await findActiveExpression(session, table, context);
    if (why !== undefined) return phrase('ROLLBACK may not undo the statement: {0}', why);
  }
  return undefined;
}

function whyNot({ statement, touched, isTransactional, rows, plan, guards }: StatementPreview): Phrase | undefined {
  if (statement.shape === undefined || touched === undefined) return phrase('the statement commits implicitly');
  if (touched.lasting !== undefined) return phrase('ROLLBACK may not undo the statement: {0}', touched.lasting);
  if (!isTransactional) return phrase('the statement uses views, stored functions, or nontransactional tables');
  const along = guards.reduce((sum, { changes, count }) => sum + (changes ? count : 0), 0);
  const estimate = Math.max((rows ?? 0) + along, ...plan.map((step) => step.rows ?? 0));
  return estimate > MAX_ROWS ? phrase('the statement may affect {0} rows, more than {1}', estimate, MAX_ROWS) : undefined;
}
