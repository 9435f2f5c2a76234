import { phrase } from '../phrase.ts';
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
  if (needsPartitions && table.partitioning === undefined) throw new StatementFails(1505, phrase("{0} isn't partitioned", table.name));
  for (const action of actions)
    if (isAbout(action) && table.partitioning !== undefined) table.partitioning = alterOne(table.partitioning, action);
  if (partitioning === 'REMOVE') table.partitioning = undefined;
  else if (partitioning !== undefined) table.partitioning = checked(partitioning);
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
        throw new StatementFails(1481, phrase('the last partition takes all values (MAXVALUE)'));
      if (last !== undefined && first !== undefined && first <= last)
        throw new StatementFails(1493, phrase('the values of partitions must increase'));
      if (twice !== undefined) throw new StatementFails(1517, phrase('partition {0} exists', twice.name.name));
      return checked({ ...partitioning, partitions: [...partitions, ...added] });
    }
    case 'DROP PARTITION': {
      const names = action.partitions ?? [];
      if (!/^(?:RANGE|LIST)/.test(partitioning.method.method))
        throw new StatementFails(1512, phrase('only partitions of RANGE and LIST are dropped'));
      if (!names.every(({ name }) => find(name) !== undefined))
        throw new StatementFails(1507, phrase('a partition of the list does not exist'));
      if (names.length >= partitions.length) throw new StatementFails(1508, phrase("all partitions can't be dropped: use DROP TABLE"));
      return { ...partitioning, partitions: partitions.filter((one) => !names.some(({ name }) => same(name, one.name.name))) };
    }
    case 'COALESCE PARTITION': {
      const count = Number(partitioning.count ?? partitions.length);
      if (Number(action.word) >= count) throw new StatementFails(1508, phrase("all partitions can't be removed: use DROP TABLE"));
      return { ...partitioning, count: String(count - Number(action.word)) };
    }
    case 'REORGANIZE PARTITION':
      return reorganized(partitioning, action);
    default:
      return partitioning;
  }
}

function reorganized(partitioning: Partitioning, { partitions: names = [], definitions = [] }: AlterAction): Partitioning {
  const { partitions, method } = partitioning;
  if (names.length === 0) return partitioning;
  const places = names.map(({ name }) => partitions.findIndex((one) => same(one.name.name, name)));
  if (places.includes(-1)) throw new StatementFails(1507, phrase('a partition of the list does not exist'));
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const [old, now] = [boundOf(partitions[last]), boundOf(definitions.at(-1))];
  const isLast = last === partitions.length - 1;
  const made = checked({ ...partitioning, partitions: [...partitions.slice(0, first), ...definitions, ...partitions.slice(last + 1)] });
  if (method.method === 'RANGE' && old !== undefined && now !== undefined && (isLast ? now < old : now !== old))
    throw new StatementFails(1520, phrase('only the last partition can take more values than before'));
  return made;
}

/** Bounds increase, and no value is in two lists. Throws StatementFails. */
function checked(partitioning: Partitioning): Partitioning {
  const bounds = partitioning.partitions.map(boundOf);
  if (bounds.some((bound, i) => i > 0 && bound !== undefined && bound <= (bounds[i - 1] ?? -Infinity)))
    throw new StatementFails(1493, phrase('the values of partitions must increase'));
  const values = partitioning.partitions.flatMap((one) => (one.in ?? []).flatMap((value) => (value.kind === 'number' ? [value.text] : [])));
  if (new Set(values).size < values.length) throw new StatementFails(1495, phrase('a value is in two partitions'));
  return partitioning;
}

function boundOf(partition: Partition | undefined): number | undefined {
  const [value] = partition?.lessThan ?? ([] as readonly Expression[]);
  if (value?.kind === 'column') return Infinity; // MAXVALUE
  return value?.kind === 'number' ? Number(value.text) : undefined;
}
