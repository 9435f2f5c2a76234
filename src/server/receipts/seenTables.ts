import type { ReceiptTable } from '../../broker/receiptContract.ts';
import type { SourceTable } from '../../engine/query/results/readSources.ts';
import { keyOfName } from '../../engine/sql/identifiers.ts';
import { Distinct } from './distinct.ts';

/** Further tables are counted. */
export const MAX_TABLES = 200;
/** A table with more of them counts as read whole. */
export const MAX_COLUMNS = 200;

interface Entry {
  readonly database: string;
  readonly name: string;
  all: boolean;
  /** By their names in lower case. */
  readonly columns: Map<string, string>;
  readonly maybe: Map<string, string>;
  readonly protected: Map<string, ReceiptTable['protected'][number]>;
}

/** The tables that were read, each with its columns, up to a limit. */
export class SeenTables {
  readonly #tables = new Map<string, Entry>();
  readonly #more = new Distinct();

  add({ database, name, all, columns, maybe, protected: ruled }: SourceTable): void {
    const entry = this.#entry(database, name);
    if (entry === undefined) return;
    entry.all ||= all;
    for (const column of columns) {
      entry.columns.set(column.toLowerCase(), column);
      entry.maybe.delete(column.toLowerCase());
    }
    for (const column of maybe) if (!entry.columns.has(column.toLowerCase())) entry.maybe.set(column.toLowerCase(), column);
    for (const one of ruled) if (entry.protected.size < MAX_COLUMNS) entry.protected.set(one.column.toLowerCase(), one);
    if (entry.columns.size + entry.maybe.size > MAX_COLUMNS) entry.all = true;
    if (!entry.all) return;
    entry.columns.clear();
    entry.maybe.clear();
  }

  #entry(database: string, name: string): Entry | undefined {
    const key = keyOfName({ database, name });
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    if (this.#tables.size >= MAX_TABLES) {
      this.#more.add(key);
      return undefined;
    }
    const made = { database, name, all: false, columns: new Map(), maybe: new Map(), protected: new Map() };
    this.#tables.set(key, made);
    return made;
  }

  get tables(): ReceiptTable[] {
    return [...this.#tables.values()].map((one) => ({
      ...{ database: one.database, name: one.name, all: one.all },
      columns: [...one.columns.values()],
      maybe: [...one.maybe.values()],
      protected: [...one.protected.values()],
    }));
  }

  get more(): number {
    return this.#more.count;
  }
}
