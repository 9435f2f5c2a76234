import { number, text, type CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { placeholders, sql } from '../sql/ownSql.ts';

/** The columns of a unique index besides the primary key; `prefix` is how many characters of a text, or bytes, it compares. */
export type UniqueKey = readonly { readonly column: string; readonly prefix: number | undefined }[];

/** What a table does with rows that are brought back. */
export interface UndoFacts {
  readonly uniqueKeys: readonly UniqueKey[];
  /** `event` is for example INSERT, and `told` for example `audit (AFTER INSERT)`. */
  readonly triggers: readonly { readonly event: string; readonly told: string }[];
}

/** By `keyOfName`. */
export type UndoFactsByTable = ReadonlyMap<string, UndoFacts>;

/** Reads what decides how rows of these tables can be brought back. */
export async function readUndoFacts(session: Session, tables: readonly QualifiedName[]): Promise<UndoFactsByTable> {
  if (tables.length === 0) return new Map();
  const names = tables.flatMap(({ database, name }) => [database, name]);
  const places = placeholders(tables.length, 2);
  const parts = await session.read(
    sql`SELECT table_schema AS d, table_name AS n, index_name AS name, column_name AS part, sub_part AS prefix FROM information_schema.statistics
      WHERE non_unique = 0 AND index_name <> 'PRIMARY' AND (table_schema, table_name) IN (${places}) ORDER BY index_name, seq_in_index LIMIT 1000000`,
    names,
  );
  const triggers = await session.read(
    sql`SELECT event_object_schema AS d, event_object_table AS n, trigger_name AS name, action_timing AS timing, event_manipulation AS event
      FROM information_schema.triggers WHERE (event_object_schema, event_object_table) IN (${places}) ORDER BY trigger_name LIMIT 1000000`,
    names,
  );
  return new Map(
    tables.map((table) => {
      const isOwn = (row: CatalogRow): boolean => keyOfName({ database: text(row, 'd'), name: text(row, 'n') }) === keyOfName(table);
      const keys = Map.groupBy(parts.filter(isOwn), (row) => text(row, 'name'));
      const facts: UndoFacts = {
        uniqueKeys: [...keys.values()].map((rows) => rows.map((row) => ({ column: text(row, 'part'), prefix: number(row, 'prefix') }))),
        triggers: triggers.filter(isOwn).map((row) => ({
          event: text(row, 'event'),
          told: `${text(row, 'name')} (${text(row, 'timing')} ${text(row, 'event')})`,
        })),
      };
      return [keyOfName(table), facts];
    }),
  );
}
