import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';
import { hasPrivilege } from '../policy/privileges.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { type Written } from '../sql/ownSql.ts';
import { readGrants } from './catalog.ts';

/** What belongs to a table and is not in its definition. */
export interface TableDetails {
  readonly triggers: readonly { readonly name: string; readonly when: string; readonly statement: string }[];
  /** False where the account lacks the privilege to see triggers; then there may be some. */
  readonly seesTriggers: boolean;
  readonly viewText: string | undefined;
}

const TRIGGERS = `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event, action_statement AS statement
  FROM information_schema.triggers WHERE event_object_schema = ? AND event_object_table = ? ORDER BY trigger_name`;
const VIEW = `SELECT view_definition AS definition FROM information_schema.views WHERE table_schema = ? AND table_name = ?`;

/** `ER_UNKNOWN_TABLE`: an older server has no such catalog table, and so none of these objects. */
const UNKNOWN_TABLE = 1109;

/** Reads what older servers lack as nothing. */
export async function readDetails(pool: SessionPool, { database, name, kind }: DescribedObject): Promise<TableDetails> {
  return pool.withSession(undefined, async (session) => {
    const read = <S extends string>(statement: Written<S>): Promise<CatalogRow[]> => readIfKnown(session, statement, [database, name]);
    if (kind === 'view') return { triggers: [], seesTriggers: true, viewText: text((await read(VIEW))[0] ?? {}, 'definition') };
    const triggers = (await read(TRIGGERS)).map((row) => ({
      name: text(row, 'name'),
      when: `${text(row, 'timing')} ${text(row, 'event')}`,
      statement: text(row, 'statement'),
    }));
    // Whoever sees one sees all of them.
    const seesTriggers = triggers.length > 0 || (await maySeeTriggers(session, { database, name }));
    return { triggers, seesTriggers, viewText: undefined };
  });
}

interface DescribedObject extends QualifiedName {
  readonly kind: 'table' | 'view';
}

async function maySeeTriggers(session: Session, table: QualifiedName): Promise<boolean> {
  try {
    return hasPrivilege(await readGrants(session), 'TRIGGER', table);
  } catch (error) {
    if (!isPilotError(error, 'statement.failed')) throw error;
    return false; // a server without SHOW GRANTS
  }
}

async function readIfKnown<S extends string>(session: Session, statement: Written<S>, values: readonly string[]): Promise<CatalogRow[]> {
  try {
    return await session.read(statement, values);
  } catch (error) {
    if (isPilotError(error) && error.errno === UNKNOWN_TABLE) return [];
    throw error;
  }
}
