import type { Expression } from '../sql/ast/expressions.ts';
import type { Insert } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { checkedText, sql, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';
import type { RowTest } from './capturedTable.ts';
import type { AddedRows } from './parseDml.ts';
import type { WrittenColumn } from './snapshotSql.ts';
import type { UniqueKey } from './uniqueKeys.ts';

/** How the rows that an INSERT or REPLACE of values adds, and those that it meets, are found. */
export type AddedRowTests =
  | { readonly by: 'values'; readonly tests: readonly RowTest[] }
  /** By the numbers that the server gives them: so many rows. */
  | { readonly by: 'number'; readonly column: string; readonly count: number };

/** `generated`: the server gives a number. `none`: NULL, which meets nothing. */
type Value = { readonly literal: OwnSql } | 'none' | 'generated' | 'unknown';

const TEXTS = /^(?:char|varchar|(?:tiny|medium|long)?text)$/;
/** Written alike as a number and as a text. */
const PLAIN_INTEGER = /^(?:0|[1-9]\d{0,15})$/;

/** Undefined where they can't be found by what the statement says. */
export function addedRowTests(
  statement: Insert,
  onDuplicate: AddedRows['onDuplicate'],
  columns: readonly WrittenColumn[],
  keys: readonly UniqueKey[],
  dialect: Dialect,
): AddedRowTests | undefined {
  const rows = rowsOf(statement, columns);
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
  return onDuplicate === 'fail' && generated === rows.length ? byNumber(rows, columns, keys, dialect) : undefined;
}

function byNumber(
  rows: readonly ReadonlyMap<string, Expression>[],
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
): readonly ReadonlyMap<string, Expression>[] | undefined {
  if (source.kind === 'insertSet') return [new Map(source.set.map(({ column, value }) => [column.name.name.toLowerCase(), value]))];
  if (source.kind !== 'insertRows') return undefined;
  const visible = columns.filter(({ definition }) => !/\binvisible\b/i.test(definition)).map(({ name }) => name);
  const names = (named?.map(({ name }) => name.name) ?? visible).map((name) => name.toLowerCase());
  // `()` gives each column its default.
  if (source.rows.some((row) => row.length !== names.length && row.length > 0)) return undefined;
  return source.rows.map((row) => new Map(row.map((value, i) => [names[i] ?? '', value])));
}

function valuesOf(
  { parts }: UniqueKey,
  row: ReadonlyMap<string, Expression>,
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

function valueOf(given: Expression | undefined, column: WrittenColumn, dialect: Dialect): Value {
  const numbers = /\bauto_increment\b/i.test(column.definition);
  if (given === undefined || given.kind === 'defaultValue') return numbers ? 'generated' : isNullByDefault(column) ? 'none' : 'unknown';
  if (given.kind === 'null') return numbers ? 'generated' : 'none';
  const literal = literalOf(given, column, dialect);
  if (literal === undefined) return 'unknown';
  if (!numbers) return { literal };
  return /^'?[-+]?0*(?:\.0*)?'?$/.test(literal) ? 'generated' : { literal };
}

/** As the catalogs of both servers write it. */
function isNullByDefault({ definition }: WrittenColumn): boolean {
  const [, value, nullable] = JSON.parse(definition) as string[];
  return nullable === 'YES' && (value === 'null' || value === 'NULL');
}

/** A literal that is compared with the column as it is stored in it: else it could find another row. */
function literalOf(given: Expression, { type }: WrittenColumn, dialect: Dialect): OwnSql | undefined {
  if (given.kind === 'paren') return literalOf(given.expression, { type } as WrittenColumn, dialect);
  if (given.kind === 'string') return checkedText(print(given, dialect));
  if (given.kind === 'number') {
    if (TEXTS.test(type)) return PLAIN_INTEGER.test(given.text) ? sql`'${checkedText(given.text)}'` : undefined;
    return /^(?:enum|set|.*(?:binary|blob))$/.test(type) ? undefined : checkedText(given.text);
  }
  if (given.kind === 'unary' && given.operator === '-' && given.operand.kind === 'number' && !TEXTS.test(type))
    return checkedText(print(given, dialect));
  if (given.kind === 'temporal') return checkedText(print(given, dialect));
  return (given.kind === 'hex' || given.kind === 'bit') && /(?:binary|blob)$/.test(type) ? checkedText(print(given, dialect)) : undefined;
}

/** True where the SET of ON DUPLICATE KEY UPDATE assigns a column of a unique key: what its rows are called by, and meet, changes along. */
export function assignsKey({ onDuplicate }: Insert, keys: readonly UniqueKey[]): boolean {
  const assigned = new Set(onDuplicate.map(({ column }) => column.name.name.toLowerCase()));
  return keys.some(({ parts }) => parts.some(({ column }) => column === undefined || assigned.has(column.toLowerCase())));
}
