import type { QualifiedName } from '../sql/identifiers.ts';
import { fitsName } from '../sql/namePattern.ts';

/** Patterns `database.table` with `*` for any characters; letter case does not count. */
export interface TableRules {
  /** Where given, nothing else is in reach. */
  readonly allow?: readonly string[] | undefined;
  /** Wins over `allow`. */
  readonly deny?: readonly string[] | undefined;
}

/**
 * Of the server's own databases what only tells how the others are built. The rest shows rows, or statements with their values: histograms, process
 * lists, digests, full-text words.
 */
const CATALOG: ReadonlySet<string> = new Set(
  (
    'CHARACTER_SETS CHECK_CONSTRAINTS COLLATIONS COLUMNS ENGINES EVENTS KEY_COLUMN_USAGE PARAMETERS PARTITIONS REFERENTIAL_CONSTRAINTS ' +
    'ROUTINES SCHEMATA STATISTICS TABLES TABLE_CONSTRAINTS TRIGGERS VIEWS'
  ).split(' '),
);

/** Undefined where there are no rules; else true for a table or view whose rows are out of reach. */
export function compileTableRules({ allow, deny }: TableRules = {}): ((name: QualifiedName) => boolean) | undefined {
  if (allow === undefined && deny === undefined) return undefined;
  const allowed = allow?.map(partsOf);
  const denied = (deny ?? []).map(partsOf);
  return ({ database, name }) => {
    const whole = `${database}.${name}`.toLowerCase();
    return denied.some((one) => fitsName(one, whole)) || allowed?.some((one) => fitsName(one, whole)) === false;
  };
}

/** Of a name in `information_schema`, `performance_schema` or `mysql`: true where it shows structure and no rows. */
export function isCatalog({ database, name }: QualifiedName): boolean {
  return database.toLowerCase() === 'information_schema' && CATALOG.has(name.toUpperCase());
}

/** `only shop.*; not shop.salaries`; empty where there are no rules. */
export function describeTableRules({ allow, deny }: TableRules = {}): string {
  const only = allow === undefined ? [] : [`only ${allow.join(', ')}`];
  return [...only, ...(deny === undefined || deny.length === 0 ? [] : [`not ${deny.join(', ')}`])].join('; ');
}

function partsOf(pattern: string): string[] {
  return pattern.toLowerCase().split('*');
}
