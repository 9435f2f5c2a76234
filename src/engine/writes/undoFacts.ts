import { number, text } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';

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

/**
 * Reads what decides how rows of these tables can be brought back. Table by table: servers that find out by opening tables open only those that an equation names.
 */
export async function readUndoFacts(session: Session, tables: readonly QualifiedName[]): Promise<UndoFactsByTable> {
  const facts = new Map<string, UndoFacts>();
  for (const table of tables) if (!facts.has(keyOfName(table))) facts.set(keyOfName(table), await readFacts(session, table));
  return facts;
}

async function readFacts(session: Session, { database, name }: QualifiedName): Promise<UndoFacts> {
  const parts = await session.read(
    `SELECT index_name AS name, column_name AS part, sub_part AS prefix FROM information_schema.statistics
     WHERE table_schema = ? AND table_name = ? AND non_unique = 0 AND index_name <> 'PRIMARY' ORDER BY index_name, seq_in_index LIMIT 1000000`,
    [database, name],
  );
  const triggers = await session.read(
    `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event FROM information_schema.triggers
     WHERE event_object_schema = ? AND event_object_table = ? ORDER BY trigger_name LIMIT 1000000`,
    [database, name],
  );
  const keys = Map.groupBy(parts, (row) => text(row, 'name'));
  return {
    uniqueKeys: [...keys.values()].map((rows) => rows.map((row) => ({ column: text(row, 'part'), prefix: number(row, 'prefix') }))),
    triggers: triggers.map((row) => ({
      event: text(row, 'event'),
      told: `${text(row, 'name')} (${text(row, 'timing')} ${text(row, 'event')})`,
    })),
  };
}
