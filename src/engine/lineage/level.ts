import { isForeign, nameKey, wideKey } from './columnNames.ts';
import type { Column } from './column.ts';

/** Columns by name. */
export class ColumnIndex {
  readonly columns: readonly Column[];
  readonly #exact = new Map<string, Column[]>();
  readonly #wide = new Map<string, Column[]>();
  #unnamed = false;
  #foreign = false;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
    for (const column of columns) {
      if (column.name === undefined) {
        this.#unnamed = true;
        continue;
      }
      push(this.#exact, nameKey(column.name), column);
      push(this.#wide, wideKey(column.name), column);
      this.#foreign ||= isForeign(column.name);
    }
  }

  /** The columns of a name; `unsure` where the server may find others. */
  find(name: string): readonly Column[] | 'unsure' {
    const found = this.#exact.get(nameKey(name)) ?? [];
    if (found.length === 0 && this.#unnamed) return 'unsure';
    if (!this.#foreign && !isForeign(name)) return found;
    const wide = (this.#wide.get(wideKey(name)) ?? []).filter((column) => isForeign(name) || isForeign(column.name ?? ''));
    return wide.every((column) => found.includes(column)) ? found : 'unsure';
  }
}

/** How the text of a subquery begins, by which servers name its column. */
const SUBQUERY = '(';

/** The columns of a select list by name, where that finds too many rather than too few. */
export class AliasIndex {
  readonly #columns = new Map<string, Column[]>();
  /** Protected columns whose name is the text of a subquery: as it is sent, which is not as it was written. */
  readonly #subqueries: Column[] = [];

  add(column: Column): void {
    const { action, name } = column;
    if (action !== undefined && name?.startsWith(SUBQUERY) !== false) this.#subqueries.push(column);
    else if (name !== undefined) push(this.#columns, wideKey(name), column);
  }

  find(name: string): readonly Column[] {
    const key = wideKey(name);
    const found = this.#columns.get(key) ?? [];
    return key.startsWith(SUBQUERY) ? [...found, ...this.#subqueries] : found;
  }
}

/** An entry of FROM. */
export interface Source {
  /** Undefined for a derived table without one. */
  readonly alias: string | undefined;
  /** That of a table or view; undefined for derived tables and common table expressions. */
  readonly database: string | undefined;
  readonly index: ColumnIndex;
}

/** Where names are looked up: one SELECT inside of others. */
export interface Level {
  readonly sources: readonly Source[];
  /** The select list as far as it is known. */
  readonly aliases: AliasIndex;
  readonly outer: Level | undefined;
  /** While the select list is not complete: checks that wait for it. */
  waiting: (() => void)[] | undefined;
}

export function makeLevel(sources: readonly Source[], outer: Level | undefined): Level {
  return { sources, aliases: new AliasIndex(), outer, waiting: undefined };
}

/**
 * A level and the names that an expression in it sees: columns of FROM alone, those of the select list, too, or (in HAVING) those of the select list and of any level around, where the
 * server may pass over FROM.
 */
export interface Place {
  readonly level: Level;
  readonly names: 'from' | 'aliases' | 'having';
}

function push(map: Map<string, Column[]>, key: string, column: Column): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, [column]);
  else found.push(column);
}
