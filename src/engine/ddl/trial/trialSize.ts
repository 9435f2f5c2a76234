import type { AlterAction } from '../../sql/ast/definitions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { Partition, Partitioning } from '../../sql/ast/tableElements.ts';

/** Of all copies of a trial: each partition is a file of the server. */
export const MAX_PARTITIONS = 256;

/** Partitions that a definition makes, where its table has so many subpartitions in each. */
export function partitionsMade(statement: Statement, subpartitions: number): number {
  if (statement.kind !== 'createTable' && statement.kind !== 'alterTable') return 0;
  const { partitioning } = statement;
  const whole = partitioning === undefined || partitioning === 'REMOVE' ? 0 : countOf(partitioning);
  const actions = statement.kind === 'alterTable' ? statement.actions : [];
  return actions.reduce((sum, action) => sum + added(action) * subpartitions, whole);
}

/** In each partition of a table. */
export function subpartitionsOf(partitioning: Partitioning | undefined): number {
  return Math.max(
    1,
    Number(partitioning?.subpartitionCount ?? 0),
    ...(partitioning?.partitions ?? []).map(({ subpartitions }) => subpartitions.length),
  );
}

function countOf(partitioning: Partitioning): number {
  return Math.max(1, Number(partitioning.count ?? 0), partitioning.partitions.length) * subpartitionsOf(partitioning);
}

function added({ action, word, definitions }: AlterAction): number {
  if (action !== 'ADD PARTITION' && action !== 'REORGANIZE PARTITION') return 0;
  const ones: readonly Partition[] = definitions ?? [];
  return Math.max(Number(word ?? 0), ones.length);
}
