import type { AlterAction, AlterTable } from '../sql/ast/definitions.ts';
import type { Expression } from '../sql/ast/expressions.ts';
import type { Partition, Partitioning } from '../sql/ast/tableElements.ts';
import { columnsIn } from './columnsIn.ts';
import { StatementFails } from './statementFails.ts';
import { same, type TableModel } from './tableModel.ts';

/** Columns that say in which partition a row is, in lower case. */
export function partitionColumns({ partitioning }: TableModel): ReadonlySet<string> {
  if (partitioning === undefined) return new Set();
  const methods = [partitioning.method, partitioning.subpartition].filter((one) => one !== undefined);
  return new Set(
    methods.flatMap(({ expression, columns }) => [
      ...columns.map(({ name }) => name.toLowerCase()),
      ...(expression === undefined ? [] : columnsIn(expression)),
    ]),
  );
}

export function alterPartitions(table: TableModel, actions: readonly AlterAction[], partitioning: AlterTable['partitioning']): void {
  const isAbout = ({ action }: AlterAction): boolean => / PARTITION$| PARTITION /.test(action);
  const needsPartitions = partitioning === 'REMOVE' || actions.some(isAbout);
  if (needsPartitions && table.partitioning === undefined) throw new StatementFails(1505, `${table.name} isn't partitioned`);
  for (const action of actions)
    if (isAbout(action) && table.partitioning !== undefined) table.partitioning = alterOne(table.partitioning, action);
  if (partitioning === 'REMOVE') table.partitioning = undefined;
  else if (partitioning !== undefined) table.partitioning = partitioning;
}

function alterOne(partitioning: Partitioning, action: AlterAction): Partitioning {
  const { partitions } = partitioning;
  const find = (name: string): Partition | undefined => partitions.find((one) => same(one.name.name, name));
  switch (action.action) {
    case 'ADD PARTITION': {
      const added = action.definitions ?? [];
      const twice = added.find((one) => find(one.name.name) !== undefined);
      const [last, first] = [boundOf(partitions.at(-1)), boundOf(added[0])];
      if (partitions.at(-1)?.lessThan?.some((one) => one.kind === 'column') === true)
        throw new StatementFails(1481, 'the last partition takes all values (MAXVALUE)');
      if (last !== undefined && first !== undefined && first <= last)
        throw new StatementFails(1493, 'the values of partitions must increase');
      if (twice !== undefined) throw new StatementFails(1517, `partition ${twice.name.name} exists`);
      return { ...partitioning, partitions: [...partitions, ...added] };
    }
    case 'DROP PARTITION': {
      const names = action.partitions ?? [];
      if (!names.every(({ name }) => find(name) !== undefined)) throw new StatementFails(1507, 'a partition of the list does not exist');
      if (names.length >= partitions.length) throw new StatementFails(1508, "all partitions can't be dropped: use DROP TABLE");
      return { ...partitioning, partitions: partitions.filter((one) => !names.some(({ name }) => same(name, one.name.name))) };
    }
    default:
      return partitioning;
  }
}

function boundOf(partition: Partition | undefined): number | undefined {
  const [value] = partition?.lessThan ?? ([] as readonly Expression[]);
  return value?.kind === 'number' ? Number(value.text) : undefined;
}
