import type { Words } from '../phrase.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { checkedText, integer, sql, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';
import type { Alteration } from './alterTable.ts';
import { isLiteral, typeName } from './columnModel.ts';
import type { DdlContext } from './ddlContext.ts';
import type { ColumnModel, TableModel } from './tableModel.ts';
import type { Way } from './wayKinds.ts';

/** Rows that would keep a statement from being run, or lose something by it. */
export interface DataQuestion {
  /** Counts at most `MAX_COUNTED` and one more. */
  readonly query: OwnSql;
  /** What is counted, behind a number. */
  readonly what: Words;
  /** Undefined where the statement runs all the same. */
  readonly errno: number | undefined;
  /** Counts 1 where the first of the rows makes the server say this instead. */
  readonly instead?: { readonly query: OwnSql; readonly errno: number };
}

/** A question that can't be put to the rows of now. */
export interface OpenQuestion {
  readonly unasked: Words;
}

export const MAX_COUNTED = 1000;

export interface DataScene extends Alteration {
  readonly context: DdlContext;
  readonly way: Way;
}

export type Ask = (condition: OwnSql, what: Words, errno: number | undefined) => DataQuestion;

export function count(from: OwnSql): OwnSql {
  return sql`SELECT COUNT(*) AS n FROM (${from} LIMIT ${integer(MAX_COUNTED + 1)}) AS x`;
}

export function tableOf(table: QualifiedName): OwnSql {
  return sql`${quoteIdentifier(table.database)}.${quoteIdentifier(table.name)}`;
}

export function rowsWhere({ origin }: TableModel, condition: OwnSql): OwnSql {
  return count(sql`SELECT 1 FROM ${tableOf(origin ?? { database: '', name: '' })} WHERE ${condition}`);
}

/** The value of a column in the rows of now; undefined where a statement computes it. */
export function valueOf(column: ColumnModel, { dialect }: DdlContext, alias?: OwnSql): OwnSql | undefined {
  if (column.origin !== undefined) {
    const name = quoteIdentifier(column.origin);
    return alias === undefined ? name : sql`${alias}.${name}`;
  }
  if (column.generated !== undefined || column.auto) return undefined;
  if (column.defaultValue !== undefined)
    return isLiteral(column.defaultValue) ? checkedText(print(column.defaultValue, dialect)) : undefined;
  if (column.nullable) return sql`NULL`;
  if (column.charset !== undefined) return /^(?:ENUM|SET)$/.test(typeName(column.type)) ? undefined : sql`''`;
  return /INT$|^(?:DECIMAL|FLOAT|DOUBLE|BIT)$/.test(typeName(column.type)) ? sql`0` : undefined;
}
