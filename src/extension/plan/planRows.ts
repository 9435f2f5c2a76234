import type { Plan } from '../../engine/diagnostics/explain.ts';
import { nodesOfSteps, readPlanTree } from '../../engine/diagnostics/planTree.ts';
import { cut } from '../../engine/text.ts';
import type { PlanRow } from '../../webview/plan/messages.ts';

/** Servers make plans of some hundred steps; text of a database that looks like steps, or a false server, makes any number. */
const MAX_STEPS = 2000;
/** Of a step, as long as a condition; the text of the plan has all of it. */
const SHOWN_STEP = 2000;

/** What is said beside the steps. */
export interface PlanWords {
  readonly wrongEstimate: string;
  /** Of steps that are left out. */
  readonly more: (count: number) => string;
}

/** The steps of a plan as rows: numbers as people write them, and how much each step costs beside the dearest one. */
export function planRows({ tree, steps }: Plan, { wrongEstimate, more }: PlanWords): PlanRow[] {
  const all = tree === undefined ? nodesOfSteps(steps) : readPlanTree(tree);
  const nodes = all.slice(0, MAX_STEPS);
  const weigh = nodes.some(({ milliseconds }) => milliseconds !== undefined)
    ? (node: (typeof nodes)[number]): number => node.milliseconds ?? 0
    : (node: (typeof nodes)[number]): number => node.cost ?? node.rows ?? 0;
  const most = Math.max(...nodes.map(weigh), Number.MIN_VALUE);
  const rows = nodes.map((node) => ({
    depth: node.depth,
    text: cut(node.text, SHOWN_STEP),
    cost: write(node.cost),
    rows: write(node.rows),
    actualRows: node.loops !== undefined && node.loops > 1 ? `${write(node.actualRows)} × ${write(node.loops)}` : write(node.actualRows),
    milliseconds: node.milliseconds === undefined ? '' : node.milliseconds.toLocaleString('en', { maximumFractionDigits: 2 }),
    share: weigh(node) / most,
    remark: node.wrong ? wrongEstimate : '',
  }));
  const left = all.length - nodes.length;
  return left === 0 ? rows : [...rows, { ...NO_FIGURES, depth: 0, text: more(left) }];
}

const NO_FIGURES = { cost: '', rows: '', actualRows: '', milliseconds: '', share: 0, remark: '' };

function write(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
