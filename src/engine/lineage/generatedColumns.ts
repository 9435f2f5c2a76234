import { wideKey } from './columnNames.ts';
import type { KnownColumn } from './lineageCatalog.ts';

const WORDS = /[\p{L}\p{M}\p{N}_$]+/gu;
/** A name that every server shows as it is. Of others a catalog may escape signs, or garble letters. */
const PLAIN = /^[\w$]+$/;
const QUOTED = /[`"]/;

/**
 * The columns of a table that are generated, or filled by default, from a protected one, directly or by other generated columns. Every word in an expression counts as a column, also where it stands in a text:
 * how servers show these expressions differs, and one too many does no harm. A name that is not plain may be in each of them that quotes one.
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
  const quoting = generated.filter(({ generatedFrom }) => generatedFrom !== undefined && QUOTED.test(generatedFrom));
  const found = new Set<KnownColumn>();
  const left = columns.filter(isProtected);
  for (let one = left.pop(); one !== undefined; one = left.pop())
    for (const user of PLAIN.test(one.name) ? (users.get(wideKey(one.name)) ?? []) : quoting) {
      if (found.has(user)) continue;
      found.add(user);
      left.push(user);
    }
  return found;
}
