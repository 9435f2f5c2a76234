import type { ReadPath } from '../query/reads/runReads.ts';
import type { StreamOptions } from '../query/reads/streamRead.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { truthOf } from '../policy/conditionTruth.ts';
import type { Delete, Update } from '../sql/ast/statements.ts';
import { countRows } from './countRows.ts';
import { someRowLeftOut } from './matchingRows.ts';
import type { ParsedWrite } from './parseWrites.ts';
import { quoteTable } from './snapshotSql.ts';
import type { ReferringKey, Touched } from './touchedTables.ts';
import type { PickedRows } from './parseDml.ts';
import type { StatementPreview } from './writePreview.ts';
import { checkedText, joined, sql } from '../sql/ownSql.ts';
import { phrase, rowsPhrase, type Phrase } from '../phrase.ts';

export type WriteWarnings = Pick<StatementPreview, 'dangers' | 'warnings'>;

/** More rows than people mean by a change that they make by hand. */
const MANY_ROWS = 1000;

/** What the text of a statement, and the number of its rows, should make a person think of. */
export function warnOf({ shape, verb, statement }: ParsedWrite, rows: number | undefined, isHeld: boolean): WriteWarnings {
  const dangers: Phrase[] = [];
  const warnings: Phrase[] = [];
  if (verb === 'DROP') dangers.push(phrase("Dropped objects can't be recovered."));
  if (verb === 'TRUNCATE') dangers.push(phrase("TRUNCATE can't be rolled back."));
  if (statement.kind === 'update' || statement.kind === 'delete') dangers.push(...warnOfCondition(statement, shape?.kind === 'joined'));
  if (shape?.kind === 'added' && shape.onDuplicate === 'update')
    dangers.push(phrase('Existing rows with the same keys may be changed (ON DUPLICATE KEY UPDATE).'));
  if (shape?.kind === 'added' && shape.onDuplicate === 'replace')
    dangers.push(phrase('Existing rows with the same keys may be deleted and replaced (REPLACE).'));
  if (rows !== undefined && rows > MANY_ROWS) warnings.push(phrase('The statement affects more than {0} rows.', MANY_ROWS));
  if (rows === 0 && shape?.kind === 'picked') warnings.push(phrase('No rows match: nothing would change.'));
  if (shape?.ignores === true) {
    warnings.push(phrase("IGNORE: rows that fail are skipped, and values that don't fit are truncated, without an error."));
  }
  if (shape?.kind === 'picked' && shape.limited && shape.order.toUpperCase().startsWith('LIMIT')) {
    warnings.push(phrase('LIMIT without ORDER BY: the server chooses the rows.'));
  }
  warnings.push(...warnOfValues(shape, isHeld));
  return { dangers, warnings };
}

const EVERY_ROW = {
  none: {
    limited: phrase('There is no WHERE clause.'),
    single: phrase('There is no WHERE clause: every row is affected.'),
    joined: phrase('There is no WHERE clause: every row that the join finds is affected.'),
  },
  always: {
    limited: phrase('The WHERE clause is always true.'),
    single: phrase('The WHERE clause is always true: every row is affected.'),
    joined: phrase('The WHERE clause is always true: every row that the join finds is affected.'),
  },
} as const;

/** A condition that leaves no row out by its text alone. */
function warnOfCondition({ where, limit }: Update | Delete, isJoined: boolean): Phrase[] {
  const extent = limit !== undefined ? 'limited' : isJoined ? 'joined' : 'single';
  if (where === undefined) return [EVERY_ROW.none[extent]];
  switch (truthOf(where)) {
    case 'always':
      return [EVERY_ROW.always[extent]];
    case 'constant':
      return [phrase("The WHERE clause doesn't depend on column values: it affects every row or none.")];
    default:
      return [];
  }
}

/** For the danger of a condition that leaves no row out of those that there are now. */
export const ALL_ROWS = phrase('The WHERE clause matches every row of the table.');
/** Somebody waits for the preview. */
const CHECK_MS = 3000;

/** True where a condition picks all rows of its table, as far as the server tells in time. One row is all rows of many a table. */
export async function picksAllRows(
  path: ReadPath,
  { shape, statement, context }: ParsedWrite,
  rows: number | undefined,
  options: StreamOptions,
): Promise<boolean> {
  if (shape?.kind !== 'picked' || rows === undefined || rows < 2) return false;
  if ((statement.kind !== 'update' && statement.kind !== 'delete') || statement.where === undefined || statement.limit !== undefined)
    return false;
  if (truthOf(statement.where) !== 'byRow') return false; // which is warned of by itself
  const sql = checkedText(someRowLeftOut(statement, statement.where, context.dialect));
  return (await countRows(path, sql, { ...options, timeoutMs: Math.min(options.timeoutMs, CHECK_MS) })) === 0;
}

function warnOfValues(shape: ParsedWrite['shape'], isHeld: boolean): Phrase[] {
  if (shape?.kind !== 'picked') return [];
  switch (shape.valueCertainty) {
    case 'data':
    case 'moment':
      return [];
    case 'tables': // where rows are held, what is not is told with them
      return isHeld ? [] : [phrase('The new values are read from other tables when the statement runs. They may differ from those shown.')];
    case 'chance':
      return [phrase('The new values are nondeterministic or come from a stored function. They may differ from those shown.')];
  }
}

/** What foreign keys of other tables do when the rows go, or when the referenced columns change. */
export async function warnOfKeys(
  path: ReadPath,
  { shape }: ParsedWrite,
  { table, touched }: { readonly table: QualifiedName | undefined; readonly touched: Touched | undefined },
  options: StreamOptions,
): Promise<WriteWarnings> {
  if (shape?.kind !== 'picked' || table === undefined) return { dangers: [], warnings: [] };
  const dangers: Phrase[] = [];
  const warnings: Phrase[] = [];
  for (const key of touched?.keys ?? []) {
    if (key.parent.name !== table.name || key.parent.database !== table.database) continue;
    const rule = shape.verb === 'DELETE' ? key.onDelete : key.onUpdate;
    const changed =
      shape.verb === 'DELETE' || key.parentColumns.some((name) => shape.assigned.some((one) => one.toLowerCase() === name.toLowerCase()));
    const rows = changed ? await countChildren(path, shape, key, options) : 0;
    if (rows === 0) continue;
    const count = rows === undefined ? phrase('rows') : rowsPhrase(rows);
    if (rule === 'CASCADE')
      dangers.push(
        shape.verb === 'DELETE'
          ? phrase('{0}: {1} also deleted (foreign key {2}, ON DELETE CASCADE).', key.child.name, count, key.name)
          : phrase('{0}: {1} also updated (foreign key {2}, ON UPDATE CASCADE).', key.child.name, count, key.name),
      );
    else
      warnings.push(
        rule === 'SET NULL'
          ? phrase('{0}: foreign key {2} set to NULL in {1}.', key.child.name, count, key.name)
          : phrase(
              'The server will reject the statement: {0} has {1} with references to these rows (foreign key {2}).',
              key.child.name,
              count,
              key.name,
            ),
      );
  }
  return { dangers, warnings };
}

/** Undefined where they cannot be counted. */
async function countChildren(path: ReadPath, shape: PickedRows, key: ReferringKey, options: StreamOptions): Promise<number | undefined> {
  const alias = quoteIdentifier(shape.alias);
  const parent = joined(key.parentColumns.map((name) => sql`${alias}.${quoteIdentifier(name)}`));
  const picked = sql`${checkedText(shape.where)} ${checkedText(shape.order)}`;
  const parents = sql`SELECT ${parent} FROM ${quoteTable(shape.table)} AS ${alias} ${picked}`;
  const columns = joined(key.childColumns.map(quoteIdentifier));
  // The derived table is for a LIMIT, which a subquery of IN may not have.
  return countRows(
    path,
    sql`SELECT COUNT(*) FROM ${quoteTable(key.child)} WHERE (${columns}) IN (SELECT * FROM (${parents}) AS parents)`,
    options,
  );
}
