import { phrase, rowsPhrase, type Phrase } from '../phrase.ts';

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
export function findInPlan(steps: readonly PlanStep[]): Phrase[] {
  const findings: { text: Phrase; weight: number }[] = [];
  const add = (weight: number, text: Phrase): void => void findings.push({ text, weight });
  for (const step of steps) {
    const { table = '', access, rows = 0, filtered = 100, extra, key, possibleKeys, select } = step;
    const count = rowsPhrase(rows);
    if (access === 'ALL' && rows >= LARGE_ROWS) {
      const why =
        possibleKeys.length === 0
          ? phrase('no index fits the conditions')
          : phrase("the optimizer didn't choose {0}, which would still match too many rows", possibleKeys.join(', '));
      add(rows * 2, phrase('Full scan of {0}: about {1}, {2}.', table, count, why));
    }
    if (access === 'index' && rows >= LARGE_ROWS)
      add(rows, phrase('Reads the whole index {0} of {1}: about {2}.', key ?? '', table, count));
    if (!['ALL', 'index'].includes(access) && rows >= LARGE_ROWS && filtered < WASTEFUL_PERCENT) {
      add(
        rows,
        phrase(
          "The index {0} of {1} finds about {2}, of which about {3}% match: its columns don't cover all conditions.",
          key ?? '',
          table,
          count,
          filtered,
        ),
      );
    }
    if (/join buffer/i.test(extra))
      add(rows * 3, phrase('Joins {0} without an index: compares each preceding row with about {1} (join buffer).', table, count));
    if (/filesort/i.test(extra)) add(rows, phrase('Sorts the rows of {0} (filesort): no index provides the order.', table));
    if (/Using temporary/i.test(extra)) add(rows, phrase('Needs a temporary table for grouping or DISTINCT, starting at {0}.', table));
    if (/^DEPENDENT (?:SUBQUERY|UNION)/.test(select))
      add(rows * 2, phrase('The subquery on {0} runs once for each outer row: a join may be cheaper.', table));
    if (/Impossible WHERE|no matching row/i.test(extra)) add(1, phrase('No row can match: {0}.', extra));
    if (step.actualRows !== undefined && isWrong(rows, step.actualRows)) {
      add(
        rows,
        phrase(
          'Wrong estimate for {0}: {1} estimated, {2} actual per loop. ANALYZE TABLE may help.',
          table,
          rowsPhrase(rows),
          step.actualRows,
        ),
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

/** An expectation that misleads; small numbers are off without harm. */
export function isWrong(expected: number, actual: number): boolean {
  const [less, more] = [Math.min(expected, actual), Math.max(expected, actual)];
  return more >= LARGE_ROWS / 10 && more / Math.max(less, 1) >= WRONG_FACTOR;
}
