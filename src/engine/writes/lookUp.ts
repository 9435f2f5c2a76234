import type { Session } from '../driver/session.ts';
import { PilotError } from '../errors.ts';
import type { Reference } from '../policy/references.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { AdmittedWrite } from './admitWrites.ts';
import { readFacts } from './definitionFacts.ts';
import { readWrittenColumns, type WrittenColumn } from './picture.ts';
import { readTouched, STATEMENT, type RowEvent, type Touched } from './touchedTables.ts';

/** What the catalogue says about a statement. */
export interface Found {
  /** What the statement names and may read. */
  readonly named: readonly QualifiedName[];
  readonly table: QualifiedName | undefined;
  readonly columns: readonly WrittenColumn[];
  readonly touched: Touched | undefined;
  readonly facts: readonly string[];
}

/** Looks up what a statement names and reaches. Throws `statement.refused` for one that writes through a view. */
export async function lookUp(session: Session, statement: AdmittedWrite): Promise<Found> {
  const { shape } = statement;
  if (shape === undefined)
    return { named: [], table: undefined, columns: [], touched: undefined, facts: await readFacts(session, statement) };
  const events = eventsOf(statement);
  // Of a statement over several tables every name may be one that it writes to.
  const targets = shape.kind === 'picked' || shape.kind === 'added' ? [shape.table] : statement.references;
  const tables = targets.flatMap((target) => qualify(target, session.database));
  const touched = await readTouched(
    session,
    tables.map((table) => ({ table, events })),
  );
  // As the catalogue writes it: letter case may be another than in the statement.
  const single = shape.kind === 'picked' || shape.kind === 'added' ? (touched.tables[0] ?? tables[0]) : undefined;
  const view = touched.tables.find(({ engine, because }) => engine === '' && because === STATEMENT);
  if (view !== undefined) {
    throw new PilotError('statement.refused', 'The statement writes through a view, or names one. Nothing was run.', {
      evidence: `${view.database}.${view.name}`,
      nextStep: 'Write to the table below it.',
    });
  }
  const columns = single === undefined ? [] : await readWrittenColumns(session, single);
  const named = statement.references.flatMap((reference) => qualify(reference, session.database));
  return { named, table: single, columns, touched, facts: [] };
}

function qualify({ database, name }: Reference, current: string | undefined): QualifiedName[] {
  const where = database ?? current;
  return where === undefined ? [] : [{ database: where, name }];
}

function eventsOf({ verb, shape }: AdmittedWrite): RowEvent[] {
  if (shape?.kind === 'added') {
    return shape.onDuplicate === 'replace' ? ['INSERT', 'DELETE'] : shape.onDuplicate === 'update' ? ['INSERT', 'UPDATE'] : ['INSERT'];
  }
  if (shape?.kind === 'picked') return [shape.verb];
  return verb === 'UPDATE' ? ['UPDATE'] : verb === 'DELETE' ? ['DELETE'] : ['UPDATE', 'DELETE'];
}

/** Equal as long as a statement would do the same to the same tables: their engines and columns, triggers and foreign keys. */
export function fingerprint({ columns, touched }: Pick<Found, 'columns' | 'touched'>): string {
  const tables = touched?.tables.map(({ database, name, engine }) => [database, name, engine]);
  return JSON.stringify([columns, tables, touched?.triggers, touched?.keys]);
}
