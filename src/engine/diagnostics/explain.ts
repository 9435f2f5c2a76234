import { findInPlan, findInTree, toPlanStep, type PlanStep } from './planFindings.ts';
import { PilotError } from '../errors.ts';
import { readStatements } from '../sql/readings.ts';
import type { ResultSet } from '../query/resultSet.ts';

export interface Plan {
  readonly steps: readonly PlanStep[];
  /** The server's own tree of text (MySQL). */
  readonly tree: string | undefined;
  /** In words, with the figures that prove them. */
  readonly findings: readonly string[];
}

/** Asks the server how it would run one statement; with `analyze` it runs it and measures, which is for reads alone. */
export async function explain(
  run: (sql: string) => Promise<ResultSet[]>,
  sql: string,
  { flavour, analyze }: { readonly flavour: 'mysql' | 'mariadb'; readonly analyze: boolean },
): Promise<Plan> {
  if (countStatements(sql) !== 1) {
    throw new PilotError('input.invalid', 'Exactly one statement can be explained.', { nextStep: 'Send one statement, without EXPLAIN.' });
  }
  const table = flavour === 'mysql' ? 'EXPLAIN FORMAT=TRADITIONAL' : analyze ? 'ANALYZE' : 'EXPLAIN EXTENDED';
  const steps = toRows(await run(`${table} ${sql}`)).map(toPlanStep);
  if (flavour === 'mariadb') return { steps, tree: undefined, findings: findInPlan(steps) };
  const rows = toRows(await run(`EXPLAIN ${analyze ? 'ANALYZE ' : ''}FORMAT=TREE ${sql}`));
  const tree = rows[0]?.['EXPLAIN']?.trimEnd();
  return { steps, tree, findings: [...findInPlan(steps), ...findInTree(tree ?? '')] };
}

/** A text that cannot be read is refused with its reason when it is run. */
function countStatements(sql: string): number {
  try {
    return readStatements(sql).length;
  } catch {
    return 1;
  }
}

function toRows([result]: readonly ResultSet[]): Record<string, string | null | undefined>[] {
  return (result?.rows ?? []).map((cells) => Object.fromEntries((result?.columns ?? []).map(({ name }, i) => [name, cells[i]])));
}
