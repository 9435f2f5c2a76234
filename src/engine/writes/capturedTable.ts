import type { Session } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { RowSnapshot } from './rowSnapshot.ts';
import { columnList, quoteTable, type WrittenColumn } from './snapshotSql.ts';
import { keyText, type UndoObstacle, type UndoTable } from './undoRecord.ts';

/** Rows whose columns have one of these values each. */
export interface RowTest {
  readonly columns: readonly string[];
  readonly tuples: readonly (readonly OwnSql[])[];
}

const TUPLES_AT_ONCE = 500;
const BYTES_AT_ONCE = 500_000;
/** Rows of one write that are kept as they were. */
export const MAX_UNDONE = 10_000;

/** Locks the rows that pass one of the tests, and reads them; undefined where they are too many or too large. */
export async function readLockedRows(
  session: Session,
  table: QualifiedName,
  columns: readonly WrittenColumn[],
  tests: readonly RowTest[],
  also?: OwnSql,
): Promise<ResultTable | undefined> {
  const key = columns.flatMap((column, at) => (column.key ? [at] : []));
  const found = new Map<string, readonly Cell[]>();
  let described: readonly Column[] = [];
  for (const { columns: names, tuples } of tests) {
    const list = joined(names.map(quoteIdentifier));
    for (const some of inChunks(tuples)) {
      const wanted = joined(some.map((tuple) => sql`(${joined(tuple)})`));
      const rows = new RowSnapshot(MAX_UNDONE + 1);
      const read = sql`SELECT ${columnList('t', columns)} FROM ${quoteTable(table)} AS t WHERE (${list}) IN (${wanted})${also === undefined ? sql`` : sql` AND (${also})`} FOR UPDATE`;
      await session.stream(read, rows);
      if (!rows.allKept) return undefined;
      described = rows.table.columns;
      for (const row of rows.table.rows) found.set(keyText(row, key), row);
      if (found.size > MAX_UNDONE) return undefined;
    }
  }
  return { columns: described, rows: [...found.values()] };
}

function inChunks(tuples: readonly (readonly OwnSql[])[]): readonly (readonly (readonly OwnSql[])[])[] {
  const chunks: (readonly OwnSql[])[][] = [];
  let bytes = Infinity;
  for (const tuple of tuples) {
    const length = tuple.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
    const last = chunks.at(-1);
    if (last === undefined || last.length >= TUPLES_AT_ONCE || bytes + length > BYTES_AT_ONCE) {
      chunks.push([tuple]);
      bytes = length;
    } else {
      last.push(tuple);
      bytes += length;
    }
  }
  return chunks;
}

/** A table that a transaction changes: each row that it may change, as it was before the first statement that did. */
export class CapturedTable {
  readonly name: QualifiedName;
  readonly columns: readonly WrittenColumn[];
  readonly key: readonly number[];
  /** By key; null for a row that was not there. */
  readonly #before = new Map<string, readonly Cell[] | null>();
  /** The rows of which there is nothing but a key. */
  readonly #keys = new Map<string, readonly Cell[]>();
  #described: readonly Column[];

  constructor({ database, name }: QualifiedName, columns: readonly WrittenColumn[], described: readonly Column[] = []) {
    this.#described = described;
    this.name = { database, name };
    this.columns = columns;
    this.key = columns.flatMap((column, at) => (column.key ? [at] : []));
  }

  get size(): number {
    return this.#before.size;
  }

  /** Rows as they are now. Answers those that were not known. */
  remember({ columns, rows }: ResultTable): readonly (readonly Cell[])[] {
    if (columns.length > 0) this.#described = columns;
    return rows.filter((row) => this.#add(row, row));
  }

  /** Rows that are there now; those that are not known have come with the transaction. */
  appeared({ columns, rows }: ResultTable): void {
    if (columns.length > 0) this.#described = columns;
    for (const row of rows) this.#add(row, null);
  }

  /** Finds these rows again by their keys. */
  testOf(rows: readonly (readonly Cell[])[]): RowTest {
    return {
      columns: this.key.map((at) => this.columns[at]?.name ?? ''),
      tuples: rows.map((row) => this.key.map((at) => sqlLiteral(row[at] ?? null, this.#described[at]))),
    };
  }

  /** What has become of the rows, or why that can't be said. */
  async finish(session: Session): Promise<UndoTable | UndoObstacle> {
    const unclear: UndoObstacle = { code: 'keys', about: [this.name.name] };
    const tests = [this.testOf([...this.#keys.values()])];
    const now = await readLockedRows(session, this.name, this.columns, tests);
    if (now === undefined) return unclear;
    const after = new Map(now.rows.map((row) => [keyText(row, this.key), row]));
    if ([...after.keys()].some((one) => !this.#before.has(one))) return unclear;
    const inexact = inexactTests(this.columns, session.server.flavor === 'mysql');
    const untold = inexact.length === 0 ? now : await readLockedRows(session, this.name, this.columns, tests, anyOf(inexact));
    if (untold === undefined) return unclear;
    if (inexact.length > 0 && untold.rows.some((row) => this.#looksUnchanged(row, inexact)))
      return { code: 'values', about: [this.name.name] };
    const written = this.columns.flatMap(({ generated }, at) => (generated ? [] : [at]));
    const changes = [...this.#before].flatMap(([key, before]) => {
      const left = after.get(key) ?? null;
      const isSame = before === null || left === null ? before === left : written.every((at) => before[at] === left[at]);
      return isSame ? [] : [{ before, after: left }];
    });
    return {
      ...this.name,
      ...{ columns: this.#described, key: this.key, written, definition: JSON.stringify(this.columns), changes },
      updatedByServer: this.columns.flatMap(({ updatedByServer }, at) => (updatedByServer ? [at] : [])),
    };
  }

  /** Whether one of these columns has the text that it had before. Its value may be another one all the same. */
  #looksUnchanged(row: readonly Cell[], among: readonly InexactTest[]): boolean {
    const before = this.#before.get(keyText(row, this.key)) ?? null;
    return before !== null && among.some(({ at }) => row[at] === before[at]);
  }

  #add(row: readonly Cell[], before: readonly Cell[] | null): boolean {
    const key = keyText(row, this.key);
    if (this.#before.has(key)) return false;
    this.#before.set(key, before);
    this.#keys.set(key, row);
    return true;
  }
}

/** Finds rows in which the text of a column is not its whole value, so that no literal brings them back as they are. */
export interface InexactTest {
  readonly at: number;
  readonly test: OwnSql;
}

export function inexactTests(columns: readonly WrittenColumn[], isMysql: boolean): readonly InexactTest[] {
  return columns.flatMap(({ name, type, generated, definition }, at): readonly InexactTest[] => {
    if (generated) return [];
    const column = quoteIdentifier(name);
    // MySQL keeps moments, decimals and bytes in JSON that its text does not tell from strings.
    if (type === 'json' && isMysql) return [{ at, test: sql`NOT (${column} <=> CAST(CAST(${column} AS CHAR) AS JSON))` }];
    // The empty text is a member, and stands for a value that no member has, too.
    if (type === 'enum' && /[(,]''[,)]/.test(definition)) return [{ at, test: sql`(${column} = '' AND ${column} + 0 = 0)` }];
    return [];
  });
}

export function anyOf(tests: readonly InexactTest[]): OwnSql {
  return joined(
    tests.map(({ test }) => test),
    ' OR ',
  );
}
