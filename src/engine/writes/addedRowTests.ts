import type { Expression } from '../sql/ast/expressions.ts';
import type { Insert } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import type { OwnSql } from '../sql/ownSql.ts';
import type { CapturedTable, RowTest } from './capturedTable.ts';
import type { StatementEffect } from './runStatement.ts';
import type { AddedRows } from './parseDml.ts';
import { extraOf, type WrittenColumn } from './snapshotSql.ts';
import type { UniqueKey } from './uniqueKeys.ts';
import type { Cell, Column } from '../driver/values.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import { literalOfCell, literalOfValue } from './keyLiterals.ts';

/** How the rows that an INSERT or REPLACE of values adds, and those that it meets, are found. */
export type AddedRowTests =
  | { readonly by: 'values'; readonly tests: readonly RowTest[] }
  /** By the numbers that the server gives them: so many rows. */
  | { readonly by: 'number'; readonly column: string; readonly count: number };

/** `generated`: the server gives a number. `none`: NULL, which meets nothing. */
type Value = { readonly literal: OwnSql } | 'none' | 'generated' | 'unknown';

/** What a row is given for a column: as it is written, or as the query returned it. */
type Given = Expression | { readonly kind: 'cell'; readonly cell: Cell; readonly column: Column | undefined };

/** Undefined where they can't be found by what the statement says. `read`: the rows of its query. */
export function addedRowTests(
  statement: Insert,
  onDuplicate: AddedRows['onDuplicate'],
  columns: readonly WrittenColumn[],
  keys: readonly UniqueKey[],
  dialect: Dialect,
  read: ResultTable | undefined,
): AddedRowTests | undefined {
  const rows = rowsOf(statement, columns, read);
  if (rows === undefined) return undefined;
  const meets = onDuplicate === 'replace' || onDuplicate === 'update';
  const tests = keys.map((key) => ({ key, tuples: [] as OwnSql[][] }));
  let generated = 0;
  for (const row of rows) {
    let isFound = false;
    for (const { key, tuples } of tests) {
      const values = valuesOf(key, row, columns, dialect);
      if (values.includes('unknown') && meets) return undefined; // it may meet any row
      const literals = values.map((value) => (typeof value === 'object' ? value.literal : undefined));
      if (!literals.every((literal) => literal !== undefined)) continue;
      // One is enough to find a row; which rows are met, all of them tell.
      if (isFound && !meets) break;
      tuples.push(literals);
      isFound = true;
    }
    if (!isFound) generated++;
  }
  if (generated === 0)
    return {
      by: 'values',
      tests: tests.filter(({ tuples }) => tuples.length > 0).map(({ key, tuples }) => ({ columns: namesOf(key), tuples })),
    };
  // The numbers of a query's rows may have gaps, in which others insert.
  return onDuplicate === 'fail' && generated === rows.length && read === undefined ? byNumber(rows, columns, keys, dialect) : undefined;
}

function byNumber(
  rows: readonly ReadonlyMap<string, Given>[],
  columns: readonly WrittenColumn[],
  keys: readonly UniqueKey[],
  dialect: Dialect,
): AddedRowTests | undefined {
  const primary = keys.find(({ isPrimary }) => isPrimary);
  const [part, second] = primary?.parts ?? [];
  if (primary === undefined || part?.column === undefined || second !== undefined) return undefined;
  if (!rows.every((row) => valuesOf(primary, row, columns, dialect)[0] === 'generated')) return undefined;
  return { by: 'number', column: part.column, count: rows.length };
}

function namesOf({ parts }: UniqueKey): string[] {
  return parts.map(({ column = '' }) => column);
}

/** The expressions of each row by column, in lower case. */
function rowsOf(
  { source, columns: named }: Insert,
  columns: readonly WrittenColumn[],
  read: ResultTable | undefined,
): readonly ReadonlyMap<string, Given>[] | undefined {
  if (source.kind === 'insertSet') return [new Map(source.set.map(({ column, value }) => [column.name.name.toLowerCase(), value]))];
  if (source.kind !== 'insertRows' && read === undefined) return undefined;
  const visible = columns.filter(({ definition }) => !/\binvisible\b/i.test(extraOf(definition))).map(({ name }) => name);
  const names = (named?.map(({ name }) => name.name) ?? visible).map((name) => name.toLowerCase());
  if (source.kind !== 'insertRows')
    return read?.rows.map(
      (row) => new Map(row.map((cell, i) => [names[i] ?? '', { kind: 'cell', cell, column: read.columns[i] } as const])),
    );
  // `()` gives each column its default.
  if (source.rows.some((row) => row.length !== names.length && row.length > 0)) return undefined;
  return source.rows.map((row) => new Map(row.map((value, i) => [names[i] ?? '', value])));
}

function valuesOf(
  { parts }: UniqueKey,
  row: ReadonlyMap<string, Given>,
  columns: readonly WrittenColumn[],
  dialect: Dialect,
): readonly Value[] {
  const values = parts.map(({ column: name, prefix }): Value => {
    const column = columns.find((one) => one.name.toLowerCase() === name?.toLowerCase());
    if (column === undefined || column.generated || prefix !== undefined) return 'unknown';
    return valueOf(row.get(column.name.toLowerCase()), column, dialect);
  });
  // With a NULL in it, or with a number that nobody has yet, a key meets nothing.
  return values.includes('none') ? ['none'] : values.includes('generated') ? ['generated'] : values;
}

function valueOf(given: Given | undefined, column: WrittenColumn, dialect: Dialect): Value {
  const numbers = /\bauto_increment\b/i.test(extraOf(column.definition));
  if (given === undefined || given.kind === 'defaultValue') return numbers ? 'generated' : isNullByDefault(column) ? 'none' : 'unknown';
  if (given.kind === 'null' || (given.kind === 'cell' && given.cell === null)) return numbers ? 'generated' : 'none';
  // Where the column stores it otherwise it finds too few rows, and the counts do not add up.
  const literal =
    given.kind === 'cell' ? literalOfCell(given.cell, given.column, column.type) : literalOfValue(given, column.type, dialect);
  if (literal === undefined) return 'unknown';
  if (!numbers) return { literal };
  return /^'?[-+]?0*(?:\.0*)?'?$/.test(literal) ? 'generated' : { literal };
}

/** As the catalogs of both servers write it. */
function isNullByDefault({ definition }: WrittenColumn): boolean {
  const [, value, nullable] = JSON.parse(definition) as string[];
  return nullable === 'YES' && (value === 'null' || value === 'NULL');
}

/** True where the SET of ON DUPLICATE KEY UPDATE assigns a column of a unique key: what its rows are called by, and meet, changes along. */
export function assignsKey({ onDuplicate }: Insert, keys: readonly UniqueKey[]): boolean {
  const assigned = new Set(onDuplicate.map(({ column }) => column.name.name.toLowerCase()));
  return keys.some(({ parts }) => parts.some(({ column }) => column === undefined || assigned.has(column.toLowerCase())));
}

/** Whether the rows that were found are all that the statement can have changed. */
export function isRight(
  onDuplicate: AddedRows['onDuplicate'],
  given: number,
  found: AddedRowTests,
  { affected, insertId }: StatementEffect,
  { table, before, now }: { readonly table: CapturedTable; readonly before: ResultTable; readonly now: ResultTable },
): boolean {
  if (found.by === 'number' && insertId === 0) return false;
  const more = now.rows.length - before.rows.length;
  switch (onDuplicate) {
    case 'fail':
    case 'ignore':
      return more === affected;
    case 'replace':
      return more === 2 * given - affected; // a row that is replaced counts twice
    case 'update': {
      const were = new Map(before.rows.map((row) => [JSON.stringify(table.key.map((at) => row[at])), row]));
      const isChanged = (row: ResultTable['rows'][number]): boolean => {
        const old = were.get(JSON.stringify(table.key.map((at) => row[at])));
        return old !== undefined && row.some((cell, at) => cell !== old[at]);
      };
      return more + 2 * now.rows.filter(isChanged).length === affected;
    }
  }
}
