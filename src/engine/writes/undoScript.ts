import type { Column } from '../driver/values.ts';
import { NUMBERS, type Cell } from '../driver/values.ts';
import { modeLine, sessionFooter, sessionHeader, type LoadMode } from '../query/exports/sqlFile.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { keyOfName, quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { quoteTable } from './snapshotSql.ts';
import type { StatementEffect } from './runStatement.ts';
import type { ReferringKey } from './touchedTables.ts';
import type { UndoFacts, UndoFactsByTable } from './undoFacts.ts';
import { rowsInOrder, type ChangedRow } from './undoOrder.ts';
import type { StatementPreview } from './writePreview.ts';

/** Statements that bring back the rows that were changed. They are a copy of data. */
export interface UndoScript {
  readonly sql: string;
  /** The same for a file, which sets the session that they need and puts it back; left out where they need none. */
  readonly file?: string;
  readonly statements: number;
  readonly rows: number;
  /** What was changed besides, and is not brought back: by triggers and foreign keys. */
  readonly leavesOut: readonly string[];
  /** Triggers that bringing the rows back fires: they may change them, and more. */
  readonly fires: readonly string[];
}

/** A statement, and how the session has to take its values. */
interface UndoStatement {
  readonly sql: string;
  readonly mode: LoadMode;
}

const ROWS_PER_INSERT = 200;
const KEYS_PER_UPDATE = 1000;
/** Of rows or keys in one statement: below the max_allowed_packet of any server. */
const BYTES_PER_STATEMENT = 500_000;
/** Types whose values compare equal to their own literals: DATE, DATETIME, TIMESTAMP, TIME and strings besides numbers that are no FLOAT or DOUBLE. */
const COMPARABLE = new Set([7, 10, 11, 12, 253, 254]);
const APPROXIMATE = new Set([4, 5]);

/** In reverse order of the statements; undefined where the rows as they were are not all known, or there are none. */
export function undoScript(
  previews: readonly StatementPreview[],
  effects: readonly StatementEffect[],
  facts: UndoFactsByTable,
): UndoScript | undefined {
  const parts: UndoStatement[] = [];
  const fires = new Set<string>();
  let rows = 0;
  for (const [i, preview] of [...previews.entries()].reverse()) {
    const effect = effects[i];
    const known = preview.table === undefined ? undefined : facts.get(keyOfName(preview.table));
    const undone = effect === undefined ? undefined : undo(preview, effect, known);
    if (undone === undefined) return undefined;
    parts.push(...undone);
    rows += effect?.before?.count ?? 0;
    for (const { event, told } of undone.length === 0 ? [] : (known?.triggers ?? [])) if (event === eventOfUndo(preview)) fires.add(told);
  }
  if (parts.length === 0) return undefined;
  const leavesOut = previews.flatMap(leftOut);
  return {
    sql: parts.map(({ sql }) => `${sql};\n`).join(''),
    file: sessionHeader() + inModes(parts) + sessionFooter(),
    statements: parts.length,
    rows,
    leavesOut: [...new Set(leavesOut)],
    fires: [...fires],
  };
}

function eventOfUndo({ statement }: StatementPreview): string {
  return statement.verb === 'DELETE' ? 'INSERT' : 'UPDATE';
}

/** What triggers and foreign keys have changed: other tables, and rows of the table itself that refer to those that were written. */
export function leftOut({ touched, table, statement }: StatementPreview): string[] {
  const others = touched?.tables.filter(({ database, name }) => name !== table?.name || database !== table.database) ?? [];
  const isDelete = statement.shape?.kind === 'picked' && statement.shape.verb === 'DELETE';
  const own = ownKeys(touched, table).filter(({ onDelete, onUpdate }) => !/^(?:NO ACTION|RESTRICT)$/.test(isDelete ? onDelete : onUpdate));
  return [
    ...others.map(({ name, because }) => `${name} (${because})`),
    ...own.map(({ name, child }) => `other rows of ${child.name} (the foreign key ${name})`),
  ];
}

/** Foreign keys of a table to itself. */
function ownKeys(touched: StatementPreview['touched'], table: StatementPreview['table']): readonly ReferringKey[] {
  const isOwn = ({ database, name }: QualifiedName): boolean => name === table?.name && database === table.database;
  return touched?.keys.filter(({ child, parent }) => isOwn(child) && isOwn(parent)) ?? [];
}

/** Rows behind those that they refer to: the server checks a foreign key row by row. */
function parentsFirst(
  rows: readonly (readonly Cell[])[],
  columns: readonly Column[],
  keys: readonly ReferringKey[],
): readonly (readonly Cell[])[] {
  if (keys.length === 0) return rows;
  const placesOf = (names: readonly string[]): number[] => names.map((name) => columns.findIndex((column) => column.name === name));
  const valueOf = (row: readonly Cell[], places: readonly number[]): string => JSON.stringify(places.map((at) => row[at]));
  const links = keys.map(({ childColumns, parentColumns }) => {
    const parents = placesOf(parentColumns);
    return { children: placesOf(childColumns), rowOf: new Map(rows.map((row) => [valueOf(row, parents), row])) };
  });
  const ordered = new Set<readonly Cell[]>();
  for (const row of rows) {
    // Up to the top of its line, or to a row that is there already; a circle ends where it began.
    const line = new Set([row]);
    for (const one of line)
      for (const { children, rowOf } of links) {
        const parent = rowOf.get(valueOf(one, children));
        if (parent !== undefined && !ordered.has(parent)) line.add(parent);
      }
    for (const one of [...line].reverse()) ordered.add(one);
  }
  return [...ordered];
}

function inModes(parts: readonly UndoStatement[]): string {
  let current: LoadMode = 'strict';
  let text = '';
  for (const { sql, mode } of parts) {
    if (mode !== current) text += modeLine(mode);
    current = mode;
    text += `${sql};\n`;
  }
  return text;
}

function undo(preview: StatementPreview, { before, after }: StatementEffect, facts: UndoFacts | undefined): UndoStatement[] | undefined {
  const { shape } = preview.statement;
  if (shape?.kind !== 'picked' || before?.all !== true) return undefined;
  if (before.count === 0) return [];
  return shape.verb === 'DELETE'
    ? insertAgain(preview, before.table)
    : after === undefined
      ? undefined
      : updateBack(preview, before.table, after, facts);
}

interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

function insertAgain({ table, columns, touched }: StatementPreview, before: Rows): UndoStatement[] {
  const written = columns.flatMap(({ name, generated }) => (generated ? [] : [before.columns.findIndex((column) => column.name === name)]));
  const head = `INSERT INTO ${quoteTable(table ?? { database: undefined, name: '' })} (${written.map((at) => quoteIdentifier(before.columns[at]?.name ?? '')).join(', ')}) VALUES`;
  const values = parentsFirst(before.rows, before.columns, ownKeys(touched, table)).map((row) => ({
    text: `  (${written.map((at) => sqlLiteral(row[at] ?? null, before.columns[at])).join(', ')})`,
    mode: modeFor(written, before.columns, row),
  }));
  return (['strict', 'lenient'] as const).flatMap((mode) => {
    const texts = values.filter((value) => value.mode === mode).map(({ text }) => text);
    return inParts(texts, ROWS_PER_INSERT).map((part) => ({ sql: `${head}\n${part.join(',\n')}`, mode }));
  });
}

/** Strict mode refuses the value of an ENUM that no member has, which is shown as an empty text. */
function modeFor(places: readonly number[], columns: readonly Column[], row: readonly Cell[]): LoadMode {
  return places.some((at) => columns[at]?.enumerated === true && row[at] === '') ? 'lenient' : 'strict';
}

/** Texts in parts of so many, and so large, that each fits into a statement. */
function inParts(texts: readonly string[], most: number): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let bytes = Infinity;
  for (const text of texts) {
    const part = parts.at(-1);
    const length = Buffer.byteLength(text) + 2;
    if (part === undefined || part.length >= most || bytes + length > BYTES_PER_STATEMENT) {
      parts.push([text]);
      bytes = length;
    } else {
      part.push(text);
      bytes += length;
    }
  }
  return parts;
}

/**
 * Over the columns that differ; rows that change in the same way share a statement, unless they have to wait for each other. Where a value can be compared, a row that was
 * changed again since is left alone.
 */
function updateBack(
  { table, columns }: StatementPreview,
  before: Rows,
  after: Rows,
  facts: UndoFacts | undefined,
): UndoStatement[] | undefined {
  const keys = columns.filter(({ key }) => key).map(({ name }) => before.columns.findIndex((column) => column.name === name));
  const keyOf = (row: readonly Cell[]): string => JSON.stringify(keys.map((at) => row[at]));
  const now = new Map(after.rows.map((row) => [keyOf(row), row]));
  const generated = new Set(columns.filter((column) => column.generated).map(({ name }) => name));
  const updatedByServer = new Set(columns.filter((column) => column.updatedByServer).map(({ name }) => name));
  const name = (at: number): string => quoteIdentifier(before.columns[at]?.name ?? '');
  const literal = (row: readonly Cell[], at: number): string => sqlLiteral(row[at] ?? null, before.columns[at]);
  const changes: RowChange[] = [];
  for (const row of before.rows) {
    const changed = now.get(keyOf(row));
    if (changed === undefined) return undefined;
    const writable = [...row.keys()].filter((at) => !generated.has(before.columns[at]?.name ?? ''));
    const differ = writable.filter((at) => row[at] !== changed[at]);
    if (differ.length === 0) continue;
    const places = writable.filter((at) => row[at] !== changed[at] || updatedByServer.has(before.columns[at]?.name ?? ''));
    changes.push({
      ...{ before: row, after: changed, mode: modeFor(places, before.columns, row) },
      set: places.map((at) => `${name(at)} = ${literal(row, at)}`).join(', '),
      same: differ.filter((at) => isComparable(before.columns[at])).map((at) => `${name(at)} <=> ${literal(changed, at)}`),
      key: `(${keys.map((at) => literal(row, at)).join(', ')})`,
    });
  }
  const inTurn = rowsInOrder(changes, before.columns, facts?.uniqueKeys ?? []);
  const waiting = new Set(inTurn);
  const together = Map.groupBy(
    changes.filter((change) => !waiting.has(change)),
    ({ set, same }) => set + same.join(),
  );
  const target = quoteTable(table ?? { database: undefined, name: '' });
  const keyNames = `(${keys.map(name).join(', ')})`;
  return [...[...together.values()], ...inTurn.map((change) => [change])].flatMap((group) => {
    const [{ set, same, mode } = { set: '', same: [], mode: 'strict' as const }] = group;
    return inParts(
      group.map(({ key }) => key),
      KEYS_PER_UPDATE,
    ).map((part) => ({
      sql: `UPDATE ${target} SET ${set} WHERE ${[`${keyNames} IN (${part.join(', ')})`, ...same].join(' AND ')}`,
      mode,
    }));
  });
}

interface RowChange extends ChangedRow {
  readonly set: string;
  /** Conditions that hold while nobody has changed it again. */
  readonly same: readonly string[];
  readonly key: string;
  readonly mode: LoadMode;
}

function isComparable(column: Column | undefined): boolean {
  if (column === undefined || column.binary) return false;
  return COMPARABLE.has(column.type) || (NUMBERS.has(column.type) && !APPROXIMATE.has(column.type));
}
