import type { ServerInfo } from '../driver/serverInfo.ts';
import { PilotError } from '../errors.ts';
import type { ResultSet } from '../query/results/resultSet.ts';
import type { TableDescription } from '../schema/catalog.ts';
import type { TableDefinition } from '../schema/definition.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { readColumnUse, type StatementUse } from './columnUse.ts';
import { findCandidates, keyOfTable, superfluousWith, type IndexCandidate } from './indexCandidates.ts';
import type { ScratchCheck, ScratchResult } from './scratchCheck.ts';
import { conditionSql, type PlainCondition } from './plainConditions.ts';
import { toPlanStep, type PlanStep } from './planFindings.ts';
import { requireOne, toRows } from './explain.ts';
import { integer, joined, sql, textLiteral } from '../sql/ownSql.ts';

export interface IndexAdvice {
  readonly candidate: IndexCandidate;
  readonly name: string;
  readonly ddl: string;
  /** Rows that are read now, and would be with it, each time; the latter as far as a sample tells. */
  readonly rowsNow: number;
  readonly rowsThen: number | undefined;
  /** Of the sample, the part that its conditions keep, one after the other; empty where they are not all known. */
  readonly shares: readonly Share[];
  /** Rows that the estimate is from. */
  readonly sampled: number;
  readonly bytes: number;
  readonly superfluous: readonly string[];
  /** Changes of the table since the server started, where that can be seen. */
  readonly writes: number | undefined;
  /** Statements of the workload that want it; 1 for a single statement. */
  readonly statements: number;
  /** What came of it on a copy; undefined where the user has set no database aside for that. */
  readonly checked: ScratchResult | undefined;
}

export interface Share {
  readonly column: string;
  readonly condition: PlainCondition;
  /** Together with those before it; 0 to 1. */
  readonly part: number;
}

export interface Advice {
  readonly advice: readonly IndexAdvice[];
  readonly remarks: readonly string[];
}

export interface AdviceSource {
  readonly server: ServerInfo;
  readonly run: (sql: string) => Promise<ResultSet[]>;
  readonly scratch: ScratchCheck | undefined;
  readonly describe: (database: string, table: string) => Promise<TableDescription | undefined>;
}

/** The note that holds the statement as the server has understood it. */
const PLANNED_TEXT = 1003;
const SAMPLE_ROWS = 20_000;
/** An index that leaves more of the rows than this is not used. */
const MAX_PART = 0.5;
/** Page fill and row headers of a secondary index. */
const OVERHEAD = 1.4;
const ROW_BYTES = 10;
const UNIQUE_PART = 0.9;

/** What indexes would help one statement. Throws `input.invalid` where the server does not tell how it understands it. */
export async function adviseStatement(source: AdviceSource, sql: string): Promise<Advice> {
  requireOne(sql);
  const { use, steps } = await readPlan(source, sql);
  const tables = new Map<string, TableDescription>();
  for (const table of use.tables) {
    const described = await source.describe(table.database, table.table);
    if (described !== undefined) tables.set(keyOfTable(table), described);
  }
  const { candidates, remarks } = findCandidates(use, steps, tables);
  const advice: IndexAdvice[] = [];
  const weak: string[] = [];
  for (const candidate of candidates) {
    const table = tables.get(keyOfTable(candidate));
    if (table?.definition === undefined) continue;
    const weighed = await weigh(source, candidate, { ...table.definition, rows: table.rowEstimate ?? 0 });
    if (isUseful(weighed)) advice.push(weighed);
    else
      weak.push(
        `An index on ${candidate.table} (${candidate.columns.join(', ')}) would still match ~${String(weighed.rowsThen)} of ~${String(weighed.rowsNow)} rows, too many to be useful.`,
      );
  }
  const checked = await checkAll(source, sql, [...tables.values()], advice);
  return { advice: checked.toSorted((a, b) => gain(b) - gain(a)), remarks: [...remarks, ...weak] };
}

async function checkAll(
  source: AdviceSource,
  sql: string,
  tables: readonly TableDescription[],
  advice: readonly IndexAdvice[],
): Promise<IndexAdvice[]> {
  const indexes = advice.map(({ candidate: { table, columns }, name }) => ({ table, columns, name }));
  const results = indexes.length === 0 ? [] : await source.scratch?.check(sql, tables, indexes);
  return advice.map((one, i) => ({ ...one, checked: results?.[i] }));
}

/** The same proposals for many statements become one, those that help most first. */
export function mergeAdvice(all: readonly Advice[]): Advice {
  const byDdl = Map.groupBy(
    all.flatMap(({ advice }) => advice),
    ({ ddl }) => ddl,
  );
  const advice = [...byDdl.values()].flatMap((same) => {
    const [best] = same.toSorted((a, b) => gain(b) - gain(a));
    if (best === undefined) return [];
    const serves = [...new Set(same.flatMap(({ candidate }) => candidate.serves))];
    return [{ ...best, candidate: { ...best.candidate, serves }, statements: same.length }];
  });
  return {
    advice: advice.toSorted((a, b) => gain(b) * b.statements - gain(a) * a.statements),
    remarks: [...new Set(all.flatMap(({ remarks }) => remarks))],
  };
}

async function readPlan({ run, server }: AdviceSource, sql: string): Promise<{ use: StatementUse; steps: PlanStep[] }> {
  const [result] = await run(`${server.explainTable} ${sql}`);
  const planned = result?.warnings.find(({ errno }) => errno === PLANNED_TEXT)?.message;
  if (result === undefined || planned === undefined) {
    throw new PilotError('input.invalid', "The server doesn't show how it interprets this statement, so no indexes can be proposed.", {
      advice: 'diagnose.oneStatement',
    });
  }
  return { use: readColumnUse(planned), steps: toRows([result]).map(toPlanStep) };
}

async function weigh(
  { run }: AdviceSource,
  candidate: IndexCandidate,
  table: TableDefinition & { readonly rows: number },
): Promise<IndexAdvice> {
  const { database, columns, equalColumns, step } = candidate;
  const place = sql`${quoteIdentifier(database)}.${quoteIdentifier(candidate.table)}`;
  const names = columns.map(quoteIdentifier);
  const equal = equalColumns.map(quoteIdentifier);
  const key = table.primaryKey
    .map((part) => /^(?:`((?:[^`]|``)+)`|([^ (]+))/.exec(part))
    .map((match) => match?.[1]?.replaceAll('``', '`') ?? match?.[2] ?? '');
  const read = [...new Set([...names, ...key.map(quoteIdentifier)])];
  const widths = joined(
    read.map((name) => sql`COALESCE(AVG(LENGTH(${name})), 0)`),
    ' + ',
  );
  const distinct = equal.length === 0 ? sql`NULL` : sql`COUNT(DISTINCT ${joined(equal)})`;
  const present = equal.map((one) => sql`${one} IS NOT NULL`);
  const filled = equal.length === 0 ? sql`COUNT(*)` : sql`SUM(${joined(present, ' AND ')})`;
  const conditions = countedConditions(candidate);
  const counted = conditions.map((_, i) => {
    const all = conditions.slice(0, i + 1).map(({ column, condition }) => conditionSql(quoteIdentifier(column), condition));
    return sql`, SUM(${joined(all, ' AND ')}) AS ${quoteIdentifier(`kept_${String(i)}`)}`;
  });
  const sample = sql`(SELECT ${joined(read)} FROM ${place} LIMIT ${integer(SAMPLE_ROWS)}) AS sampled`;
  const [row] = toRows(
    await run(
      sql`SELECT COUNT(*) AS rows_seen, ${filled} AS filled, ${distinct} AS values_seen, ${widths} AS width${joined(counted, '')} FROM ${sample}`,
    ),
  );
  const sampled = Number(row?.['rows_seen'] ?? 0);
  const rows = Math.max(table.rows, sampled);
  const values = row?.['values_seen'] ?? undefined;
  const shares = conditions.map((one, i) => ({ ...one, part: Number(row?.[`kept_${String(i)}`] ?? 0) / Math.max(1, sampled) }));
  const last = shares.at(-1);
  const lastPart = last === undefined ? undefined : Math.max(1, Math.round(last.part * rows));
  const average = values === undefined ? undefined : rowsFor(Number(values), Number(row?.['filled'] ?? 0), { sampled, rows });
  const name = `ix_${[candidate.table, ...columns].join('_')}`.replaceAll(/[^\w$]/g, '_').slice(0, 64);
  return {
    candidate,
    name,
    checked: undefined,
    ddl: sql`CREATE INDEX ${quoteIdentifier(name)} ON ${place} (${joined(names)})`,
    rowsNow: step.rows ?? rows,
    rowsThen: lastPart ?? average,
    shares,
    sampled,
    bytes: Math.round(rows * (Number(row?.['width'] ?? 0) + ROW_BYTES) * OVERHEAD),
    superfluous: superfluousWith(columns, table),
    writes: await countWrites(run, candidate),
    statements: 1,
  };
}

/** Its conditions in the order of its columns, where all columns but those of a sorting have one; else the average over all values is all that is known. */
function countedConditions({ columns, equalColumns, conditions, serves }: IndexCandidate): IndexCandidate['conditions'] {
  const ranged = serves.some((what) => what.startsWith('range of ')) ? columns.slice(equalColumns.length) : [];
  const needed = [...equalColumns, ...ranged];
  const known = needed.map((name) => conditions.filter(({ column }) => column === name));
  return known.every(({ length }) => length > 0) ? known.flat() : [];
}

/** Rows for one of so many values that the filled rows of a sample have. Values that hardly ever repeat are taken for unique. */
function rowsFor(values: number, filled: number, { sampled, rows }: { readonly sampled: number; readonly rows: number }): number {
  if (values >= UNIQUE_PART * filled) return 1;
  return Math.max(1, Math.round((rows * filled) / Math.max(1, sampled) / Math.max(1, values)));
}

function isUseful({ candidate, rowsNow, rowsThen }: IndexAdvice): boolean {
  const sorts = candidate.serves.some((what) => what.includes(' BY '));
  return sorts || rowsThen === undefined || rowsThen / rowsNow <= MAX_PART;
}

/** Rows that need not be read. */
function gain({ rowsNow, rowsThen, checked }: IndexAdvice): number {
  if (checked !== undefined && 'used' in checked && !checked.used) return 0;
  return rowsNow - (rowsThen ?? rowsNow / 3);
}

/** Undefined where the account may not see it or the server does not count. */
async function countWrites(run: AdviceSource['run'], { database, table }: IndexCandidate): Promise<number | undefined> {
  const counted = sql`SELECT count_write AS writes FROM performance_schema.table_io_waits_summary_by_table WHERE object_schema = ${textLiteral(database)} AND object_name = ${textLiteral(table)}`;
  const [row] = toRows(await run(counted).catch(() => []));
  const writes = row?.['writes'] ?? undefined;
  return writes === undefined ? undefined : Number(writes);
}
