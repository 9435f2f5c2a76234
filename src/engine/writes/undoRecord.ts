import type { Words } from '../phrase.ts';
import * as z from 'zod';
import type { Cell, Column } from '../driver/values.ts';

/**
 * Why a write can't be undone: a code, and what it is about (names, or the server's own words). Worded by who shows it.
 */
export interface UndoObstacle {
  readonly code: UndoObstacleCode;
  readonly about: readonly Words[];
}

export const UNDO_OBSTACLES = [
  // Of the write: there is nothing that could be offered.
  'definition',
  'rows',
  'lasting',
  'unseen',
  'trigger',
  'keyless',
  'keys',
  'tooMany',
  'values',
  'unread',
  // Of the moment in which it is to be undone.
  'server',
  'changedTable',
  'changedRows',
  'done',
  'fires',
  'references',
  'differs',
  'refused',
] as const;
export type UndoObstacleCode = (typeof UNDO_OBSTACLES)[number];

/** One row: as it was before the write, and as the write left it. Null where there was none. */
export interface UndoChange {
  readonly before: readonly Cell[] | null;
  readonly after: readonly Cell[] | null;
}

export interface UndoTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly Column[];
  /** Places of the primary key. */
  readonly key: readonly number[];
  /** Places of the columns that can be written. */
  readonly written: readonly number[];
  /** Places of columns that an UPDATE sets by itself: ON UPDATE CURRENT_TIMESTAMP. */
  readonly updatedByServer: readonly number[];
  /** As `readWrittenColumns` tells it. */
  readonly definition: string;
  readonly changes: readonly UndoChange[];
}

/** All that a write has changed, row by row: a copy of data. */
export interface UndoRecord {
  readonly version: 1;
  /** As `readIdentity` tells it. */
  readonly server: string;
  readonly tables: readonly UndoTable[];
}

const cells = z.array(z.string().nullable()).nullable();
const places = z.array(z.int().nonnegative());

const UndoRecordSchema = z.strictObject({
  version: z.literal(1),
  server: z.string(),
  tables: z.array(
    z.strictObject({
      ...{ database: z.string(), name: z.string(), definition: z.string() },
      columns: z.array(z.looseObject({ name: z.string(), type: z.number(), binary: z.boolean() })),
      ...{ key: places, written: places, updatedByServer: places },
      changes: z.array(z.strictObject({ before: cells, after: cells })),
    }),
  ),
});

/** Undefined for what is no record. */
export function parseUndoRecord(text: string): UndoRecord | undefined {
  try {
    const parsed = UndoRecordSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // no JSON
  }
}

/** How many rows come back. */
export function rowsOf({ tables }: Pick<UndoRecord, 'tables'>): number {
  return tables.reduce((sum, { changes }) => sum + changes.length, 0);
}

/** Equal for the same row of a table. */
export function keyText(row: readonly Cell[], key: readonly number[]): string {
  return JSON.stringify(key.map((at) => row[at] ?? null));
}
