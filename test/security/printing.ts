import type { Statement } from '../../src/engine/sql/ast/statements.ts';
import type { Dialect } from '../../src/engine/sql/lexer/dialect.ts';
import type { PrintOptions } from '../../src/engine/sql/printer/printer.ts';
import type { Case } from './corpus.ts';
import { difference, type PlainClient } from './plainRun.ts';

/** The parser and printer under test; a parameter, so that a build of them with seeded faults can be tried. */
export interface Roundtrip {
  readonly parseStatements: (sql: string, dialect: Dialect) => Statement[];
  readonly print: (statement: Statement, dialect: Dialect, options?: PrintOptions) => string;
}

/** The modes in which printed statements are compared: that of the agents' sessions, the one that changes most of how a text is read, and none. */
export const MODES = [
  'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES',
  '',
] as const;

export type Outcome =
  { readonly kind: 'same' | 'refused by the server' } | { readonly kind: 'differs'; readonly what: string; readonly printed: string };

/** Runs a statement as it is and as printed from its tree, and compares column names, types and rows. */
export async function compareWithPrinted(
  { sql, database, varies }: Case,
  roundtrip: Roundtrip,
  client: PlainClient,
  dialect: Dialect,
  mode: string,
): Promise<Outcome> {
  const expected = await client.run(sql, database, mode);
  if (expected.error !== undefined) return { kind: 'refused by the server' };
  const { printed, what: fault } = printTwice(sql, roundtrip, dialect);
  if (fault !== undefined) return { kind: 'differs', what: fault, printed };
  const actual = await client.run(printed, database, mode);
  const isSame = difference(expected, actual, !varies) === undefined;
  // What the server counts about itself changes between any two runs: of such an answer only the columns can be compared.
  const compareRows = !varies && (isSame || difference(expected, await client.run(sql, database, mode), true) === undefined);
  const what = difference(expected, actual, compareRows);
  return what === undefined ? { kind: 'same' } : { kind: 'differs', what, printed };
}

/** Prints a text from its trees; what is printed must parse to the same trees and be printed again as it is. */
export function printTwice(
  sql: string,
  { parseStatements, print }: Roundtrip,
  dialect: Dialect,
): { readonly printed: string; readonly what?: string } {
  let printed = '';
  try {
    const trees = parseStatements(sql, dialect);
    printed = trees.map((tree) => print(tree, dialect)).join('; ');
    const again = parseStatements(printed, dialect);
    if (parseDml(again) !== parseDml(trees)) return { printed, what: `tree: ${firstDifference(parseDml(trees), parseDml(again))}` };
    const twice = again.map((tree) => print(tree, dialect)).join('; ');
    return twice === printed ? { printed } : { printed, what: `printed twice: ${twice}` };
  } catch (error) {
    return { printed, what: String(error) };
  }
}

/** A tree without what a printer may change: places, quotes, parentheses, and the names of columns that it makes explicit. */
function parseDml(trees: readonly Statement[]): string {
  return JSON.stringify(trees, (_key, value: unknown) => meaning(value));
}

function meaning(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
  if (value.kind === 'paren' && 'expression' in value) return meaning(value.expression);
  // In the order of the keys: a name may get its database before or after it is made.
  const rest = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as Record<string, unknown>;
  delete rest['start'];
  delete rest['end'];
  if (rest['kind'] === 'name') delete rest['quoted'];
  if (rest['kind'] === 'string') delete rest['first'];
  if (rest['kind'] === 'call') {
    delete rest['blankBefore'];
    rest['name'] = (rest['name'] as { name: string }).name.toUpperCase();
  }
  if (rest['kind'] === 'selectItem') {
    delete rest['alias'];
    delete rest['implicitName'];
  }
  return rest;
}

function firstDifference(one: string, other: string): string {
  let i = 0;
  while (one[i] === other[i]) i++;
  return `${one.slice(Math.max(0, i - 60), i + 60)} became ${other.slice(Math.max(0, i - 60), i + 60)}`;
}
