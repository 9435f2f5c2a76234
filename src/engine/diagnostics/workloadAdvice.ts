import { isPilotError } from '../errors.ts';
import { isSystemDatabase } from '../schema/systemDatabases.ts';
import { adviseStatement, mergeAdvice, type Advice, type AdviceSource } from './indexAdvice.ts';
import type { StatementDigest } from './workload.ts';

export interface WorkloadAdvice extends Advice {
  /** Kinds of statements that were looked at. */
  readonly looked: number;
  /** Those that could not be planned: they are cut, or name what is gone. */
  readonly skipped: number;
}

/** What reads or changes rows that it has to find. */
const FINDS_ROWS = /^\s*(?:\(\s*)*(?:SELECT|WITH|UPDATE|DELETE)\b/i;

/** Plans the statements of a workload, each with values of its own or with 1 for each, and puts the proposals together. */
export async function adviseDigests(
  digests: readonly StatementDigest[],
  sourceOf: (database: string | undefined) => Promise<AdviceSource>,
): Promise<WorkloadAdvice> {
  const all: Advice[] = [];
  let skipped = 0;
  const found = digests.filter(({ text, database }) => FINDS_ROWS.test(text) && !isSystemDatabase(database ?? ''));
  for (const { text, sample, database } of found) {
    const whole = sample === undefined || sample.endsWith('...') ? withValues(text) : sample;
    try {
      all.push(await adviseStatement(await sourceOf(database), whole));
    } catch (error) {
      if (!isPilotError(error) || error.code === 'statement.canceled') throw error;
      skipped++;
    }
  }
  return { ...mergeAdvice(all), looked: found.length, skipped };
}

/** Proposals for several statements, put together. Throws what any of them does. */
export async function adviseStatements(source: AdviceSource, statements: readonly string[]): Promise<Advice> {
  const all: Advice[] = [];
  for (const statement of statements) all.push(await adviseStatement(source, statement));
  const [only] = all;
  return all.length === 1 && only !== undefined ? only : mergeAdvice(all);
}

/**
 * A digest's text has marks where values were; which value stands there matters little for what could be indexed. It also has
 * blanks before all parentheses, and a function must have none.
 */
function withValues(digest: string): string {
  return digest
    .replaceAll('...', '1')
    .replaceAll('?', '1')
    .replaceAll(/\b(\w+) \(/g, '$1(');
}
