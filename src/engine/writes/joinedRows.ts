import type { ResultTable } from '../query/results/resultSet.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import type { BaseTable } from '../sql/ast/queries.ts';
import type { Delete, Update } from '../sql/ast/statements.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { checkedText, type OwnSql } from '../sql/ownSql.ts';
import { phrase } from '../phrase.ts';
import { keyText, type UndoObstacle } from './undoRecord.ts';
import type { CapturedTable } from './capturedTable.ts';
import { rememberCascades, type CascadeReader } from './cascadedRows.ts';
import { deletedTables, keysPicked, updatedTables } from './matchingRows.ts';
import type { StatementEffect } from './runStatement.ts';
import { changedColumns, mayMoveKeys } from './snapshotSql.ts';
import { STATEMENT } from './touchedTables.ts';
import type { StatementPreview } from './writePreview.ts';

export interface JoinReader extends CascadeReader {
  /** Rows of a query over the agent's names, locked; undefined where they are too many. */
  picked(query: OwnSql): Promise<ResultTable | undefined>;
}

/** What the statement has changed has to add up to what was remembered. */
export type EffectCheck = (effect: StatementEffect) => Promise<UndoObstacle | undefined>;

interface Part {
  readonly table: CapturedTable;
  readonly rows: ResultTable;
  /** In lower case; undefined for rows that are deleted. */
  readonly assigned: ReadonlySet<string> | undefined;
}

/** Remembers the rows of each table that an UPDATE or DELETE over several tables changes. Answers why it can't, where it can't. */
export async function rememberJoined(
  reader: JoinReader,
  preview: StatementPreview,
  statement: Update | Delete,
): Promise<UndoObstacle | EffectCheck> {
  const targets = statement.kind === 'delete' ? deletedTables(statement) : updatedTables(statement);
  if (statement.kind === 'delete' && statement.targets.some((one) => deletedTables({ ...statement, targets: [one] }).length !== 1))
    return { code: 'unread', about: [] };
  const parts = new Map<string, Part>();
  for (const target of targets) {
    const part = await readPart(reader, preview, statement, target);
    if ('code' in part) return part;
    const name = keyOfName(part.table.name);
    // Which of its names changes a row first is the server's choice.
    if (parts.has(name))
      return { code: 'rows', about: [phrase('the statement changes the table {0} under two names', part.table.name.name)] };
    parts.set(name, part);
  }
  const keys = preview.touched?.keys ?? [];
  for (const part of parts.values()) part.table.remember(part.rows);
  for (const part of parts.values()) {
    const obstacle = await rememberCascades(reader, keys, part);
    if (obstacle !== undefined) return obstacle;
  }
  // The server does not count a row that a foreign key has changed or deleted before the statement came to it.
  const isLinked = keys.some(({ child, does }) => does.length > 0 && parts.has(keyOfName(child)));
  return async ({ affected }) => {
    let changed = 0;
    for (const { table, rows } of parts.values()) {
      const now = await reader.read(table, table.testOf(rows.rows));
      if (now === undefined) return { code: 'tooMany', about: [] };
      const left = new Map(now.rows.map((row) => [keyText(row, table.key), row]));
      changed += rows.rows.filter((row) => row.some((cell, at) => left.get(keyText(row, table.key))?.[at] !== cell)).length;
    }
    if (affected === changed || (isLinked && affected < changed)) return undefined;
    return { code: 'rows', about: [phrase('the server changed other rows than those that were read before')] };
  };
}

async function readPart(
  reader: JoinReader,
  { touched, statement: { context } }: StatementPreview,
  statement: Update | Delete,
  target: BaseTable,
): Promise<Part | UndoObstacle> {
  const written = { database: target.table.database?.name ?? context.database ?? '', name: target.table.name.name };
  const named = touched?.tables.filter((one) => one.because === STATEMENT && keyOfName(one) === keyOfName(written)) ?? [];
  const name = named.find((one) => one.name === written.name) ?? named[0]; // as the catalog writes it
  if (name === undefined) return { code: 'unread', about: [] };
  const table = await reader.table(name);
  if ('code' in table) return table;
  const key = table.key.map((at) => table.columns[at]?.name ?? '');
  const assigned = statement.kind === 'delete' ? undefined : assignedColumns(statement, target, table);
  if (assigned !== undefined && assigned.size > 0 && mayMoveKeys(table.columns, assigned)) return { code: 'keys', about: [name.name] };
  const picked = await reader.picked(checkedText(keysPicked(statement, target, key, context.dialect)));
  if (picked === undefined) return { code: 'tooMany', about: [] };
  const wanted = picked.rows.filter((row) => !row.includes(null)); // an outer join without a row
  const tuples = wanted.map((row) => row.map((cell, i) => sqlLiteral(cell, picked.columns[i])));
  const rows = await reader.read(table, { columns: key, tuples });
  if (rows === undefined) return { code: 'tooMany', about: [] };
  return rows.rows.length === wanted.length ? { table, rows, assigned } : { code: 'keys', about: [name.name] };
}

/** In lower case. A column without a table belongs to each that has it. */
function assignedColumns({ set }: Update, { alias, table: { name } }: BaseTable, table: CapturedTable): ReadonlySet<string> {
  const called = (alias ?? name).name.toLowerCase();
  const own = new Set(table.columns.map((column) => column.name.toLowerCase()));
  const names = set.flatMap(({ column }) =>
    column.table === undefined || column.table.name.toLowerCase() === called ? [column.name.name] : [],
  );
  const assigned = names.map((one) => one.toLowerCase()).filter((one) => own.has(one));
  return assigned.length === 0 ? new Set() : changedColumns(table.columns, assigned);
}
