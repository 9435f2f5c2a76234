import type { CatalogRow } from '../driver/connect.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';

/** What a table has beyond columns, keys and indexes. */
export interface TableDetails {
  /** For example `InnoDB, utf8mb4_unicode_ci`; undefined for views. */
  readonly storage: string | undefined;
  /** Data and indexes, in bytes, as the server estimates them. */
  readonly bytes: number | undefined;
  readonly checks: readonly { readonly name: string; readonly clause: string }[];
  readonly triggers: readonly { readonly name: string; readonly when: string; readonly statement: string }[];
  /** For example `RANGE (year(placed_at)): p2023, p2024`. */
  readonly partitions: string | undefined;
  /** The query of a view. */
  readonly viewText: string | undefined;
}

const STORAGE = `SELECT engine AS engine, table_collation AS collation, data_length + index_length AS bytes
  FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`;
const CHECKS = `SELECT c.constraint_name AS name, c.check_clause AS clause FROM information_schema.check_constraints c
  JOIN information_schema.table_constraints t ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
  WHERE t.table_schema = ? AND t.table_name = ? AND t.constraint_type = 'CHECK' ORDER BY c.constraint_name`;
/** MariaDB's names of checks are unique in their table only. */
const CHECKS_MARIADB = `SELECT constraint_name AS name, check_clause AS clause FROM information_schema.check_constraints
  WHERE constraint_schema = ? AND table_name = ? ORDER BY constraint_name`;
const TRIGGERS = `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event, action_statement AS statement
  FROM information_schema.triggers WHERE event_object_schema = ? AND event_object_table = ? ORDER BY trigger_name`;
const PARTITIONS = `SELECT partition_name AS name, partition_method AS method, partition_expression AS expression
  FROM information_schema.partitions WHERE table_schema = ? AND table_name = ? AND partition_name IS NOT NULL ORDER BY partition_ordinal_position`;
const VIEW = `SELECT view_definition AS definition FROM information_schema.views WHERE table_schema = ? AND table_name = ?`;

/** `ER_UNKNOWN_TABLE`: an older server has no such catalogue table, and so none of these objects. */
const UNKNOWN_TABLE = 1109;

export async function readDetails(pool: SessionPool, database: string, table: string): Promise<TableDetails> {
  return pool.withSession(undefined, async (session) => {
    const read = (sql: string): Promise<CatalogRow[]> => readIfKnown(session, sql, [database, table]);
    const [storage] = await read(STORAGE);
    const checks = await read(session.server.flavour === 'mysql' ? CHECKS : CHECKS_MARIADB);
    const triggers = await read(TRIGGERS);
    const partitions = await read(PARTITIONS);
    const [view] = await read(VIEW);
    const engine = text(storage?.['engine']);
    return {
      storage: engine === '' ? undefined : `${engine}, ${text(storage?.['collation'])}`,
      bytes: engine === '' ? undefined : Number(storage?.['bytes'] ?? 0),
      checks: checks.map((row) => ({ name: text(row['name']), clause: text(row['clause']) })),
      triggers: triggers.map((row) => ({
        name: text(row['name']),
        when: `${text(row['timing'])} ${text(row['event'])}`,
        statement: text(row['statement']),
      })),
      partitions: describePartitions(partitions),
      viewText: view === undefined ? undefined : text(view['definition']),
    };
  });
}

async function readIfKnown(session: Session, sql: string, values: readonly string[]): Promise<CatalogRow[]> {
  try {
    return await session.read(sql, values);
  } catch (error) {
    if (isPilotError(error) && error.errno === UNKNOWN_TABLE) return [];
    throw error;
  }
}

function describePartitions(rows: readonly CatalogRow[]): string | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const names = [...new Set(rows.map((row) => text(row['name'])))];
  return `${text(first['method'])} (${text(first['expression'])}): ${names.join(', ')}`;
}

function text(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
