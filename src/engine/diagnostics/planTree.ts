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
const ESTIMATE = new RegExp(String.raw`\s*\(cost=${NUMBER}(?:\.\.${NUMBER})?(?: rows=${NUMBER})?\)`);
const ACTUAL = new RegExp(String.raw`\s*\(actual time=${NUMBER}\.\.${NUMBER} rows=${NUMBER} loops=${NUMBER}\)|\s*\(never executed\)`);
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
  return steps.map(({ depth, text }) => readStep(depth, text));
}

function readStep(depth: number, text: string): PlanNode {
  const estimate = ESTIMATE.exec(text);
  const actual = ACTUAL.exec(text);
  const number = (found: string | undefined): number | undefined => (found === undefined ? undefined : Number(found));
  const [rows, time, actualRows, loops] = [estimate?.[3], actual?.[2], actual?.[3], actual?.[4]].map(number);
  return {
    depth,
    text: text.replace(ESTIMATE, '').replace(ACTUAL, '').trim(),
    cost: number(estimate?.[2] ?? estimate?.[1]),
    ...{ rows, actualRows, loops: actual === null ? undefined : (loops ?? 0) },
    milliseconds: time === undefined || loops === undefined ? undefined : time * loops,
    wrong: rows !== undefined && actualRows !== undefined && isWrong(rows, actualRows),
  };
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
