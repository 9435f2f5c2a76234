import type { AdviceCode } from '../advice.ts';

/** How soon somebody should look. */
export type Severity = 'high' | 'medium' | 'low';

export interface HealthFinding {
  readonly severity: Severity;
  /** What was found, with its evidence. */
  readonly what: string;
  readonly advice: AdviceCode;
}

/** Why a check says nothing, in words; what it is about is not sound for that. */
export interface NotJudged {
  readonly notJudged: string;
}

export type HealthRow = Readonly<Record<string, string | number | null | undefined>>;

/** One statement and what its rows mean. The statement may use `{databases}` (`{objects}` in
 * performance_schema) for the condition on the databases that are looked at, `{replicaStatus}`, and `{indexVisible}`. */
export interface HealthCheck {
  readonly id: string;
  /** One text for both servers, or one each; a server without has no such check. */
  readonly sql: string | { readonly mysql?: string; readonly mariadb?: string };
  /**
   * True where nothing is told but names, sizes and settings: the check is made on connections with rules on tables, too. Others show accounts, what other sessions run, or errors
   * of replication, which hold values of rows.
   */
  readonly onlyStructure?: boolean;
  /** Undefined where this server does not tell; not there where all is told by `facts`. */
  readonly evaluate?: (rows: readonly HealthRow[]) => readonly HealthFinding[] | NotJudged | undefined;
  /** What is worth knowing whether or not it is sound, a few words each. */
  readonly facts?: (rows: readonly HealthRow[]) => readonly string[];
}

/** Fewer tables are named, the rest is counted. */
const NAMED = 10;
/** In bytes. */
export const MEBIBYTE = 1024 ** 2;

/** For example `9 min` or `3 days`. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${String(Math.round(seconds))} s`;
  if (seconds < 7200) return `${String(Math.round(seconds / 60))} min`;
  return seconds < 172_800 ? `${String(Math.round(seconds / 3600))} h` : `${String(Math.round(seconds / 86_400))} days`;
}

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
