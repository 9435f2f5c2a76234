import { phrase, rowsPhrase, type Phrase } from '../phrase.ts';
import { isWrong, type PlanStep } from './planFindings.ts';

/** One step of a plan, in the order in which a plan is read; `depth` makes it a tree. */
export interface PlanNode {
  readonly depth: number;
  /** For example `Index lookup on o using ix_customer (customer_id = c.id)`. */
  readonly text: string;
  /** Of this step with all below it, in the server's own unit. */
  readonly cost: number | undefined;
  /** Rows that are expected, and that came, each time. */
  readonly rows: number | undefined;
  readonly actualRows: number | undefined;
  readonly loops: number | undefined;
  /** Until the last row of all times, with all steps below it. */
  readonly milliseconds: number | undefined;
  /** The expectation is off by so much that it misleads. */
  readonly wrong: boolean;
}

const LINE = /^( *)-> (.*)$/;
const NUMBER = String.raw`(\d+(?:\.\d+)?(?:e[+-]?\d+)?)`;
const ESTIMATE = String.raw`\(cost=${NUMBER}(?:\.\.${NUMBER})?(?: rows=${NUMBER})?\)`;
const ACTUAL = String.raw`\((?:never executed|actual time=${NUMBER}\.\.${NUMBER} rows=${NUMBER} loops=${NUMBER})\)`;
const FIGURES = new RegExp(String.raw`^ {2}(?:${ESTIMATE})? ?(${ACTUAL})?$`);
/** What the figures of a step can begin with. */
const BEGINNINGS = ['  (cost=', '  (actual time=', '  (never executed)'];
const INDENT = 4;

/** Reads MySQL's EXPLAIN FORMAT=TREE, with or without ANALYZE. Lines that begin no step belong to the one before. */
export function readPlanTree(tree: string): PlanNode[] {
  const steps: { depth: number; text: string }[] = [];
  for (const line of tree.split('\n')) {
    const [, indent, text] = LINE.exec(line) ?? [];
    const last = steps.at(-1);
    if (indent !== undefined && text !== undefined) steps.push({ depth: indent.length / INDENT, text });
    else if (last !== undefined) last.text = `${last.text} ${line.trim()}`;
  }
  return steps.map(({ depth, text }) => readStep(depth, text.trimEnd()));
}

/** The figures stand at the end, behind two blanks. What looks like them before is of a name or a value, in which there may be anything: a pattern is tried at one place alone. */
function readStep(depth: number, step: string): PlanNode {
  for (const beginning of BEGINNINGS) {
    const at = step.lastIndexOf(beginning);
    const figures = at < 0 ? null : FIGURES.exec(step.slice(at));
    if (figures !== null) return withFigures(depth, step.slice(0, at).trim(), figures);
  }
  return withFigures(depth, step.trim(), undefined);
}

function withFigures(depth: number, text: string, figures: readonly (string | undefined)[] = []): PlanNode {
  const [, first, last, rows, actual, , time, actualRows, loops] = figures.map((found, i) =>
    found === undefined || i === 0 || i === 4 ? found : Number(found),
  ) as [string?, number?, number?, number?, string?, number?, number?, number?, number?];
  return {
    ...{ depth, text, cost: last ?? first, rows, actualRows },
    loops: actual === undefined ? undefined : (loops ?? 0),
    milliseconds: time === undefined || loops === undefined ? undefined : time * loops,
    wrong: rows !== undefined && actualRows !== undefined && isWrong(rows, actualRows),
  };
}

/** Wrong estimates and the slowest step of MySQL's EXPLAIN ANALYZE. */
export function findInTree(tree: string): Phrase[] {
  const steps = readPlanTree(tree).flatMap(({ text, rows, actualRows, milliseconds }) =>
    rows === undefined || actualRows === undefined || milliseconds === undefined ? [] : [{ text, rows, actualRows, milliseconds }],
  );
  const wrong = steps
    .filter(({ rows, actualRows }) => isWrong(rows, actualRows))
    .map(({ text, rows, actualRows }) =>
      phrase('Wrong estimate for {0}: {1} estimated, {2} actual per loop. ANALYZE TABLE may help.', text, rowsPhrase(rows), actualRows),
    );
  // Only reads of tables: the time of every other step holds that of the steps below it.
  const reads = steps.filter(({ text }) => /(?:scan|lookup|search) on /i.test(text)).sort((a, b) => b.milliseconds - a.milliseconds);
  const [slowest] = reads;
  return slowest === undefined
    ? wrong
    : [phrase('Slowest table access: {0}, {1} ms in total.', slowest.text, slowest.milliseconds.toFixed(1)), ...wrong];
}

/** The rows of a tabular EXPLAIN as a list of steps, for servers without a tree. */
export function nodesOfSteps(steps: readonly PlanStep[]): PlanNode[] {
  return steps.map(({ select, table, access, key, rows, actualRows, extra }) => ({
    depth: 0,
    text: [table ?? select, access, key === undefined ? '' : `using ${key}`, extra].filter((part) => part !== '').join(', '),
    cost: undefined,
    ...{ rows, actualRows, loops: undefined, milliseconds: undefined },
    wrong: rows !== undefined && actualRows !== undefined && isWrong(rows, actualRows),
  }));
}
