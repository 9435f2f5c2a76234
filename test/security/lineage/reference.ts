import type { Connection, FieldPacket } from 'mysql2/promise';
import type { ColumnJudgement } from '../../../src/engine/lineage/judgeColumns.ts';
import type { LineageCatalog } from '../../../src/engine/lineage/lineageCatalog.ts';
import { parseStatements } from '../../../src/engine/sql/parser/parse.ts';
import { print } from '../../../src/engine/sql/printer/print.ts';
import type { Statement } from '../../../src/engine/sql/ast/statements.ts';
import { actionOf, columnsIn, DATABASES, RENAMED } from './schema.ts';

/** Undefined for a query that need not be run. */
export type Judge = (statement: Statement, catalog: LineageCatalog) => ColumnJudgement | undefined;

export interface Answer {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export type Outcome =
  | { readonly kind: 'unparsed' | 'same' | 'crashed' | 'refused' | 'failed' | 'answered' }
  | { readonly kind: 'wrong'; readonly what: string };

/** A query crashed the server: there are some that do, and they are for whoever decides on costs. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
}

/** Sessions on the two databases. */
export interface Sessions {
  readonly one: Connection;
  readonly two: Connection;
}

async function run(connection: Connection, sql: string): Promise<Answer | undefined> {
  try {
    const [rows, fields] = (await connection.query({ sql, rowsAsArray: true })) as unknown as [
      (Buffer | string | number | null)[][],
      FieldPacket[],
    ];
    return {
      names: fields.map(({ name }) => name),
      rows: rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
    };
  } catch (error) {
    if ((error as { fatal?: boolean }).fatal === true) throw new SessionEnded(sql, { cause: error });
    return undefined; // what a server refuses tells nothing of a value: its message is for whoever shows messages
  }
}

/** Judges a query, runs what it is printed to on both databases, and looks for values where none may be. */
export async function checkQuery(
  sql: string,
  judge: Judge,
  { catalog, one: session, two: other }: Sessions & { readonly catalog: LineageCatalog },
  comparesOriginal: boolean,
): Promise<Outcome> {
  let statement: Statement | undefined;
  try {
    [statement] = parseStatements(sql, catalog.dialect);
  } catch {
    return { kind: 'unparsed' };
  }
  if (statement === undefined) return { kind: 'unparsed' };
  const judgement = judge(statement, catalog);
  if (judgement === undefined) return { kind: 'same' };
  if (judgement.kind === 'refused') return { kind: 'refused' };
  const outputs = judgement.kind === 'outputs' ? judgement.outputs : undefined;
  const printed = print(judgement.kind === 'outputs' ? judgement.statement : statement, catalog.dialect);
  const one = await run(session, printed);
  const wrong = (what: string): Outcome => ({ kind: 'wrong', what: `${sql}\n  sent: ${printed}\n  ${what}` });
  if (one === undefined) return { kind: 'failed' };

  for (const [i, name] of one.names.entries()) {
    const output = outputs?.[i];
    if (outputs !== undefined && output === undefined) return wrong(`column ${name} was not judged`);
    const found = new Set(one.rows.flatMap((row) => columnsIn(row[i] ?? '')));
    const sources = new Set([...(output?.sources() ?? [])].map(({ table, column }) => `${table}.${column}`));
    for (const column of found) {
      const [table = '', ...rest] = column.split('.');
      const action = actionOf({ database: '', table, column: rest.join('.') });
      if (action !== undefined && output?.action === undefined) return wrong(`column ${name} shows ${column}`);
      if (action === 'mask' && output?.action !== 'mask') return wrong(`column ${name} shows ${column} with pseudonyms`);
      if (action === 'hide') return wrong(`column ${name} shows ${column}`);
      if (output?.action === 'pseudonym' && action === undefined) return wrong(`column ${name} shows the pseudonym of ${column}`);
      if (outputs !== undefined && !sources.has(column) && !derived(sources, column))
        return wrong(`column ${name} shows ${column}, which is not one of ${[...sources].join(', ')}`);
    }
  }
  if (outputs !== undefined && outputs.length !== one.names.length)
    return wrong(`${String(outputs.length)} columns were judged, not ${String(one.names.length)}`);

  const two = await run(other, printed.replaceAll(DATABASES[0], DATABASES[1]));
  if (two === undefined) return wrong('with other protected values it fails');
  const shown = (answer: Answer, isFirst: boolean): string => shownRows(answer, outputs?.map(({ action }) => action) ?? [], isFirst);
  const [first, second] = [shown(one, true), shown(two, false)];
  // MariaDB gives groups in the order of their values, so LIMIT keeps the first one: docs/security.md tells that an order without ORDER BY can tell values.
  const keepsFirstGroup = catalog.dialect.flavor === 'mariadb' && /GROUP BY [^()]* LIMIT 1\)/.test(sql);
  if (first !== second && !keepsFirstGroup)
    return wrong(`protected values change what is shown:\n  ${first.slice(0, 500)}\n  ${second.slice(0, 500)}`);

  // MariaDB names the columns of VALUES after their text, which is printed in another way.
  if (comparesOriginal && !sql.includes('VALUES')) {
    const original = await run(session, sql);
    // Some originals fail: servers know no column of a * in EXISTS by its number. With a hidden column in a * they differ on purpose.
    if (original === undefined) return { kind: 'answered' };
    // MySQL gives the columns of a RIGHT JOIN in another order where a join by names stands behind it.
    // NATURAL JOIN finds no hidden column behind a * in a derived table, which the original joins by.
    if (sql.includes('NATURAL') && /\(SELECT [^()]*\*/.test(sql)) return { kind: 'answered' };
    const inOrder = !(sql.includes('RIGHT JOIN') && /USING|NATURAL/.test(sql));
    if (original.names.length === one.names.length && sorted(original, inOrder) !== sorted(one, inOrder))
      return wrong(`the original has other rows: ${sorted(original, inOrder).slice(0, 300)}`);
    if (original.names.length < one.names.length) return wrong('the original has fewer columns');
  }
  return { kind: 'answered' };
}

/** A view without protected columns stands for itself, and a generated column has the values of others in it. */
function derived(sources: ReadonlySet<string>, column: string): boolean {
  const [table = ''] = column.split('.');
  return table === 't7' || [...sources].some((source) => /^(?:harmless)\./.test(source));
}

/** An answer without the order of its rows; where asked, also without that of its columns. */
function sorted({ names, rows }: Answer, inOrder: boolean): string {
  const cells = rows.map((row) => row.map((cell, i) => JSON.stringify([names[i], cell?.toLowerCase() ?? null])));
  return JSON.stringify([inOrder ? names : names.toSorted(), cells.map((row) => JSON.stringify(inOrder ? row : row.toSorted())).sort()]);
}

/** What an agent sees, in no order: masks for masked values, and the tokens of the second database for pseudonyms. */
function shownRows({ rows }: Answer, actions: readonly (string | undefined)[], isFirst: boolean): string {
  const shown = rows.map((row) =>
    JSON.stringify(
      row.map((cell, i) => {
        if (cell === null) return null;
        // Which of several equal values a server shows is its own choice.
        const lower = cell.toLowerCase();
        if (actions[i] === 'mask') return '•';
        if (actions[i] === 'pseudonym' && isFirst) return lower.replace(/\d$/, (digit) => RENAMED[digit] ?? digit);
        return lower;
      }),
    ),
  );
  return shown.sort().join('\n');
}
