import { type CatalogRow, text } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';

export type SchemaObjectKind = 'function' | 'procedure' | 'trigger' | 'event' | 'user';

export interface SchemaObject {
  readonly kind: SchemaObjectKind;
  /** Of a user `name@host`. */
  readonly name: string;
  /** What it is about: what a function returns, when a trigger fires on what, how often an event runs. */
  readonly detail: string;
  readonly comment: string;
}

export type ObjectGroup = 'routines' | 'triggers' | 'events' | 'users';

const ROUTINES = `SELECT routine_name AS name, routine_type AS kind, dtd_identifier AS detail, routine_comment AS comment
  FROM information_schema.routines WHERE routine_schema = ? ORDER BY routine_name`;
const TRIGGERS = `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event, event_object_table AS table_name
  FROM information_schema.triggers WHERE trigger_schema = ? ORDER BY event_object_table, action_order, trigger_name`;
const EVENTS = `SELECT event_name AS name, interval_value AS every_value, interval_field AS every_field, execute_at AS once_at, status AS status,
    event_comment AS comment
  FROM information_schema.events WHERE event_schema = ? ORDER BY event_name`;
const USERS = 'SELECT user AS name, host AS host FROM mysql.user ORDER BY user, host';
const OWN_USER = 'SELECT CURRENT_USER() AS account';

/** `ER_TABLEACCESS_DENIED_ERROR`, `ER_DBACCESS_DENIED_ERROR`: who may not see all accounts sees its own. */
const DENIED = new Set([1142, 1044, 1143]);

/** The objects of a group; `database` is left out of account for users. Throws a PilotError. */
export async function listObjects(pool: SessionPool, group: ObjectGroup, database: string): Promise<SchemaObject[]> {
  return pool.withSession(undefined, async (session) => {
    switch (group) {
      case 'routines':
        return (await session.read(ROUTINES, [database])).map(toRoutine);
      case 'triggers':
        return (await session.read(TRIGGERS, [database])).map((row) => ({
          ...{ kind: 'trigger', name: text(row, 'name'), comment: '' },
          detail: `${text(row, 'timing')} ${text(row, 'event')} ON ${text(row, 'table_name')}`,
        }));
      case 'events':
        return (await session.read(EVENTS, [database])).map(toEvent);
      case 'users':
        return readUsers(session);
    }
  });
}

function toRoutine(row: CatalogRow): SchemaObject {
  const kind = text(row, 'kind') === 'FUNCTION' ? 'function' : 'procedure';
  return { kind, name: text(row, 'name'), detail: kind === 'function' ? text(row, 'detail') : '', comment: text(row, 'comment') };
}

function toEvent(row: CatalogRow): SchemaObject {
  const when = text(row, 'every_value') === '' ? text(row, 'once_at') : `${text(row, 'every_value')} ${text(row, 'every_field')}`;
  return { kind: 'event', name: text(row, 'name'), detail: `${when}, ${text(row, 'status').toLowerCase()}`, comment: text(row, 'comment') };
}

async function readUsers(session: Session): Promise<SchemaObject[]> {
  const user = (name: string): SchemaObject => ({ kind: 'user', name, detail: '', comment: '' });
  try {
    return (await session.read(USERS)).map((row) => user(`${text(row, 'name')}@${text(row, 'host')}`));
  } catch (error) {
    if (!isPilotError(error) || !DENIED.has(error.errno ?? 0)) throw error;
    return (await session.read(OWN_USER)).map((row) => user(text(row, 'account')));
  }
}
