import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { streamRead, type StreamOptions } from '../query/reads/streamRead.ts';
import { checkedText } from '../sql/ownSql.ts';
import { cascadeQueries, valueQuery, type GuardQueries } from './guardQueries.ts';
import type { InspectedTarget } from './inspectTargets.ts';
import { readWrittenColumns } from './snapshotSql.ts';
import { RowSetDigest } from './rowSetDigest.ts';
import type { AddedRows, PickedRows } from './parseDml.ts';
import { phrase, type Phrase, type Words } from '../phrase.ts';

export interface Guard {
  readonly what: Words;
  readonly sql: string;
  readonly changes: boolean;
  readonly digest: string;
  readonly count: number;
  /** Some of the rows, where they are what the statement adds. */
  readonly sample: ResultTable | undefined;
}

/** What a statement is held to besides its own rows, and what it is not. */
export interface Guards {
  readonly guards: readonly Guard[];
  readonly unheld: readonly Words[];
}

export const NO_GUARDS: Guards = { guards: [], unheld: [] };

export async function guardPicked(path: ReadPath, shape: PickedRows, found: InspectedTarget, options: StreamOptions): Promise<Guards> {
  const { table, columns, touched } = found;
  if (table === undefined || touched === undefined) return NO_GUARDS;
  const values = valueQuery(shape, columns);
  const cascades = await cascadeQueries(shape, table, touched.keys, (child) =>
    path.pool.withSession(options.database, (session) => readWrittenColumns(session, child)),
  );
  const all = { queries: [...values.queries, ...cascades.queries], unheld: [...values.unheld, ...cascades.unheld] };
  const { guards, unheld } = await readAll(path, all, options);
  return { guards, unheld: [...unheld, ...triggers(found)] };
}

export async function guardAdded(path: ReadPath, shape: AddedRows, found: InspectedTarget, options: StreamOptions): Promise<Guards> {
  if (typeof shape.source === 'number') return { guards: [], unheld: triggers(found) };
  const what = phrase('the rows that the query returns');
  if (!shape.isSourceStable || !found.isTransactional) return { guards: [], unheld: [what, ...triggers(found)] };
  const { guards, unheld } = await readAll(
    path,
    { queries: [{ what, sql: checkedText(shape.source), changes: false }], unheld: [] },
    options,
  );
  return { guards, unheld: [...unheld, ...triggers(found)] };
}

function triggers({ touched }: InspectedTarget): Phrase[] {
  return (touched?.triggers.length ?? 0) === 0 ? [] : [phrase('what the triggers change')];
}

async function readAll(path: ReadPath, { queries, unheld }: GuardQueries, options: StreamOptions): Promise<Guards> {
  const guards: Guard[] = [];
  const left = [...unheld];
  for (const { what, sql, changes } of queries) {
    const rows = new RowSetDigest();
    const complete = await streamRead(path, sql, rows, options).then(
      (streamed) => streamed.complete,
      (error: unknown) => {
        // What cannot be read is not held, and that is told.
        if (isPilotError(error, 'statement.failed') || isPilotError(error, 'statement.refused') || isPilotError(error, 'statement.timeout'))
          return false;
        throw error;
      },
    );
    if (complete && rows.whole)
      guards.push({ what, sql, changes, digest: rows.digest, count: rows.count, sample: changes ? undefined : rows.sample });
    else left.push(what);
  }
  return { guards, unheld: left };
}

/** True where the rows of a guard are now what they were. They stay so until the transaction ends, which has to be SERIALIZABLE: then it locks all that it reads. */
export async function isAsGuarded(session: Session, printed: string, { changes, digest }: Guard): Promise<boolean> {
  const rows = new RowSetDigest();
  const { complete } = await session.stream(changes ? `${printed} FOR UPDATE` : printed, rows);
  return complete && rows.whole && rows.digest === digest;
}
