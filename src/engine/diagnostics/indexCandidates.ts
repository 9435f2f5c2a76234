import { plainName, type TableDefinition } from '../schema/definition.ts';
import type { StatementUse, TableUse } from './columnUse.ts';
import type { PlanStep } from './planFindings.ts';

/** An index that might help, not yet weighed. */
export interface IndexCandidate {
  readonly database: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Of these, at the beginning, those that must equal something. */
  readonly equalColumns: readonly string[];
  /** What it serves, in words. */
  readonly serves: readonly string[];
  /** What is done without it: the step of the plan. */
  readonly step: PlanStep;
  /** Further columns that would make the index hold all that the statement reads of the table. */
  readonly covering: readonly string[];
  /** True where it holds all that the statement reads of the table, with the primary key that InnoDB adds. */
  readonly covers: boolean;
  /** What its columns are compared with, where that is known. */
  readonly conditions: TableUse['conditions'];
}

export interface Candidates {
  readonly candidates: readonly IndexCandidate[];
  /** What keeps existing or new indexes from being used, and which exist already. */
  readonly remarks: readonly string[];
}

/** Reading smaller tables costs less than an index. */
const LARGE_ROWS = 1000;
const WASTEFUL_PERCENT = 30;
/** Wider indexes cost more than they save. */
const MAX_COLUMNS = 5;
/** Types that an index holds only the beginning of, or not at all. */
const LONG_TYPES = /^(?:tiny|medium|long)?(?:text|blob)|^json|^geometry|^(?:multi)?(?:point|linestring|polygon)|^vector/i;

/** Proposes indexes for the steps of a plan that read more than they need. `tables` by `database.table`. */
export function findCandidates(
  use: StatementUse,
  steps: readonly PlanStep[],
  tables: ReadonlyMap<string, { readonly definition: TableDefinition | undefined }>,
): Candidates {
  const candidates: IndexCandidate[] = [];
  const remarks: string[] = [];
  for (const [i, step] of steps.entries()) {
    const table = use.tables.find(({ alias }) => alias === step.table);
    const definition = table === undefined ? undefined : tables.get(keyOfTable(table))?.definition;
    if (table === undefined || definition === undefined || !isCostly(step)) continue;
    const earlier = new Set(steps.slice(0, i).map((one) => one.table));
    for (const { column, why } of table.hindered) {
      remarks.push(`No index on ${table.table}.${column} can be used for its condition: ${why}.`);
    }
    for (const found of candidatesOf(table, use, step, { earlier, definition, first: i === 0 })) {
      const existing = servedBy(found.columns, found.equalColumns, definition);
      if (existing === undefined) candidates.push(found);
      else
        remarks.push(
          `${existing} on ${table.table} already covers ${found.serves.join(', ')}${step.key === undefined ? ', and the optimizer does not choose it' : ''}.`,
        );
    }
  }
  return { candidates: merge(candidates), remarks: [...new Set(remarks)] };
}

/** What a table is found by in a Map. */
export function keyOfTable({ database, table }: Pick<TableUse, 'database' | 'table'>): string {
  return `${database}.${table}`;
}

/** Indexes that a new one with these columns makes superfluous. */
export function superfluousWith(columns: readonly string[], { indexes }: TableDefinition): string[] {
  const names = columns.map(plainName);
  return indexes
    .filter(
      ({ kind, parts, options }) =>
        kind === 'INDEX' && options === '' && parts.length <= names.length && parts.every((part, i) => part === names[i]),
    )
    .map(({ name }) => name);
}

function isCostly({ access, rows = 0, filtered = 100, extra }: PlanStep): boolean {
  if (rows < LARGE_ROWS) return false;
  return ['ALL', 'index'].includes(access) || filtered < WASTEFUL_PERCENT || /filesort|Using temporary|join buffer/i.test(extra);
}

interface TableContext {
  /** Tables that are read before this one. */
  readonly earlier: ReadonlySet<string | undefined>;
  readonly definition: TableDefinition;
  readonly first: boolean;
}

function candidatesOf(table: TableUse, use: StatementUse, step: PlanStep, { earlier, definition, first }: TableContext): IndexCandidate[] {
  const indexable = (column: string): boolean => {
    const type = definition.columns.find(({ name }) => name === column)?.type;
    return type !== undefined && !LONG_TYPES.test(type);
  };
  const constant = table.equal.filter(indexable);
  const joined = table.joined.filter(({ column, other }) => indexable(column) && earlier.has(other)).map(({ column }) => column);
  const equal = [...new Set([...constant, ...joined])];
  const ranged = table.ranged.filter((column) => indexable(column) && !equal.includes(column)).slice(0, 1);
  const make = (equalColumns: readonly string[], more: readonly string[], serves: readonly string[]): IndexCandidate => {
    const key = definition.engine === 'InnoDB' ? definition.primaryKey : [];
    const columns = withoutKey([...new Set([...equalColumns, ...more])].slice(0, MAX_COLUMNS), key);
    const held = new Set([...columns.map(plainName), ...key]);
    const rest = table.used.filter((column) => !held.has(plainName(column)));
    // An index of all columns is a second table.
    const isPart = held.size + rest.length < definition.columns.length;
    const covering = columns.length + rest.length <= MAX_COLUMNS && isPart && rest.every(indexable) ? rest : [];
    return {
      ...{ database: table.database, table: table.table, columns, serves, step, covering },
      equalColumns: equalColumns.filter((column) => columns.includes(column)),
      covers: rest.length === 0,
      conditions: table.conditions.filter(({ column }) => columns.includes(column)),
    };
  };
  const found: IndexCandidate[] = [];
  if (equal.length + ranged.length > 0) {
    const serves = [...equal.map((column) => `${column} =`), ...ranged.map((column) => `range of ${column}`)];
    found.push(make(equal, ranged, serves));
  }
  for (const [sorting, word] of [
    [use.order, 'ORDER BY'],
    [use.group, 'GROUP BY'],
  ] as const) {
    if (sorting?.alias !== table.alias || !first || !sorting.columns.every(indexable)) continue;
    if (!/filesort|Using temporary/i.test(step.extra)) continue;
    const serves = [...constant.map((column) => `${column} =`), `${word} ${sorting.columns.join(', ')}`];
    found.push(make(constant, sorting.columns, serves));
  }
  return found;
}

/** Without the columns at the end that InnoDB adds to every index: those of the primary key, in its order. */
function withoutKey(columns: readonly string[], key: readonly string[]): readonly string[] {
  for (let count = Math.min(key.length, columns.length - 1); count > 0; count--) {
    if (columns.slice(-count).every((column, i) => plainName(column) === key[i])) return columns.slice(0, -count);
  }
  return columns;
}

/** The name of an index that begins as the candidate does. */
function servedBy(
  columns: readonly string[],
  equalColumns: readonly string[],
  { primaryKey, indexes }: TableDefinition,
): string | undefined {
  const keys = [
    { name: 'The primary key', parts: primaryKey },
    ...indexes.filter(({ kind }) => kind === 'INDEX' || kind === 'UNIQUE').map(({ name, parts }) => ({ name: `Index ${name}`, parts })),
  ];
  const names = columns.map(plainName);
  const equal = new Set(equalColumns.map(plainName));
  return keys.find(({ parts }) => {
    const head = parts.slice(0, equal.size);
    const sameHead = head.length === equal.size && head.every((part) => equal.has(part));
    return sameHead && names.slice(equal.size).every((name, i) => parts[equal.size + i] === name);
  })?.name;
}

/** A candidate that another one begins with is that one. */
function merge(candidates: readonly IndexCandidate[]): IndexCandidate[] {
  const kept: IndexCandidate[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.columns.length - a.columns.length)) {
    const longer = kept.findIndex(
      (one) => keyOfTable(one) === keyOfTable(candidate) && candidate.columns.every((column, i) => one.columns[i] === column),
    );
    const found = kept[longer];
    if (found === undefined) kept.push(candidate);
    else kept[longer] = { ...found, serves: [...new Set([...found.serves, ...candidate.serves])] };
  }
  return kept;
}
