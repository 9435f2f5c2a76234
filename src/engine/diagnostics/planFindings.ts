/** One row of EXPLAIN's table, with what was measured where the statement ran. */
export interface PlanStep {
  readonly select: string;
  /** Name or alias; undefined where a step reads none. */
  readonly table: string | undefined;
  /** How it is read, as EXPLAIN names it: `ALL`, `index`, `range`, `ref`, … */
  readonly access: string;
  readonly possibleKeys: readonly string[];
  readonly key: string | undefined;
  /** Rows that are expected to be read each time, and how many percent of them are expected to be kept. */
  readonly rows: number | undefined;
  readonly filtered: number | undefined;
  /** Rows that were read each time (MariaDB's ANALYZE). */
  readonly actualRows: number | undefined;
  readonly extra: string;
}

/** Smaller tables are read faster than an index is looked at. */
const LARGE_ROWS = 1000;
/** An index whose rows are mostly thrown away. */
const WASTEFUL_PERCENT = 15;
/** Estimates that are off by more than this mislead the optimizer. */
const WRONG_FACTOR = 10;

/** A row of the tabular EXPLAIN, of either flavor. */
export function toPlanStep(row: Readonly<Record<string, string | null | undefined>>): PlanStep {
  const value = (name: string): string | undefined => row[name] ?? undefined;
  const number = (name: string): number | undefined => (value(name) === undefined ? undefined : Number(value(name)));
  return {
    select: value('select_type') ?? '',
    table: value('table'),
    access: value('type') ?? '',
    possibleKeys: value('possible_keys')?.split(',') ?? [],
    key: value('key'),
    rows: number('rows'),
    filtered: number('filtered'),
    actualRows: number('r_rows'),
    extra: value('Extra') ?? '',
  };
}

/** What a reader of the plan should notice, each with the figures that prove it; most expensive first. */
export function findInPlan(steps: readonly PlanStep[]): string[] {
  const findings: { text: string; weight: number }[] = [];
  const add = (weight: number, text: string): void => void findings.push({ text, weight });
  for (const step of steps) {
    const { table = '', access, rows = 0, filtered = 100, extra, key, possibleKeys, select } = step;
    const count = `~${rows.toLocaleString('en-US')} rows`;
    if (access === 'ALL' && rows >= LARGE_ROWS) {
      const why =
        possibleKeys.length === 0
          ? 'no index serves its conditions'
          : `the optimizer did not choose ${possibleKeys.join(', ')}, which would not leave out enough rows`;
      add(rows * 2, `Full scan of ${table}: ${count}, ${why}.`);
    }
    if (access === 'index' && rows >= LARGE_ROWS) add(rows, `Reads the whole index ${key ?? ''} of ${table}: ${count}.`);
    if (!['ALL', 'index'].includes(access) && rows >= LARGE_ROWS && filtered < WASTEFUL_PERCENT) {
      add(
        rows,
        `The index ${key ?? ''} of ${table} finds ${count}, of which ~${String(filtered)} % are kept: its columns do not cover the conditions.`,
      );
    }
    if (/join buffer/i.test(extra)) add(rows * 3, `Joins ${table} without an index: each row before it meets ${count} (join buffer).`);
    if (/filesort/i.test(extra)) add(rows, `Sorts the rows of ${table} (filesort): no index provides the order.`);
    if (/Using temporary/i.test(extra)) add(rows, `Needs a temporary table for grouping or DISTINCT, starting at ${table} on.`);
    if (/^DEPENDENT (?:SUBQUERY|UNION)/.test(select))
      add(rows * 2, `The subquery on ${table} runs once for each outer row: a join may be cheaper.`);
    if (/Impossible WHERE|no matching row/i.test(extra)) add(1, `No row can match: ${extra}.`);
    if (step.actualRows !== undefined && isWrong(rows, step.actualRows)) {
      add(
        rows,
        `Wrong estimate for ${table}: ~${String(rows)} rows expected, ${String(step.actualRows)} read each time. ANALYZE TABLE may help.`,
      );
    }
  }
  return findings.sort((a, b) => b.weight - a.weight).map(({ text }) => text);
}

/** One line for people and models. */
export function describeStep({ table, access, key, rows, filtered, actualRows, extra, select }: PlanStep): string {
  const parts = [
    key === undefined ? access : `${access} by ${key}`,
    rows === undefined ? '' : `~${String(rows)} rows`,
    actualRows === undefined ? '' : `actual ${String(actualRows)}`,
    filtered === undefined || filtered === 100 ? '' : `keeps ${String(filtered)} %`,
    extra,
  ].filter((part) => part !== '');
  return `${table ?? '(no table)'}${select === 'SIMPLE' ? '' : ` [${select}]`}: ${parts.join(', ')}`;
}

const NODE = /^ *-> (.*?) {2}\(cost=\S+ rows=([\d.e+]+)\) \(actual time=\S+?\.\.([\d.e+-]+) rows=([\d.e+]+) loops=([\d.e+]+)\)/;

/** Wrong estimates and the slowest step of MySQL's EXPLAIN ANALYZE, which is a tree of text. */
export function findInTree(tree: string): string[] {
  const nodes = tree.split('\n').flatMap((line) => {
    const [, what = '', expected, time, rows, loops] = NODE.exec(line) ?? [];
    return expected === undefined ? [] : [{ what, expected: Number(expected), ms: Number(time) * Number(loops), rows: Number(rows) }];
  });
  const wrong = nodes
    .filter(({ expected, rows }) => isWrong(expected, rows))
    .map(
      ({ what, expected, rows }) =>
        `Wrong estimate: ${what}: ~${String(expected)} rows expected, ${String(rows)} came each time. ANALYZE TABLE may help.`,
    );
  // Only reads of tables: the time of every other step holds that of the steps below it.
  const reads = nodes.filter(({ what }) => /(?:scan|lookup|search) on /i.test(what)).sort((a, b) => b.ms - a.ms);
  const [slowest] = reads;
  return slowest === undefined ? wrong : [`Most time in a table: ${slowest.what}, ${slowest.ms.toFixed(1)} ms in all.`, ...wrong];
}

/** An expectation that misleads; small numbers are off without harm. */
export function isWrong(expected: number, actual: number): boolean {
  const [less, more] = [Math.min(expected, actual), Math.max(expected, actual)];
  return more >= LARGE_ROWS / 10 && more / Math.max(less, 1) >= WRONG_FACTOR;
}
