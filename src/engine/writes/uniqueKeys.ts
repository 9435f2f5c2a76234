import { number, text } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { QualifiedName } from '../sql/identifiers.ts';

/** A part of a unique index. */
export interface KeyPart {
  /** Undefined for an expression. */
  readonly column: string | undefined;
  /** How many characters of a text, or bytes, it compares. */
  readonly prefix: number | undefined;
}

export interface UniqueKey {
  readonly isPrimary: boolean;
  readonly parts: readonly KeyPart[];
}

/** The unique indexes of a table, the primary key first. */
export async function readUniqueKeys(session: Session, { database, name }: QualifiedName): Promise<readonly UniqueKey[]> {
  const rows = await session.read(
    `SELECT index_name AS name, column_name AS part, sub_part AS prefix FROM information_schema.statistics
     WHERE table_schema = ? AND table_name = ? AND non_unique = 0 ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index LIMIT 1000000`,
    [database, name],
  );
  const keys = Map.groupBy(rows, (row) => text(row, 'name'));
  return [...keys].map(([index, parts]) => ({
    isPrimary: index === 'PRIMARY',
    parts: parts.map((row) => ({ column: row['part'] === null ? undefined : text(row, 'part'), prefix: number(row, 'prefix') })),
  }));
}
