import type { AdviceCode } from '../advice.ts';

/** How soon somebody should look. */
export type Severity = 'high' | 'medium' | 'low';

export interface HealthFinding {
  readonly severity: Severity;
  /** What was found, with its evidence. */
  readonly what: string;
  readonly advice: AdviceCode;
}

export type HealthRow = Readonly<Record<string, string | number | null | undefined>>;

/** One statement and what its rows mean. The statement may use `{databases}` (`{objects}` in
 * performance_schema) for the condition on the databases that are looked at, and `{replicaStatus}`. */
export interface HealthCheck {
  readonly id: string;
  /** One text for both servers, or one each; a server without has no such check. */
  readonly sql: string | { readonly mysql?: string; readonly mariadb?: string };
  /**
   * True where nothing is told but names, sizes and settings: the check is made on connections with rules on tables, too. Others show accounts, what other sessions run, or errors
   * of replication, which hold values of rows.
   */
  readonly onlyStructure?: boolean;
  /** Undefined where this server does not tell. */
  readonly evaluate: (rows: readonly HealthRow[]) => HealthFinding[] | undefined;
}

/** Fewer tables are named, the rest is counted. */
const NAMED = 10;
/** In bytes. */
export const MEBIBYTE = 1024 ** 2;

/** A column of a check's row as text; empty for NULL. */
export const text = (row: HealthRow, column: string): string => String(row[column] ?? '');
/** A column of a check's row as a number; 0 for NULL. */
export const number = (row: HealthRow, column: string): number => Number(row[column] ?? 0);
/** The table that a check's row is about, as `database.table`. */
export const tableOf = (row: HealthRow): string => `${text(row, 'table_database')}.${text(row, 'table_name')}`;

function names(all: readonly string[]): string {
  const more = all.length > NAMED ? ` and ${String(all.length - NAMED)} more` : '';
  return `${all.slice(0, NAMED).join(', ')}${more}`;
}

/** One finding about all items, or none where there are none. */
export function some(items: readonly string[], severity: Severity, what: (list: string) => string, advice: AdviceCode): HealthFinding[] {
  return items.length === 0 ? [] : [{ severity, what: what(names(items)), advice }];
}

/** Rows of `name`, `value`. */
export function valuesOf(rows: readonly HealthRow[]): Map<string, string> {
  return new Map(rows.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]));
}
