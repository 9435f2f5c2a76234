import { walk, type Node } from '../sql/walk.ts';
import type { Call } from '../sql/ast/expressions.ts';
import type { BaseColumn, ColumnAction } from './baseColumn.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { stricter, type Column } from './column.ts';
import { derivedFrom } from './generatedColumns.ts';
import { ColumnIndex } from './level.ts';
import type { KnownTable, LineageCatalog } from './lineageCatalog.ts';
import { tablesOf } from './tablesOf.ts';

export type ActionOf = (column: BaseColumn) => ColumnAction | undefined;

/** A table or view with what the rules say of it. */
export interface TableFacts {
  readonly known: KnownTable;
  /** Of a table: with their actions. Of a view: as it has them by rules on itself. */
  readonly columns: readonly Column[];
  /** True where a column is protected, here or in a table that a view reads. */
  readonly isProtected: boolean;
  /** Of `columns`, or of a view where its definition was judged. */
  index: ColumnIndex;
  judged: boolean;
}

/** Looks up tables, each once, and the rules on their columns. */
export class Tables {
  readonly catalog: LineageCatalog;
  readonly #actionOf: ActionOf;
  readonly #asked = new Map<string, TableFacts>();
  readonly #facts = new Map<KnownTable, TableFacts>();
  readonly #open = new Set<KnownTable>();

  constructor(catalog: LineageCatalog, actionOf: ActionOf) {
    this.catalog = catalog;
    this.#actionOf = actionOf;
  }

  /** Throws for a table that the catalog doesn't know. */
  find(database: string | undefined, name: string, at: { readonly start: number } | undefined): TableFacts {
    if (database === undefined) throw new ColumnRefusal(`The table ${name} without a database`, at, 'names.passDatabase');
    const key = `${database}\0${name}`; // which is in no name
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    const known = this.catalog.table(database, name);
    if (known === undefined) throw untraced(`The table ${database}.${name}, whose columns are not known,`, at);
    const facts = this.#facts.get(known) ?? this.#learn(known, at);
    this.#facts.set(known, facts);
    this.#asked.set(key, facts);
    return facts;
  }

  /** True where a table with a protected column is within reach of a statement or view, through views and stored functions. */
  reachesProtected(root: Node, database: string | undefined): boolean {
    let reaches = false;
    for (const { database: own, name, expression } of tablesOf(root)) {
      // Servers differ in the letters of such names: a table that one of them may mean counts.
      if (expression && (database === undefined || this.catalog.table(database, name) === undefined)) continue;
      reaches = this.find(own ?? database, name, root).isProtected || reaches;
    }
    walk(root, (node) => {
      if (node.kind === 'call') this.#checkFunction(node as Call, database);
      return undefined;
    });
    return reaches;
  }

  /** What a stored function returns can't be traced: none may read a protected table. */
  #checkFunction(call: Call, database: string | undefined): void {
    const known = this.catalog.function(call, database);
    if (known === 'native') return;
    const what = `The stored function ${call.name.name}(), which may read protected columns,`;
    if (known === undefined || known.tables.some(({ database: own, name }) => this.find(own, name, call).isProtected))
      throw untraced(what, call);
  }

  #learn(known: KnownTable, at: { readonly start: number } | undefined): TableFacts {
    if (this.#open.has(known)) throw untraced(`The view ${known.database}.${known.name}, which reads itself,`, at);
    this.#open.add(known);
    const ruled = new Map(known.columns.map((column) => [column, this.#actionOf(baseColumn(known, column.name))]));
    const derived = derivedFrom(known.columns, (column) => ruled.get(column) !== undefined);
    // A rule of its own on a generated column is a decision about it. Without one, even that it is NULL may tell a value.
    const columns = known.columns.map((column): Column => {
      const action = stricter(ruled.get(column), derived.has(column) && ruled.get(column) === undefined ? 'hide' : undefined);
      return { name: column.name, invisible: column.invisible, action, origin: baseColumn(known, column.name, column.kind) };
    });
    const isRuled = columns.some(({ action }) => action !== undefined);
    const reaches = known.view !== undefined && this.reachesProtected(known.view, known.database);
    this.#open.delete(known);
    return { known, columns, isProtected: isRuled || reaches, index: new ColumnIndex(columns), judged: !reaches };
  }
}

function baseColumn({ database, name }: KnownTable, column: string, kind?: string): BaseColumn {
  return { database, table: name, column, ...(kind === undefined ? {} : { kind }) };
}
