import type { Column } from '../driver/values.ts';
import { NUMBERS, type Cell } from '../driver/values.ts';
import { sqlLiteral } from '../query/sqlLiteral.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { quoteTable } from './picture.ts';
import type { StatementEffect } from './runStatement.ts';
import type { StatementPreview } from './writePreview.ts';

/** Statements that bring back the rows that were changed. They are a copy of data. */
export interface UndoScript {
  readonly sql: string;
  readonly statements: number;
  readonly rows: number;
  /** What was changed besides, and is not brought back: by triggers and foreign keys. */
  readonly leavesOut: readonly string[];
}

const ROWS_PER_INSERT = 200;
const KEYS_PER_UPDATE = 1000;
/** Types whose values compare equal to their own literals: DATE, DATETIME, TIMESTAMP, TIME and strings besides numbers that are no FLOAT or DOUBLE. */
const COMPARABLE = new Set([7, 10, 11, 12, 253, 254]);
const APPROXIMATE = new Set([4, 5]);

/** In reverse order of the statements; undefined where the rows as they were are not all known, or there are none. */
export function undoScript(previews: readonly StatementPreview[], effects: readonly StatementEffect[]): UndoScript | undefined {
  const parts: string[] = [];
  let rows = 0;
  for (const [i, preview] of [...previews.entries()].reverse()) {
    const effect = effects[i];
    const undone = effect === undefined ? undefined : undo(preview, effect);
    if (undone === undefined) return undefined;
    parts.push(...undone);
    rows += effect?.before?.count ?? 0;
  }
  if (parts.length === 0) return undefined;
  const leavesOut = previews.flatMap(({ touched, table }) => {
    const others = touched?.tables.filter(({ database, name }) => name !== table?.name || database !== table.database) ?? [];
    return others.map(({ name, because }) => `${name} (${because})`);
  });
  return { sql: parts.map((part) => `${part};\n`).join(''), statements: parts.length, rows, leavesOut: [...new Set(leavesOut)] };
}

function undo(preview: StatementPreview, { before, after }: StatementEffect): string[] | undefined {
  const { shape } = preview.statement;
  if (shape?.kind !== 'picked' || before?.all !== true) return undefined;
  if (before.count === 0) return [];
  return shape.verb === 'DELETE'
    ? insertAgain(preview, before.table)
    : after === undefined
      ? undefined
      : updateBack(preview, before.table, after);
}

interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

function insertAgain({ table, columns }: StatementPreview, before: Rows): string[] {
  const written = columns.flatMap(({ name, generated }) => (generated ? [] : [before.columns.findIndex((column) => column.name === name)]));
  const head = `INSERT INTO ${quoteTable(table ?? { database: undefined, name: '' })} (${written.map((at) => quoteIdentifier(before.columns[at]?.name ?? '')).join(', ')}) VALUES`;
  const statements: string[] = [];
  for (let i = 0; i < before.rows.length; i += ROWS_PER_INSERT) {
    const values = before.rows
      .slice(i, i + ROWS_PER_INSERT)
      .map((row) => `  (${written.map((at) => sqlLiteral(row[at] ?? null, before.columns[at])).join(', ')})`);
    statements.push(`${head}\n${values.join(',\n')}`);
  }
  return statements;
}

/**
 * Over the columns that differ; rows that change in the same way share a statement. Where a value can be compared, a row that was
 * changed again since is left alone.
 */
function updateBack({ table, columns }: StatementPreview, before: Rows, after: Rows): string[] | undefined {
  const keys = columns.filter(({ key }) => key).map(({ name }) => before.columns.findIndex((column) => column.name === name));
  const keyOf = (row: readonly Cell[]): string => JSON.stringify(keys.map((at) => row[at]));
  const now = new Map(after.rows.map((row) => [keyOf(row), row]));
  const generated = new Set(columns.filter((column) => column.generated).map(({ name }) => name));
  const name = (at: number): string => quoteIdentifier(before.columns[at]?.name ?? '');
  const literal = (row: readonly Cell[], at: number): string => sqlLiteral(row[at] ?? null, before.columns[at]);
  const groups = new Map<string, { readonly set: string; readonly same: readonly string[]; readonly keys: string[] }>();
  for (const row of before.rows) {
    const changed = now.get(keyOf(row));
    if (changed === undefined) return undefined;
    const places = row.flatMap((cell, at) => (cell === changed[at] || generated.has(before.columns[at]?.name ?? '') ? [] : [at]));
    if (places.length === 0) continue;
    const set = places.map((at) => `${name(at)} = ${literal(row, at)}`).join(', ');
    const same = places.filter((at) => isComparable(before.columns[at])).map((at) => `${name(at)} <=> ${literal(changed, at)}`);
    const group = groups.get(set + same.join()) ?? { set, same, keys: [] };
    groups.set(set + same.join(), group);
    group.keys.push(`(${keys.map((at) => literal(row, at)).join(', ')})`);
  }
  const target = quoteTable(table ?? { database: undefined, name: '' });
  const keyNames = `(${keys.map(name).join(', ')})`;
  return [...groups.values()].flatMap(({ set, same, keys: found }) => {
    const parts = Array.from({ length: Math.ceil(found.length / KEYS_PER_UPDATE) }, (_, i) =>
      found.slice(i * KEYS_PER_UPDATE, (i + 1) * KEYS_PER_UPDATE),
    );
    return parts.map((part) => `UPDATE ${target} SET ${set} WHERE ${[`${keyNames} IN (${part.join(', ')})`, ...same].join(' AND ')}`);
  });
}

function isComparable(column: Column | undefined): boolean {
  if (column === undefined || column.binary) return false;
  return COMPARABLE.has(column.type) || (NUMBERS.has(column.type) && !APPROXIMATE.has(column.type));
}
