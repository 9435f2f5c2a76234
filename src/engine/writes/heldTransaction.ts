import type { Session } from '../driver/session.ts';
import { holdTables } from '../query/reads/heldTables.ts';
import { exactKey } from '../query/authorization/objectCatalog.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Stop } from '../query/reads/stop.ts';
import { fingerprint, inspectTarget, type InspectedTarget } from './inspectTargets.ts';
import type { ParsedDml } from './parseDml.ts';
import type { ParsedWrite } from './parseWrites.ts';
import { changedSince } from './runStatement.ts';
import type { WritePreview } from './writePreview.ts';

/** The path of statements in a transaction that holds tables, and those that it could not hold. */
interface HeldPath {
  readonly path: ReadPath;
  readonly left: readonly QualifiedName[];
}

/**
 * Begins the transaction, in which everything that the statements name or touch keeps its meaning, and looks whether it is what the preview was about. Where more is held than the
 * rows of the statements, it locks all that it reads.
 */
export async function beginHeld(
  session: Session,
  path: ReadPath,
  preview: Pick<WritePreview, 'statements'>,
  stop: Stop,
): Promise<HeldPath> {
  const readsOthers = preview.statements.some(
    ({ guards, statement: { shape } }) => guards.length > 0 || (shape !== undefined && readsRows(shape)),
  );
  if (readsOthers) await stop.race(session.command('SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'));
  await stop.race(session.command('START TRANSACTION'));
  const tables = new Map(preview.statements.flatMap(({ held }) => held.map((one) => [exactKey(one), one])));
  const left = await stop.race(holdTables(session, [...tables.values()]));
  const held = { ...path, authorizer: path.authorizer.anew() };
  await stop.race(requireUnchanged(session, held, preview));
  return { path: held, left };
}

/** Whether it reads rows besides those that it changes: what was read of them has to stay until it runs. */
function readsRows(shape: ParsedDml): boolean {
  switch (shape.kind) {
    case 'picked':
      return shape.certainty === 'tables' || shape.valueCertainty === 'tables';
    case 'added':
      return typeof shape.source === 'string';
    default:
      return true;
  }
}

/** Throws `write.changed` where a statement would be sent otherwise, or reach something else, than the preview says. */
export async function requireUnchanged(session: Session, path: ReadPath, { statements }: Pick<WritePreview, 'statements'>): Promise<void> {
  for (const one of statements) {
    const found = await inspectAgain(session, path, one.statement);
    if (found.printed !== one.printed || fingerprint(one) !== fingerprint(found)) throw changedSince('Columns, triggers, or foreign keys');
  }
}

export async function inspectAgain(session: Session, path: ReadPath, statement: ParsedWrite): Promise<InspectedTarget> {
  return inspectTarget(session, statement, await path.authorizer.authorizeWrite(session, statement));
}
