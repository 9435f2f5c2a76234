import type { ColumnReference, Name } from '../sql/ast/expressions.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { untraced } from './columnRefusal.ts';
import { nameKey, wideKey } from './columnNames.ts';
import type { Column } from './column.ts';
import type { Level, Place, Source } from './level.ts';

/** Columns that servers add to tables and some catalogs don't list: the primary key under a name of its own, the generated one, the times of a row's version. */
const UNLISTED = new Set(['_rowid', 'my_row_id', 'row_start', 'row_end']);

export interface FoldsTables {
  readonly lowerCaseTableNames: 0 | 1 | 2;
}

/**
 * Every column that a name may mean. Which one the server takes where a column and an alias have the same name differs between servers and clauses, so all are returned; but the level is
 * the one where the server finds the first. Throws where that is not certain.
 */
export function findColumns(reference: ColumnReference, { level, names }: Place, folds: FoldsTables): readonly Column[] {
  const found: Column[] = [];
  for (let at: Level | undefined = level; at !== undefined; at = at.outer) {
    const here = at === level;
    if (reference.table === undefined && (!here || names !== 'from')) found.push(...at.aliases.find(reference.name.name));
    const inFrom = findInSources(reference, at.sources, folds);
    found.push(...inFrom);
    if (inFrom.length > 0 && !(here && names === 'having')) return found;
  }
  if (found.length === 0) throw untraced(`The column ${writtenName(reference)}, which can't be traced to a table,`, reference);
  return found;
}

/** The columns of this name in some entries of FROM. Throws where the server may see others. */
function findInSources(reference: ColumnReference, sources: readonly Source[], folds: FoldsTables): readonly Column[] {
  const matching = reference.table === undefined ? sources : findSources(reference.table, reference.database, sources, folds);
  const found: Column[] = [];
  for (const { index } of matching) {
    const columns = index.find(reference.name.name);
    if (columns === 'unsure') throw untraced(`The column ${writtenName(reference)}, which can't be traced reliably,`, reference);
    found.push(...columns);
  }
  if (found.length === 0 && UNLISTED.has(nameKey(reference.name.name)) && matching.some(({ database }) => database !== undefined))
    throw untraced(`The column ${writtenName(reference)}, which the server adds to tables,`, reference);
  return found;
}

/** The entries of FROM that `alias.` or `database.alias.` means. Throws where the server may see others. */
export function findSources(alias: Name, database: Name | undefined, sources: readonly Source[], folds: FoldsTables): readonly Source[] {
  const found = sources.filter((source) => isSame(alias.name, source.alias, folds));
  const near = sources.some(
    (source) => !found.includes(source) && source.alias !== undefined && wideKey(alias.name) === wideKey(source.alias),
  );
  const exact = found.some((source) => source.alias === alias.name);
  if (near && !exact) throw untraced(`The name ${alias.name}, which differs from the name in FROM in case or accents,`, alias);
  if (database === undefined) return found;
  const within = found.filter((source) => isSame(database.name, source.database, folds));
  const others = found.filter((source) => !within.includes(source));
  // Servers differ in what such a name means for derived tables, and in the letters of databases.
  const unsure = others.some((source) => source.database === undefined || nearNames(source.database, database.name));
  if (unsure) throw untraced(`The name ${database.name}.${alias.name}, which can't be traced reliably,`, database);
  return within;
}

export function writtenName({ database, table, name }: ColumnReference): string {
  return [database, table, name].flatMap((part) => (part === undefined ? [] : [part.name])).join('.');
}

function isSame(written: string, name: string | undefined, { lowerCaseTableNames }: FoldsTables): boolean {
  if (name === undefined) return false;
  return written === name || (lowerCaseTableNames !== 0 && nameKey(written) === nameKey(name));
}

function nearNames(one: string, other: string): boolean {
  return keyOfName({ database: '', name: one }) === keyOfName({ database: '', name: other }) || wideKey(one) === wideKey(other);
}
