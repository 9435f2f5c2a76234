import type { Call } from '../sql/ast/expressions.ts';
import type { Query } from '../sql/ast/queries.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';

export interface KnownColumn {
  readonly name: string;
  /** The expression of a generated column, or of a default that computes, as the server shows it: with DEFAULT the value of either follows from other columns of the row. */
  readonly generatedFrom?: string | undefined;
  /** Left out of `*`. */
  readonly invisible?: boolean | undefined;
  /** Of its type: the server converts a value to compare it with one of another kind. Undefined where it is not known. */
  readonly kind?: string | undefined;
  /** AUTO_INCREMENT. */
  readonly isCounted?: boolean | undefined;
}

/** A table or view, spelled as in the catalog, with its columns in their order. */
export interface KnownTable {
  readonly database: string;
  readonly name: string;
  readonly columns: readonly KnownColumn[];
  /** The definition of a view, parsed in its own sql_mode; unqualified names in it belong to the view's database. */
  readonly view?: Query | undefined;
}

/** What a call in the generic form reads: one of the server's own functions, which reads no table, or a stored function with the tables in its body. */
export type KnownFunction = 'native' | { readonly tables: readonly { readonly database: string; readonly name: string }[] };

/** What the caller has read before a statement is judged; nothing here asks a server. */
export interface LineageCatalog {
  /** What the statement was parsed and is printed for. */
  readonly dialect: Dialect;
  readonly currentDatabase: string | undefined;
  readonly lowerCaseTableNames: 0 | 1 | 2;
  /**
   * The table, view or sequence that the server takes for this name, by its own rules on letters; also tables of `information_schema`, and MariaDB's `seq_1_to_10` with its column `seq`.
   * Undefined for what is not known: a statement that reads it is refused.
   */
  table(database: string, name: string): KnownTable | undefined;
  /** Undefined for what is not known (then the statement is refused). `database` is that of the text that holds the call: of the statement or of a view. */
  function(call: Call, database: string | undefined): KnownFunction | undefined;
}
