import type { QualifiedName } from '../sql/identifiers.ts';
import type { ForeignKey } from './foreignKeys.ts';

/** What foreign keys do when a row of a table is deleted, by the keys that do it. The server fires no triggers for it. */
export interface DeleteEffects {
  /** Rows that are deleted with it, nearest first. */
  readonly deletes: readonly ForeignKey[];
  /** Columns that are set to NULL or to their default. */
  readonly sets: readonly ForeignKey[];
  /** Rows that refer to it, or to one that is deleted with it, forbid it. */
  readonly forbids: readonly ForeignKey[];
}

export function deleteEffects(table: QualifiedName, keys: readonly ForeignKey[]): DeleteEffects {
  const byParent = Map.groupBy(keys, ({ referenced }) => idOf(referenced));
  const [deletes, sets, forbids]: ForeignKey[][] = [[], [], []];
  const seen = new Set([idOf(table)]);
  let level = [...seen];
  while (level.length > 0) {
    const next: string[] = [];
    for (const key of level.flatMap((parent) => byParent.get(parent) ?? [])) {
      if (key.onDelete.startsWith('SET')) sets?.push(key);
      else if (key.onDelete !== 'CASCADE') forbids?.push(key);
      else {
        deletes?.push(key);
        const child = idOf(key.table);
        if (!seen.has(child)) next.push(child);
        seen.add(child);
      }
    }
    level = next;
  }
  return { deletes: deletes ?? [], sets: sets ?? [], forbids: forbids ?? [] };
}

/** The spelling counts: both come from the server. */
function idOf({ database, name }: QualifiedName): string {
  return JSON.stringify([database, name]);
}
