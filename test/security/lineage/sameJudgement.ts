import type { ColumnJudgement } from '../../../src/engine/lineage/judgeColumns.ts';
import type { Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { print } from '../../../src/engine/sql/printer/print.ts';

/** Tells whether two judges decide the same. */
export function sameJudgement(one: ColumnJudgement, other: ColumnJudgement, dialect: Dialect): boolean {
  if (one.kind !== 'outputs' || other.kind !== 'outputs') return one.kind === other.kind;
  const textOf = ({ outputs, statement }: typeof one): string =>
    JSON.stringify([
      print(statement, dialect),
      outputs.map((output) => [output.action, [...output.sources()].map(({ table, column }) => `${table}.${column}`).sort()]),
    ]);
  return textOf(one) === textOf(other);
}
