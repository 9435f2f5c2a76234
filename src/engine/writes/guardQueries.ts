import { keyOfName, quoteIdentifier, quoteName, type QualifiedName } from '../sql/identifiers.ts';
import { checkedText, joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { columnList, quoteTable, tableOf, type WrittenColumn } from './snapshotSql.ts';
import type { ReferringKey } from './touchedTables.ts';
import type { PickedRows } from './parseDml.ts';
import { inEnglish, phrase, type Phrase } from '../phrase.ts';

export interface GuardQuery {
  /** For people: `the rows of orders`. */
  readonly what: Phrase;
  readonly sql: OwnSql;
  /** The rows change along: they are locked for that. */
  readonly changes: boolean;
}

export interface GuardQueries {
  readonly queries: readonly GuardQuery[];
  readonly unheld: readonly Phrase[];
}

const ACTS = new Set(['CASCADE', 'SET NULL', 'SET DEFAULT']);
/** Foreign keys behind foreign keys: deeper and wider than people build. */
const MAX_DEPTH = 5;
const MAX_QUERIES = 20;

/** The new values that an UPDATE reads from other tables, for each row that it picks. */
export function valueQuery(shape: PickedRows, columns: readonly WrittenColumn[]): GuardQueries {
  if (shape.valueCertainty !== 'tables') return { queries: [], unheld: [] };
  const what = phrase('the new values read from other tables');
  if (shape.readValues === undefined) return { queries: [], unheld: [what] };
  const key = columns.filter((one) => one.key).map(({ name }) => sql`${quoteIdentifier(shape.alias)}.${quoteIdentifier(name)}`);
  const values = shape.readValues.map(checkedText);
  const text = sql`SELECT ${joined([...key, ...values])} FROM ${tableOf(shape)} ${checkedText(shape.where)} ${checkedText(shape.order)}`;
  return { queries: [{ what, sql: text, changes: false }], unheld: [] };
}

const BARE = /^[\p{L}\p{N}_$]+$/u;

/** Quoted where it is more than letters and digits: else a name that reads like the rest of a sentence would be one. */
function shownName(name: string): string {
  return BARE.test(name) ? name : quoteName(name);
}

interface Change {
  readonly table: QualifiedName;
  readonly deleted: boolean;
  /** In lower case; all of them where rows are deleted. */
  readonly columns: ReadonlySet<string>;
  /** The values of these columns in the rows that change. */
  readonly rows: (columns: readonly string[]) => OwnSql;
  readonly above: ReadonlySet<string>;
}

/** The rows of other tables that foreign keys change along: ON DELETE and ON UPDATE of CASCADE, SET NULL and SET DEFAULT, to any table behind them. */
export async function cascadeQueries(
  shape: PickedRows,
  table: QualifiedName,
  keys: readonly ReferringKey[],
  columnsOf: (table: QualifiedName) => Promise<readonly WrittenColumn[]>,
): Promise<GuardQueries> {
  const queries: GuardQuery[] = [];
  const unheld: Phrase[] = [];
  const follow = async ({ table: parent, deleted, columns, rows, above }: Change): Promise<void> => {
    for (const key of keys) {
      if (keyOfName(key.parent) !== keyOfName(parent)) continue;
      const rule = deleted ? key.onDelete : key.onUpdate;
      if (!ACTS.has(rule) || !(deleted || key.parentColumns.some((name) => columns.has(name.toLowerCase())))) continue;
      const child = shownName(key.child.name);
      const what =
        deleted && rule === 'CASCADE'
          ? phrase('the rows of {0} that are also deleted', child)
          : phrase('the rows of {0} that are also updated', child);
      if (above.has(keyOfName(key.child)) || above.size > MAX_DEPTH || queries.length >= MAX_QUERIES) {
        unheld.push(what);
        continue;
      }
      const names = joined(key.childColumns.map(quoteIdentifier));
      const where = sql`WHERE (${names}) IN (SELECT * FROM (${rows(key.parentColumns)}) AS parents)`;
      const place = quoteTable(key.child);
      const all = columnList('child', await columnsOf(key.child));
      queries.push({ what, sql: sql`SELECT ${all} FROM ${place} AS child ${where}`, changes: true });
      await follow({
        table: key.child,
        deleted: deleted && rule === 'CASCADE',
        columns: new Set(key.childColumns.map((name) => name.toLowerCase())),
        rows: (wanted) => sql`SELECT ${joined(wanted.map(quoteIdentifier))} FROM ${place} ${where}`,
        above: new Set([...above, keyOfName(key.child)]),
      });
    }
  };
  const alias = quoteIdentifier(shape.alias);
  await follow({
    table,
    deleted: shape.verb === 'DELETE',
    columns: new Set(shape.assigned.map((name) => name.toLowerCase())),
    rows: (wanted) => {
      const values = joined(wanted.map((name) => sql`${alias}.${quoteIdentifier(name)}`));
      return sql`SELECT ${values} FROM ${tableOf(shape)} ${checkedText(shape.where)} ${checkedText(shape.order)}`;
    },
    above: new Set([keyOfName(table)]),
  });
  return { queries, unheld: [...new Map(unheld.map((one) => [inEnglish(one), one])).values()] };
}
