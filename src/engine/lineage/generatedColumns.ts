import { wideKey } from './columnNames.ts';
import type { KnownColumn } from './lineageCatalog.ts';

const WORDS = /[\p{L}\p{M}\p{N}_$]+/gu;
const WORD = /^[\p{L}\p{M}\p{N}_$]+$/u;

/**
 * The columns of a table that are generated from a protected one, directly or by other generated columns. Every word in an expression counts as a column, also where it stands in a text:
 * how servers show these expressions differs, and one too many does no harm. A name that is not a word may be in each of them.
 */
export function derivedFrom(columns: readonly KnownColumn[], isProtected: (column: KnownColumn) => boolean): ReadonlySet<KnownColumn> {
  const generated = columns.filter(({ generatedFrom }) => generatedFrom !== undefined);
  const users = new Map<string, KnownColumn[]>();
  for (const column of generated)
    for (const word of new Set(column.generatedFrom?.match(WORDS)?.map(wideKey))) {
      const known = users.get(word);
      if (known === undefined) users.set(word, [column]);
      else known.push(column);
    }
  const found = new Set<KnownColumn>();
  const left = columns.filter(isProtected);
  for (let one = left.pop(); one !== undefined; one = left.pop())
    for (const user of WORD.test(one.name) ? (users.get(wideKey(one.name)) ?? []) : generated) {
      if (found.has(user)) continue;
      found.add(user);
      left.push(user);
    }
  return found;
}
