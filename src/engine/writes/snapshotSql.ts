import type { CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { isGenerated } from '../query/results/generatedColumns.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { checkedText, joined, sql, type OwnSql } from '../sql/ownSql.ts';
import type { PickedRows, Reference } from './parseDml.ts';
import { phrase, type Phrase } from '../phrase.ts';

/** A column as snapshots of rows need it. */
export interface WrittenColumn {
  readonly name: string;
  /** For example `decimal`, in lower case. */
  readonly type: string;
  readonly key: boolean;
  /** The server computes it: it cannot be written. */
  readonly generated: boolean;
  /** ON UPDATE CURRENT_TIMESTAMP: an UPDATE that does not name it changes it. */
  readonly updatedByServer: boolean;
  /** Type, default and the expression that it is generated from, to be compared. */
  readonly definition: string;
}

/** The columns of a table in its order, invisible ones included. */
export async function readWrittenColumns(session: Session, { database, name }: QualifiedName): Promise<WrittenColumn[]> {
  const rows = await session.read(
    `SELECT c.*, c.column_name AS name, c.data_type AS type, c.column_key AS column_key, c.extra AS extra
     FROM information_schema.columns c WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position LIMIT 1000000`,
    [database, name],
  );
  return rows.map((row) => ({
    name: String(row['name']),
    type: String(row['type']).toLowerCase(),
    key: row['column_key'] === 'PRI',
    generated: isGenerated(String(row['extra'])),
    updatedByServer: /\bon update\b/i.test(String(row['extra'])),
    definition: definitionOf(row),
  }));
}

/** The columns that an UPDATE may change which sets these, all in lower case: with those that the server computes. */
export function changedColumns(columns: readonly WrittenColumn[], assigned: Iterable<string>): ReadonlySet<string> {
  const computed = columns.flatMap(({ name, generated, updatedByServer }) => (generated || updatedByServer ? [name.toLowerCase()] : []));
  return new Set([...assigned, ...computed]);
}

/** Whether an UPDATE that sets these columns, in lower case, may give its rows other keys. */
export function mayMoveKeys(columns: readonly WrittenColumn[], assigned: Iterable<string>): boolean {
  const changed = changedColumns(columns, assigned);
  return columns.some(({ key, name }) => key && changed.has(name.toLowerCase()));
}

const DEFINING = ['COLUMN_TYPE', 'COLUMN_DEFAULT', 'IS_NULLABLE', 'EXTRA', 'COLLATION_NAME', 'GENERATION_EXPRESSION'];

/** `Extra` of a definition: the other parts hold texts of the table's owner. */
export function extraOf(definition: string): string {
  return (JSON.parse(definition) as string[])[DEFINING.indexOf('EXTRA')] ?? '';
}

/** Older servers have not all of these. */
export function definitionOf(row: CatalogRow): string {
  const values = new Map(Object.entries(row).map(([name, value]) => [name.toUpperCase(), value]));
  return JSON.stringify(DEFINING.map((name) => String(values.get(name) ?? null)));
}

/** Why the rows of a statement cannot be held to what was shown; undefined where they can. */
export function whyNoSnapshot(shape: PickedRows, engine: string | undefined, columns: readonly WrittenColumn[]): Phrase | undefined {
  if (engine !== 'InnoDB')
    return engine === undefined || engine === ''
      ? phrase("the table isn't a base table")
      : phrase('the storage engine {0} has no row locks', engine);
  const key = columns.filter((column) => column.key).map(({ name }) => name.toLowerCase());
  if (key.length === 0) return phrase('the table has no primary key');
  switch (shape.certainty) {
    case 'chance':
      return phrase('the condition is nondeterministic');
    case 'moment':
      return phrase('the condition depends on the time or the session');
    case 'tables': // which are locked with them
    case 'data':
      break;
  }
  const ordered = new Set(shape.orderColumns.map((name) => name.toLowerCase()));
  if (shape.limited && !key.every((name) => ordered.has(name)))
    return phrase('the server chooses the rows of LIMIT unless they are ordered by the primary key');
  return undefined;
}

/** The rows that a statement picks, as they are now. Ordered by the key, so that equal rows give equal digests. */
export function snapshotSql(shape: PickedRows, columns: readonly WrittenColumn[]): OwnSql {
  const key = columns.filter((one) => one.key).map(({ name }) => column(shape.alias, name));
  const order = shape.limited ? checkedText(shape.order) : sql`ORDER BY ${joined(key)}`;
  return sql`SELECT ${columnList(shape.alias, columns)} FROM ${tableOf(shape)} ${checkedText(shape.where)} ${order}`;
}

/** How many rows a statement picks. */
export function countSql(shape: PickedRows): OwnSql {
  const where = checkedText(shape.where);
  if (!shape.limited) return sql`SELECT COUNT(*) FROM ${tableOf(shape)} ${where}`;
  return sql`SELECT COUNT(*) FROM (SELECT 1 FROM ${tableOf(shape)} ${where} ${checkedText(shape.order)}) AS picked`;
}

/** All columns, each by its own name. A FLOAT is shown with six digits and has more: as a DOUBLE it shows them all. A sum would lose the sign of a zero. */
export function columnList(alias: string, columns: readonly WrittenColumn[]): OwnSql {
  return joined(
    columns.map(({ name, type }) =>
      type === 'float' ? sql`${column(alias, name)} * 1e0 AS ${quoteIdentifier(name)}` : column(alias, name),
    ),
  );
}

/** The table's name for a statement, with its database if it names one. */
export function quoteTable({ database, name }: Reference): OwnSql {
  return database === undefined ? quoteIdentifier(name) : sql`${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
}

export function tableOf({ table, alias }: PickedRows): OwnSql {
  return sql`${quoteTable(table)} AS ${quoteIdentifier(alias)}`;
}

function column(alias: string, name: string): OwnSql {
  return sql`${quoteIdentifier(alias)}.${quoteIdentifier(name)}`;
}
