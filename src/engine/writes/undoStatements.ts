import type { Cell, Column } from '../driver/values.ts';
import { NUMBERS } from '../driver/values.ts';
import type { LoadMode } from '../query/exports/sqlFile.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { keyOfName, quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { quoteTable } from './snapshotSql.ts';
import { parentsFirst, tablesInOrder, type ForeignKey } from './undoForeignKeys.ts';
import { rowsInOrder } from './undoOrder.ts';
import { keyText, type UndoChange, type UndoTable } from './undoRecord.ts';
import type { UniqueKey } from './uniqueKeys.ts';

/** A statement, and how the session has to take its values. */
export interface UndoStatement {
  readonly verb: 'DELETE' | 'UPDATE' | 'INSERT';
  readonly table: QualifiedName;
  readonly sql: OwnSql;
  readonly mode: LoadMode;
  /** `changed`: it brings a row back that is still there, maybe by deleting it and adding it again. */
  readonly kind: 'added' | 'changed' | 'deleted';
  /** It deletes a row that is added again behind it. */
  readonly replaces: boolean;
}

export interface UndoneTable extends UndoTable {
  readonly uniqueKeys: readonly UniqueKey[];
}

const ROWS_PER_INSERT = 200;
const ROWS_PER_DELETE = 200;
const KEYS_PER_UPDATE = 1000;
/** Of rows or keys in one statement: below the max_allowed_packet of any server. */
const BYTES_PER_STATEMENT = 500_000;
/** Types whose values compare equal to their own literals: DATE, DATETIME, TIMESTAMP, TIME and strings besides numbers that are no FLOAT or DOUBLE. */
const COMPARABLE = new Set([7, 10, 11, 12, 253, 254]);
const APPROXIMATE = new Set([4, 5]);

interface Both {
  readonly before: readonly Cell[];
  readonly after: readonly Cell[];
}

/**
 * Brings the rows back: first away with what was added, children before parents; then what was changed and deleted, parents before children. Where the server
 * checks foreign keys, rows that refer to others of their table come behind those.
 */
export function undoStatements(
  tables: readonly UndoneTable[],
  keys: readonly ForeignKey[],
  { checked }: { readonly checked: boolean },
): readonly UndoStatement[] {
  const ordered = tablesInOrder(tables, keys).map((table) => ({ ...partsOf(table, keys), isOwnChild: ownKeys(table, keys).length > 0 }));
  return [
    ...ordered.toReversed().flatMap(({ deletes }) => deletes),
    ...ordered.flatMap(({ updates, inserts, isOwnChild }) => (checked && isOwnChild ? [...inserts, ...updates] : [...updates, ...inserts])),
  ];
}

function ownKeys(table: QualifiedName, keys: readonly ForeignKey[]): readonly ForeignKey[] {
  return keys.filter(({ child, parent }) => keyOfName(child) === keyOfName(table) && keyOfName(parent) === keyOfName(table));
}

interface Parts {
  readonly deletes: readonly UndoStatement[];
  readonly updates: readonly UndoStatement[];
  readonly inserts: readonly UndoStatement[];
}

function partsOf(table: UndoneTable, keys: readonly ForeignKey[]): Parts {
  const { changes } = table;
  const added = changes.flatMap(({ before, after }) => (before === null && after !== null ? [after] : []));
  const deleted = changes.flatMap(({ before, after }) => (before !== null && after === null ? [before] : []));
  const changed = changes.flatMap(({ before, after }: UndoChange): Both[] =>
    before !== null && after !== null ? [{ before, after }] : [],
  );
  const { ordered, circular } = rowsInOrder(
    changed,
    table.columns,
    table.uniqueKeys.filter(({ isPrimary }) => !isPrimary),
  );
  const replaced = new Set(circular);
  const waiting = new Set(ordered);
  const own = ownKeys(table, keys);
  const insert = (rows: readonly (readonly Cell[])[], kind: UndoStatement['kind']): UndoStatement[] =>
    insertRows(table, parentsFirst(rows, table.columns, own), kind);
  return {
    deletes: [
      ...deleteRows(table, parentsFirst(added, table.columns, own).toReversed(), 'added', false),
      ...deleteRows(
        table,
        circular.map(({ after }) => after),
        'changed',
        true,
      ),
    ],
    updates: updateRows(table, [
      ...Map.groupBy(
        changed.filter((one) => !replaced.has(one) && !waiting.has(one)),
        (one) => setOf(table, one).key,
      ).values(),
      ...ordered.map((one) => [one]),
    ]),
    inserts: [
      ...insert(
        circular.map(({ before }) => before),
        'changed',
      ),
      ...insert(deleted, 'deleted'),
    ],
  };
}

function insertRows(table: UndoTable, rows: readonly (readonly Cell[])[], kind: UndoStatement['kind']): UndoStatement[] {
  const { columns, written } = table;
  const head = sql`INSERT INTO ${quoteTable(table)} (${joined(written.map((at) => nameAt(table, at)))}) VALUES`;
  const values = rows.map((row) => ({
    text: sql`  (${joined(written.map((at) => sqlLiteral(row[at] ?? null, columns[at])))})`,
    mode: modeFor(written, columns, row),
  }));
  // In their order: of one mode as many as stand together.
  const runs: { readonly mode: LoadMode; readonly texts: OwnSql[] }[] = [];
  for (const { text, mode } of values) {
    const last = runs.at(-1);
    if (last?.mode === mode) last.texts.push(text);
    else runs.push({ mode, texts: [text] });
  }
  return runs.flatMap(({ mode, texts }) =>
    inParts(texts, ROWS_PER_INSERT).map((part) => ({
      ...{ verb: 'INSERT' as const, table, mode, kind, replaces: false },
      sql: sql`${head}\n${joined(part, ',\n')}`,
    })),
  );
}

/** A row that was changed again since is left alone, as far as its values can be compared. */
function deleteRows(table: UndoTable, rows: readonly (readonly Cell[])[], kind: UndoStatement['kind'], replaces: boolean): UndoStatement[] {
  const tests = rows.map((row) => {
    const others = table.written.filter((at) => !table.key.includes(at) && isComparable(table.columns[at]));
    const same = others.map((at) => sql`${nameAt(table, at)} <=> ${sqlLiteral(row[at] ?? null, table.columns[at])}`);
    const key = table.key.map((at) => sql`${nameAt(table, at)} = ${sqlLiteral(row[at] ?? null, table.columns[at])}`);
    return sql`(${joined([...key, ...same], ' AND ')})`;
  });
  return inParts(tests, ROWS_PER_DELETE).map((part) => ({
    ...{ verb: 'DELETE' as const, table, mode: 'strict' as const, kind, replaces },
    sql: sql`DELETE FROM ${quoteTable(table)} WHERE ${joined(part, ' OR\n  ')}`,
  }));
}

interface SetRow {
  readonly set: OwnSql;
  /** Conditions that hold while nobody has changed it again. */
  readonly same: readonly OwnSql[];
  readonly mode: LoadMode;
  /** Equal for rows that share a statement. */
  readonly key: string;
}

function setOf(table: UndoTable, { before, after }: Both): SetRow {
  const { columns, written, updatedByServer } = table;
  const differ = written.filter((at) => before[at] !== after[at]);
  const places = written.filter((at) => differ.includes(at) || updatedByServer.includes(at));
  const literal = (row: readonly Cell[], at: number): OwnSql => sqlLiteral(row[at] ?? null, columns[at]);
  const set = joined(places.map((at) => sql`${nameAt(table, at)} = ${literal(before, at)}`));
  const same = differ.filter((at) => isComparable(columns[at])).map((at) => sql`${nameAt(table, at)} <=> ${literal(after, at)}`);
  const mode = modeFor(places, columns, before);
  return { set, same, mode, key: `${mode} ${set} ${same.join(' ')}` };
}

/** Over the columns that differ; rows that change in the same way share a statement, unless they have to wait for each other. */
function updateRows(table: UndoTable, groups: readonly (readonly Both[])[]): UndoStatement[] {
  const { columns, key } = table;
  const names = sql`(${joined(key.map((at) => nameAt(table, at)))})`;
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { set, same, mode } = setOf(table, first);
    const keys = group.map(({ after }) => sql`(${joined(key.map((at) => sqlLiteral(after[at] ?? null, columns[at])))})`);
    return inParts(keys, KEYS_PER_UPDATE).map((part) => ({
      ...{ verb: 'UPDATE' as const, table, mode, kind: 'changed' as const, replaces: false },
      sql: sql`UPDATE ${quoteTable(table)} SET ${set} WHERE ${joined([sql`${names} IN (${joined(part)})`, ...same], ' AND ')}`,
    }));
  });
}

function nameAt({ columns }: UndoTable, at: number): OwnSql {
  return quoteIdentifier(columns[at]?.name ?? '');
}

/** Strict mode refuses the value of an ENUM that no member has, which is shown as an empty text. */
function modeFor(places: readonly number[], columns: readonly Column[], row: readonly Cell[]): LoadMode {
  return places.some((at) => columns[at]?.enumerated === true && row[at] === '') ? 'lenient' : 'strict';
}

/** Texts in parts of so many, and so large, that each fits into a statement. */
function inParts(texts: readonly OwnSql[], most: number): readonly (readonly OwnSql[])[] {
  const parts: OwnSql[][] = [];
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

function isComparable(column: Column | undefined): boolean {
  if (column === undefined || column.binary) return false;
  return COMPARABLE.has(column.type) || (NUMBERS.has(column.type) && !APPROXIMATE.has(column.type));
}

/** The rows of tables by their keys, as the write left them or as they were before. */
export function rowsByKey({ changes, key }: UndoTable, which: keyof UndoChange): ReadonlyMap<string, readonly Cell[]> {
  return new Map(changes.flatMap(({ [which]: row }) => (row === null ? [] : [[keyText(row, key), row] as const])));
}
