import type { Session } from '../driver/session.ts';
import { PilotError } from '../errors.ts';
import type { ReadContext } from '../guard/readContext.ts';
import type { AuthorizedWrite } from '../query/authorization/readAuthorizer.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { whyReadsChange } from './cascadesIntoReads.ts';
import { readFacts } from './definitionFacts.ts';
import { readDefinition } from './namedDefinition.ts';
import type { ParsedWrite } from './parseWrites.ts';
import { readWrittenColumns, type WrittenColumn } from './snapshotSql.ts';
import { refuseTies } from './columnTies.ts';
import { readTouched, STATEMENT, type RowEvent, type Touched } from './touchedTables.ts';
import type { Reference } from './parseDml.ts';
import type { ObjectSize } from './writePreview.ts';
import { inEnglish, phrase, type Words } from '../phrase.ts';

export interface InspectedTarget {
  readonly printed: string;
  /** The tables that the statement names or reads, through views, too. */
  readonly named: readonly QualifiedName[];
  /** What keeps its meaning while the statement runs: what it names, and what is touched besides. */
  readonly held: readonly QualifiedName[];
  /** All that it names or reads are base tables that can roll back, and native functions. */
  readonly isTransactional: boolean;
  readonly table: QualifiedName | undefined;
  readonly columns: readonly WrittenColumn[];
  readonly touched: Touched | undefined;
  /** Why it may change other rows than a query finds beforehand. */
  readonly readsChange: Words | undefined;
  readonly facts: readonly Words[];
  readonly sizes: readonly ObjectSize[];
  /** Of a statement that commits by itself: how that is defined which it is about. */
  readonly definition: string | undefined;
}

/** Looks up what a statement names and reaches. Throws `statement.refused` for one that writes through a view, or reaches a table whose rows are denied. */
export async function inspectTarget(session: Session, write: ParsedWrite, authorized: AuthorizedWrite): Promise<InspectedTarget> {
  const { shape, context } = write;
  const { sql, tables: named, transactional } = authorized;
  const base = {
    printed: sql,
    named,
    held: authorized.named,
    isTransactional: transactional,
    definition: undefined,
    readsChange: undefined,
  };
  if (shape === undefined) {
    const definition = await readDefinition(session, write);
    return { ...base, table: undefined, columns: [], touched: undefined, ...(await readFacts(session, write)), definition };
  }
  const events = eventsOf(write);
  const targets = shape.kind === 'picked' || shape.kind === 'added' ? [shape.table] : shape.targets;
  const tables = targets.flatMap((target) => qualify(target, context.database));
  const assigned = write.statement.kind === 'update' ? write.statement.set.map(({ column }) => column.name.name) : undefined;
  const touched = await readTouched(
    session,
    tables.map((table) => ({ table, events, assigned })),
  );
  // As the catalog writes it: letter case may be another than in the statement.
  const single = shape.kind === 'picked' || shape.kind === 'added' ? (touched.tables[0] ?? tables[0]) : undefined;
  const view = touched.tables.find(({ engine, because }) => engine === '' && because === STATEMENT);
  if (view !== undefined) {
    throw new PilotError('statement.refused', 'The statement writes through a view. Nothing was run.', {
      evidence: `${view.database}.${view.name}`,
      advice: 'write.tableBelow',
    });
  }
  const sequence = touched.tables.find(({ isSequence, because }) => isSequence && because === STATEMENT);
  if (sequence !== undefined) {
    throw new PilotError('statement.refused', "The statement writes to a sequence, which ROLLBACK doesn't undo. Nothing was run.", {
      evidence: `${sequence.database}.${sequence.name}`,
      advice: 'write.restart',
    });
  }
  requireAllowed(touched, context);
  await refuseTies(session, write.statement, touched, context);
  const columns = single === undefined ? [] : await readWrittenColumns(session, single);
  const held = new Map([...authorized.named, ...touched.tables].map((one) => [keyOfName(one), one]));
  const readsChange = whyReadsChange(write, touched, columns);
  return { ...base, held: [...held.values()], table: single, columns, touched, readsChange, facts: [], sizes: [] };
}

/** Rules on tables hold for what triggers and foreign keys change, too; what cannot be seen is denied with them. */
function requireAllowed({ tables, reads, checks, unknown }: Touched, { isTableDenied }: ReadContext): void {
  if (isTableDenied === undefined) return;
  const read = reads.map((table) => ({ ...table, because: phrase('a trigger') }));
  const checked = checks.map((table) => ({ ...table, because: phrase('a foreign key') }));
  const denied = [...tables, ...read, ...checked].find((table) => isTableDenied(table));
  const why =
    denied === undefined
      ? unknown
      : phrase(
          '{0} is denied by the table rules of this connection, and is accessed by {1}',
          `${denied.database}.${denied.name}`,
          denied.because,
        );
  if (why === undefined) return;
  throw new PilotError('statement.refused', 'The statement changes more than the table rules allow. Nothing was run.', {
    evidence: `${inEnglish(why)}.`,
    advice: 'rights.rules',
  });
}

function qualify({ database, name }: Reference, current: string | undefined): QualifiedName[] {
  const where = database ?? current;
  return where === undefined ? [] : [{ database: where, name }];
}

function eventsOf({ verb, shape }: ParsedWrite): RowEvent[] {
  if (shape?.kind === 'added') {
    return shape.onDuplicate === 'replace' ? ['INSERT', 'DELETE'] : shape.onDuplicate === 'update' ? ['INSERT', 'UPDATE'] : ['INSERT'];
  }
  if (shape?.kind === 'picked') return [shape.verb];
  return verb === 'UPDATE' ? ['UPDATE'] : verb === 'DELETE' ? ['DELETE'] : ['UPDATE', 'DELETE'];
}

/** Equal as long as a statement would do the same to the same tables: their engines and columns, triggers and foreign keys. */
export function fingerprint({ columns, touched, definition }: Pick<InspectedTarget, 'columns' | 'touched' | 'definition'>): string {
  const tables = touched?.tables.map(({ database, name, engine }) => [database, name, engine]);
  return JSON.stringify([columns, tables, touched?.triggers, touched?.keys, definition]);
}
