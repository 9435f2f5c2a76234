import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';
import { type Written } from '../sql/ownSql.ts';

/** What belongs to a table and is not in its definition. */
export interface TableDetails {
  /** Data and indexes, in bytes, as the server estimates them; undefined for views. */
  readonly bytes: number | undefined;
  readonly triggers: readonly { readonly name: string; readonly when: string; readonly statement: string }[];
  readonly viewText: string | undefined;
}

const SIZE = `SELECT data_length + index_length AS bytes FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`;
const TRIGGERS = `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event, action_statement AS statement
  FROM information_schema.triggers WHERE event_object_schema = ? AND event_object_table = ? ORDER BY trigger_name`;
const VIEW = `SELECT view_definition AS definition FROM information_schema.views WHERE table_schema = ? AND table_name = ?`;

/** `ER_UNKNOWN_TABLE`: an older server has no such catalog table, and so none of these objects. */
const UNKNOWN_TABLE = 1109;

/** Reads what older servers lack as nothing. */
export async function readDetails(pool: SessionPool, database: string, table: string): Promise<TableDetails> {
  return pool.withSession(undefined, async (session) => {
    const read = <S extends string>(statement: Written<S>): Promise<CatalogRow[]> => readIfKnown(session, statement, [database, table]);
    const [size] = await read(SIZE);
    const triggers = await read(TRIGGERS);
    const [view] = await read(VIEW);
    return {
      bytes: view === undefined ? Number(size?.['bytes'] ?? 0) : undefined,
      triggers: triggers.map((row) => ({
        name: text(row, 'name'),
        when: `${text(row, 'timing')} ${text(row, 'event')}`,
        statement: text(row, 'statement'),
      })),
      viewText: view === undefined ? undefined : text(view, 'definition'),
    };
  });
}

async function readIfKnown<S extends string>(session: Session, statement: Written<S>, values: readonly string[]): Promise<CatalogRow[]> {
  try {
    return await session.read(statement, values);
  } catch (error) {
    if (isPilotError(error) && error.errno === UNKNOWN_TABLE) return [];
    throw error;
  }
}
