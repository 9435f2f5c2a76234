import { findInPlan, toPlanStep, type PlanStep } from './planFindings.ts';
import { findInTree } from './planTree.ts';
import { describeServer, type ServerInfo } from '../driver/serverInfo.ts';
import { PilotError, withEvidence } from '../errors.ts';
import { withTimeout } from '../timeout.ts';
import type { ParsedRead } from '../query/authorization/parseReads.ts';
import { interpretStatements, type InterpretedStatement } from '../sql/lexer/interpretations.ts';
import type { ResultSet } from '../query/results/resultSet.ts';
import { checkedText, sql } from '../sql/ownSql.ts';
import { inEnglish, type Phrase } from '../phrase.ts';

export interface Plan {
  readonly steps: readonly PlanStep[];
  /** The server's own tree of text (MySQL). */
  readonly tree: string | undefined;
  /** In words, with the figures that prove them. */
  readonly findings: readonly Phrase[];
}

/** The path of statements, with its options. */
type Run = (sql: string) => Promise<ResultSet[]>;

/** Asks the server how it would run one statement; with `analyze` it runs it and measures, which is for reads alone. */
export async function explain(
  run: Run,
  statement: string,
  { server, analyze }: { readonly server: ServerInfo; readonly analyze: boolean },
): Promise<Plan> {
  requireOne(statement);
  const own = checkedText(statement); // and what is made of it is judged where it runs
  const mariadb = server.flavor === 'mariadb';
  if (analyze && !mariadb && !server.explainsTrees) {
    throw new PilotError('input.invalid', `${describeServer(server)} can't run EXPLAIN ANALYZE, which requires MySQL 8.0.18.`, {
      advice: 'explain.withoutAnalyze',
    });
  }
  const steps = analyze && mariadb ? toRows(await run(sql`ANALYZE ${own}`)).map(toPlanStep) : await readSteps(run, statement, server);
  if (!server.explainsTrees) return { steps, tree: undefined, findings: findInPlan(steps) };
  const rows = toRows(await run(sql`EXPLAIN ${analyze ? sql`ANALYZE ` : sql``}FORMAT=TREE ${own}`));
  const tree = rows[0]?.['EXPLAIN']?.trimEnd();
  return { steps, tree, findings: [...findInPlan(steps), ...findInTree(tree ?? '')] };
}

/** One statement of a text that was checked and not run. */
export interface Validation {
  /** For example `SELECT`. */
  readonly verb: string;
  /** The server has resolved its names, and made no plan of it that could be shown. */
  readonly isPrepared?: true;
  /** Undefined for a statement that has no plan, such as SHOW. */
  readonly steps: readonly PlanStep[] | undefined;
  readonly findings: readonly Phrase[];
}

/** What is planned when it is looked at. */
const PLANNED = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES']);

/** Has the names of statements that were judged looked up and their plans made; runs none. Throws what a run would. */
export async function validate(run: Run, statements: readonly ParsedRead[], server: ServerInfo): Promise<Validation[]> {
  const found: Validation[] = [];
  for (const { text, verb } of statements) {
    const steps = PLANNED.has(verb) ? await readSteps(run, text, server) : undefined;
    found.push({ verb, steps, findings: findInPlan(steps ?? []) });
  }
  return found;
}

/** An error that waits for its plan is worth less than one that comes. */
const TIMEOUT_MS = 2000;
const MAX_REASONS = 3;

/** Adds to a time-out what the plan says about why. Never throws. */
export async function explainTimeout(error: PilotError, plan: () => Promise<Plan>): Promise<PilotError> {
  const found = await withTimeout(TIMEOUT_MS, plan()).catch(() => undefined); // the time-out itself is told anyway
  if (found === undefined || found.findings.length === 0) return error;
  return withEvidence(error, `The plan says: ${found.findings.slice(0, MAX_REASONS).map(inEnglish).join(' ')}`);
}

/** The plan as a table, one row a step. */
export async function readSteps(run: Run, statement: string, { explainTable }: Pick<ServerInfo, 'explainTable'>): Promise<PlanStep[]> {
  return toRows(await run(`${explainTable} ${statement}`)).map(toPlanStep);
}

const EXPLAINABLE = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', '(', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE']);

/** Throws `input.invalid` for several statements, and for one that has no plan. A text that cannot be read is refused with its reason when it is run. */
export function requireOne(sql: string): void {
  const statements = read(sql);
  if (statements === undefined) return;
  const [first, second] = statements;
  const word = first?.interpretations[0]?.[0]?.text.toUpperCase() ?? '';
  if (second === undefined && first !== undefined && !EXPLAINABLE.has(word)) {
    throw new PilotError('input.invalid', `${word} has no plan.`, { advice: 'explain.onePlain' });
  }
  if (first === undefined || second !== undefined) {
    throw new PilotError('input.invalid', 'Exactly one statement can be explained.', { advice: 'explain.oneStatement' });
  }
}

function read(sql: string): InterpretedStatement[] | undefined {
  try {
    return interpretStatements(sql);
  } catch {
    return undefined;
  }
}

export function toRows([result]: readonly ResultSet[]): Record<string, string | null | undefined>[] {
  return (result?.rows ?? []).map((cells) => Object.fromEntries((result?.columns ?? []).map(({ name }, i) => [name, cells[i]])));
}
