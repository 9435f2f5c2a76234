import type { Query } from '../sql/ast/queries.ts';
import type { Node } from '../sql/walk.ts';
import type { Column } from './column.ts';
import type { Level } from './level.ts';
import type { TableExpression } from './tableExpressions.ts';
import type { Tables } from './tableFacts.ts';

/** The common table expressions of one WITH, by their names in lower case, with those around it. */
export interface ExpressionScope {
  readonly names: Map<string, TableExpression[]>;
  readonly outer: ExpressionScope | undefined;
}

/** What surrounds a query: columns of the queries around it, and names of common table expressions. */
export interface Environment {
  readonly outer: Level | undefined;
  readonly expressions: ExpressionScope | undefined;
  /** The recursive expression whose definition this is. */
  readonly defines?: TableExpression | undefined;
}

export interface JudgedQuery {
  readonly columns: readonly Column[];
  /** Where its ORDER BY looks up names. */
  readonly level: Level;
}

/** One text that is judged: the statement, or the definition of a view. */
export interface Context {
  readonly tables: Tables;
  /** Of names without one. */
  readonly database: string | undefined;
  /** In a view, a hidden column may be passed on: it is a hidden column of the view. */
  readonly inView: boolean;
  /** What is put in the place of nodes: select lists with their stars expanded. */
  readonly replacements: Map<Node, Node>;
  readonly budget: Budget;
  /** Handed in, so that no file imports one above it. */
  readonly judgeQuery: (query: Query, environment: Environment, context: Context) => JudgedQuery;
}

/** How many columns stars may still be expanded to, for the statement as a whole. */
export interface Budget {
  columns: number;
}
