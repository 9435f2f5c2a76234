import { type CatalogRow, text } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';

export interface StoredProgram {
  readonly name: string;
  /** For example `FUNCTION (x INT) RETURNS int` or `EVENT every 1 DAY`. */
  readonly head: string;
  readonly comment: string;
  /** Undefined where the account may not see it. */
  readonly body: string | undefined;
}

const ROUTINES = `SELECT r.routine_name AS name, r.routine_type AS kind, r.dtd_identifier AS returned, r.routine_comment AS comment, r.routine_definition AS body
  FROM information_schema.routines r WHERE r.routine_schema = ? ORDER BY r.routine_name`;
const PARAMETERS = `SELECT p.specific_name AS routine, p.routine_type AS kind, p.parameter_mode AS mode, p.parameter_name AS name, p.dtd_identifier AS type
  FROM information_schema.parameters p WHERE p.specific_schema = ? AND p.parameter_name IS NOT NULL ORDER BY p.specific_name, p.ordinal_position`;
const EVENTS = `SELECT e.event_name AS name, e.interval_value AS every_value, e.interval_field AS every_field, e.execute_at AS once_at, e.status AS status,
    e.event_comment AS comment, e.event_definition AS body
  FROM information_schema.events e WHERE e.event_schema = ? ORDER BY e.event_name`;

export async function listPrograms(pool: SessionPool, database: string): Promise<StoredProgram[]> {
  return pool.withSession(undefined, async (session) => {
    const routines = await session.read(ROUTINES, [database]);
    const parameters = routines.length === 0 ? [] : await session.read(PARAMETERS, [database]);
    const of = Map.groupBy(parameters, (row) => JSON.stringify([row['kind'], row['routine']]));
    const events = await session.read(EVENTS, [database]);
    return [...routines.map((row) => toRoutine(row, of.get(JSON.stringify([row['kind'], row['name']])) ?? [])), ...events.map(toEvent)];
  });
}

function toRoutine(row: CatalogRow, parameters: readonly CatalogRow[]): StoredProgram {
  const kind = text(row, 'kind');
  const list = parameters.map((one) =>
    [kind === 'PROCEDURE' ? text(one, 'mode') : '', text(one, 'name'), text(one, 'type')].filter((part) => part !== '').join(' '),
  );
  const returns = kind === 'FUNCTION' ? ` RETURNS ${text(row, 'returned')}` : '';
  return { name: text(row, 'name'), head: `${kind} (${list.join(', ')})${returns}`, comment: text(row, 'comment'), body: bodyOf(row) };
}

function toEvent(row: CatalogRow): StoredProgram {
  const when =
    text(row, 'every_value') === '' ? `at ${text(row, 'once_at')}` : `every ${text(row, 'every_value')} ${text(row, 'every_field')}`;
  return {
    name: text(row, 'name'),
    head: `EVENT ${when}, ${text(row, 'status').toLowerCase()}`,
    comment: text(row, 'comment'),
    body: bodyOf(row),
  };
}

function bodyOf(row: CatalogRow): string | undefined {
  const body = text(row, 'body');
  return body === '' ? undefined : body;
}
