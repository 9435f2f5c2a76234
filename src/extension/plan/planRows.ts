import type { Plan } from '../../engine/diagnostics/explain.ts';
import { nodesOfSteps, readPlanTree } from '../../engine/diagnostics/planTree.ts';
import type { PlanRow } from '../../webview/plan/messages.ts';

/** The steps of a plan as rows: numbers as people write them, and how much each step costs beside the dearest one. */
export function planRows({ tree, steps }: Plan, wrongEstimate: string): PlanRow[] {
  const nodes = tree === undefined ? nodesOfSteps(steps) : readPlanTree(tree);
  const weigh = nodes.some(({ milliseconds }) => milliseconds !== undefined)
    ? (node: (typeof nodes)[number]): number => node.milliseconds ?? 0
    : (node: (typeof nodes)[number]): number => node.cost ?? node.rows ?? 0;
  const most = Math.max(...nodes.map(weigh), Number.MIN_VALUE);
  return nodes.map((node) => ({
    depth: node.depth,
    text: node.text,
    cost: write(node.cost),
    rows: write(node.rows),
    actualRows: node.loops !== undefined && node.loops > 1 ? `${write(node.actualRows)} × ${write(node.loops)}` : write(node.actualRows),
    milliseconds: node.milliseconds === undefined ? '' : node.milliseconds.toLocaleString('en', { maximumFractionDigits: 2 }),
    share: weigh(node) / most,
    remark: node.wrong ? wrongEstimate : '',
  }));
}

function write(value: number | undefined): string {
  return value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}
