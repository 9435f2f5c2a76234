import type { QualifiedName } from '../sql/identifiers.ts';

/** What a statement reads of a table or view. */
export interface TableUse {
  readonly name: QualifiedName;
  /** All of its columns: `*`, or it is not known which. */
  all: boolean;
  /** By their names in lower case, as they are written first. */
  readonly columns: Map<string, string>;
  /** Named without a table: may belong to another one. */
  readonly maybe: Map<string, string>;
}

/** What a statement reads of each table, by a key of the caller. */
export class TableUses {
  readonly #uses = new Map<string, TableUse>();
  readonly #nameOf: (key: string) => QualifiedName;
  #allOfAll = false;
  /** How many SELECTs were looked at. */
  selects = 0;
  /** A name in GROUP BY or HAVING was taken for an alias. Servers take a column where there is one, and warn of it. */
  groupsByAlias = false;

  constructor(nameOf: (key: string) => QualifiedName) {
    this.#nameOf = nameOf;
  }

  table(key: string): TableUse {
    let use = this.#uses.get(key);
    if (use === undefined) this.#uses.set(key, (use = { name: this.#nameOf(key), all: false, columns: new Map(), maybe: new Map() }));
    return use;
  }

  has(key: string): boolean {
    return this.#uses.has(key);
  }

  all(key: string): void {
    this.table(key).all = true;
  }

  /** Of whatever is read: something was named that is not known. */
  allOfAll(): void {
    this.#allOfAll = true;
  }

  /**
   * The server says that a column of the result is this one. In a statement of one SELECT the name belongs to no other table; of several, MySQL may give the name of a common table
   * expression's column for that of the table.
   */
  settle(key: string, column: string): void {
    if (this.selects !== 1 || this.#uses.get(key)?.maybe.has(column.toLowerCase()) !== true) return;
    this.column(key, column, true);
    for (const [other, { maybe }] of this.#uses) if (other !== key) maybe.delete(column.toLowerCase());
  }

  column(key: string, column: string, certain: boolean): void {
    const { columns, maybe } = this.table(key);
    const folded = column.toLowerCase();
    if (certain) {
      maybe.delete(folded);
      if (!columns.has(folded)) columns.set(folded, column);
    } else if (!columns.has(folded)) maybe.set(folded, column);
  }

  get uses(): readonly TableUse[] {
    return [...this.#uses.values()].map((use) => (this.#allOfAll ? { ...use, all: true } : use));
  }
}
