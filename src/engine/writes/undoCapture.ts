import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import type { Expression } from '../sql/ast/expressions.ts';
import type { Insert } from '../sql/ast/statements.ts';
import { keyOfName, quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import { checkedText, integer, joined, sql, type OwnSql } from '../sql/ownSql.ts';
import { print } from '../sql/printer/print.ts';
import { walk } from '../sql/walk.ts';
import { addedRowTests, assignsKey, isRight } from './addedRowTests.ts';
import { anyOf, CapturedTable, inexactTests, MAX_UNDONE, readLockedRows, type RowTest } from './capturedTable.ts';
import { rememberCascades, type CascadeReader } from './cascadedRows.ts';
import { rememberJoined, type EffectCheck } from './joinedRows.ts';
import type { AddedRows, PickedRows } from './parseDml.ts';
import { RowSnapshot } from './rowSnapshot.ts';
import type { StatementEffect, StatementWatch } from './runStatement.ts';
import { changedColumns, mayMoveKeys, quoteTable, readWrittenColumns, snapshotSql, tableOf } from './snapshotSql.ts';
import { undoObstacle } from './undoObstacles.ts';
import type { UndoObstacle, UndoRecord } from './undoRecord.ts';
import { rowsOf } from './undoRecord.ts';
import { readUniqueKeys } from './uniqueKeys.ts';
import type { StatementPreview } from './writePreview.ts';

/** `ER_LOCK_WAIT_TIMEOUT` and `ER_LOCK_DEADLOCK`: the transaction may be gone. */
const ENDS_TRANSACTION = new Set([1205, 1213]);

/** What the rows of a statement have to add up to afterwards: else it has changed rows that were not seen. */
interface Expectation {
  readonly kind: 'rows';
  readonly table: CapturedTable;
  readonly tests: readonly RowTest[];
  readonly before: ResultTable;
  /** How the number of rows has to change; undefined where `meets` decides. */
  readonly isRight: (effect: StatementEffect, now: ResultTable) => boolean;
}

/**
 * Remembers what a transaction changes, row by row, so that it can be undone: the rows that each statement may change are locked and read before it runs, and all of them again at
 * the end. Where that can't be done for certain, it says why; it never fails the write itself.
 */
export class UndoCapture implements StatementWatch {
  readonly #session: Session;
  /** Prints a query over the agent's names as it is sent. */
  readonly #print: (sql: OwnSql) => Promise<string>;
  readonly #tables = new Map<string, CapturedTable>();
  #obstacle: UndoObstacle | undefined;
  #expected: Expectation | { readonly kind: 'joined'; readonly check: EffectCheck } | undefined;

  constructor(session: Session, print: (sql: OwnSql) => Promise<string>) {
    this.#session = session;
    this.#print = print;
  }

  async before(preview: StatementPreview, rows: StatementEffect['before']): Promise<void> {
    await this.#attempt(async () => {
      const { shape } = preview.statement;
      const why = undoObstacle(preview);
      if (why !== undefined) return why;
      if (shape?.kind === 'joined') return this.#beforeJoined(preview);
      if (preview.table === undefined) return { code: 'unread', about: [] };
      const table = await this.#table(preview.table);
      if ('code' in table) return table;
      if (shape?.kind === 'picked') return this.#beforePicked(preview, shape, table, rows);
      return shape?.kind === 'added' ? this.#beforeAdded(preview, shape, table) : { code: 'unread', about: [] };
    });
  }

  async after(_preview: StatementPreview, effect: StatementEffect): Promise<void> {
    const expected = this.#expected;
    this.#expected = undefined;
    if (expected === undefined) return;
    await this.#attempt(async () => {
      if (expected.kind === 'joined') return expected.check(effect);
      const { table, before, isRight } = expected;
      const tests = expected.tests.length > 0 ? expected.tests : [await this.#numbers(table, effect)];
      const now = await this.#read(table, tests);
      if (now === undefined) return { code: 'tooMany', about: [] };
      if (!isRight(effect, now)) return { code: 'keys', about: [table.name.name] };
      table.remember(before);
      table.appeared(now);
      return undefined;
    });
  }

  /** To be called before COMMIT. */
  async finish(server: string): Promise<UndoRecord | UndoObstacle> {
    const tables: UndoRecord['tables'][number][] = [];
    await this.#attempt(async () => {
      for (const table of this.#tables.values()) {
        if (table.size === 0) continue;
        const finished = await table.finish(this.#session);
        if ('code' in finished) return finished;
        if (finished.changes.length > 0) tables.push(finished);
      }
      return rowsOf({ tables }) > MAX_UNDONE ? { code: 'tooMany', about: [] } : undefined;
    });
    return this.#obstacle ?? { version: 1, server, tables };
  }

  async #beforePicked(
    preview: StatementPreview,
    shape: PickedRows,
    table: CapturedTable,
    read: StatementEffect['before'],
  ): Promise<UndoObstacle | undefined> {
    if (read?.all === false) return { code: 'tooMany', about: [] };
    const rows = read?.table ?? (await this.#readPicked(snapshotSql(shape, preview.columns)));
    if (rows === undefined) return { code: 'tooMany', about: [] };
    const keys = preview.touched?.keys ?? [];
    const hasTriggers = (preview.touched?.triggers.length ?? 0) > 0;
    const named = shape.assigned.map((name) => name.toLowerCase());
    const assigned = shape.verb === 'DELETE' ? undefined : changedColumns(table.columns, named);
    table.remember(rows);
    const inexact = await this.#inexact(table, rows);
    if (inexact !== undefined) return inexact;
    if (rows.rows.length === 0) return undefined;
    if (assigned !== undefined && (hasTriggers || mayMoveKeys(table.columns, assigned))) {
      const moved = await this.#newKeys(preview, shape, table);
      if (moved === undefined) return { code: 'keys', about: [table.name.name] };
      const tests = [table.testOf(rows.rows), moved];
      const before = await this.#read(table, tests);
      if (before === undefined) return { code: 'tooMany', about: [] };
      const isRight: Expectation['isRight'] = (_, now) => now.rows.length === before.rows.length;
      this.#expected = { kind: 'rows', table, tests, before, isRight };
    }
    // A trigger may set any column.
    const set = hasTriggers && assigned !== undefined ? new Set(table.columns.map(({ name }) => name.toLowerCase())) : assigned;
    return rememberCascades(this.#reader(), keys, { table, rows, assigned: set });
  }

  async #beforeJoined(preview: StatementPreview): Promise<UndoObstacle | undefined> {
    const { statement } = preview.statement;
    if (statement.kind !== 'update' && statement.kind !== 'delete') return { code: 'unread', about: [] };
    const reader = { ...this.#reader(), picked: (query: OwnSql) => this.#readPicked(query) };
    const check = await rememberJoined(reader, preview, statement);
    if ('code' in check) return check;
    this.#expected = { kind: 'joined', check };
    return undefined;
  }

  async #beforeAdded(preview: StatementPreview, shape: AddedRows, table: CapturedTable): Promise<UndoObstacle | undefined> {
    const statement = preview.statement.statement as Insert;
    const { onDuplicate } = shape;
    const keys = await readUniqueKeys(this.#session, table.name);
    if (onDuplicate === 'update' && (assignsKey(statement, keys) || mayMoveKeys(table.columns, [])))
      return { code: 'keys', about: [table.name.name] };
    const read = await this.#readSource(shape);
    if (read === 'tooMany') return { code: 'tooMany', about: [] };
    const found = addedRowTests(statement, onDuplicate, table.columns, keys, preview.statement.context.dialect, read);
    const hasTriggers = (preview.touched?.triggers.length ?? 0) > 0;
    if (found === undefined || (found.by === 'number' && hasTriggers)) return { code: 'keys', about: [table.name.name] };
    const tests = found.by === 'values' ? found.tests : [];
    // An INSERT that succeeds has met no row: what is found behind it has come with it.
    const looks = onDuplicate !== 'fail' || hasTriggers || read !== undefined;
    const before = looks ? await this.#read(table, tests) : { columns: [], rows: [] };
    if (before === undefined) return { code: 'tooMany', about: [] };
    const given = givenRows(shape, read);
    this.#expected = {
      ...{ kind: 'rows', table, tests, before },
      isRight: (effect, now) => isRight(onDuplicate, given, found, effect, { table, before, now }),
    };
    if (before.rows.length === 0 || onDuplicate === 'ignore' || onDuplicate === 'fail') return undefined;
    const inexact = await this.#inexact(table, before);
    if (inexact !== undefined) return inexact;
    table.remember(before);
    const set = new Set(table.columns.map(({ name }) => name.toLowerCase()));
    const assigned = onDuplicate === 'replace' ? undefined : set;
    return rememberCascades(this.#reader(), preview.touched?.keys ?? [], { table, rows: before, assigned });
  }

  /** The keys that an UPDATE gives its rows, as far as they can be computed beforehand; the rows themselves tell afterwards whether that was right. */
  async #newKeys(
    { statement: { statement, context } }: StatementPreview,
    shape: PickedRows,
    table: CapturedTable,
  ): Promise<RowTest | undefined> {
    const names = table.key.map((at) => table.columns[at]?.name ?? '');
    if (statement.kind !== 'update' || mayMoveKeys(table.columns, [])) return undefined;
    const values = new Map<string, Expression>();
    for (const { column, value } of statement.set) {
      if (value.kind === 'defaultValue' || namesAny(value, values)) return undefined; // it reads what was set before it
      values.set(column.name.name.toLowerCase(), value);
    }
    const expressions = names.map((name) => {
      const value = values.get(name.toLowerCase());
      return value === undefined
        ? sql`${quoteIdentifier(shape.alias)}.${quoteIdentifier(name)}`
        : checkedText(print(value, context.dialect));
    });
    const read = sql`SELECT ${joined(expressions)} FROM ${tableOf(shape)} ${checkedText(shape.where)} ${checkedText(shape.order)}`;
    const rows = await this.#readPicked(read);
    return rows && { columns: names, tuples: rows.rows.map((row) => row.map((cell, i) => sqlLiteral(cell, rows.columns[i]))) };
  }

  async #readPicked(query: OwnSql): Promise<ResultTable | undefined> {
    const rows = new RowSnapshot(MAX_UNDONE);
    await this.#session.stream(`${await this.#print(query)} FOR UPDATE`, rows);
    return rows.allKept ? rows.table : undefined;
  }

  /** What the query of an INSERT returns; undefined without one. The transaction locks what it reads: see `beginHeld`. */
  async #readSource({ source }: AddedRows): Promise<ResultTable | 'tooMany' | undefined> {
    if (typeof source === 'number') return undefined;
    const rows = new RowSnapshot(MAX_UNDONE);
    await this.#session.stream(await this.#print(checkedText(source)), rows);
    return rows.allKept ? rows.table : 'tooMany';
  }

  async #numbers(table: CapturedTable, { insertId, counted }: StatementEffect): Promise<RowTest> {
    const [row] = await this.#session.command('SELECT @@auto_increment_increment AS step');
    const step = Number(row?.['step'] ?? 1);
    const tuples = Array.from({ length: counted }, (_, i) => [integer(insertId + i * step)]);
    return { columns: table.key.map((at) => table.columns[at]?.name ?? ''), tuples };
  }

  /** Whether a literal brings each of the rows back as it is. */
  async #inexact(table: CapturedTable, { rows }: ResultTable): Promise<UndoObstacle | undefined> {
    const tests = inexactTests(table.columns, this.#session.server.flavor === 'mysql');
    if (tests.length === 0 || rows.length === 0) return undefined;
    const found = await readLockedRows(this.#session, table.name, table.columns, [table.testOf(rows)], anyOf(tests));
    return found?.rows.length === 0 ? undefined : { code: 'values', about: [table.name.name] };
  }

  #reader(): CascadeReader {
    return {
      table: (name) => this.#table(name),
      read: async (table, test) => {
        const rows = await this.#read(table, [test]);
        return rows === undefined || (await this.#inexact(new CapturedTable(table.name, table.columns, rows.columns), rows)) !== undefined
          ? undefined
          : rows;
      },
    };
  }

  #read(table: CapturedTable, tests: readonly RowTest[]): Promise<ResultTable | undefined> {
    return readLockedRows(this.#session, table.name, table.columns, tests);
  }

  async #table(name: QualifiedName): Promise<CapturedTable | UndoObstacle> {
    const known = this.#tables.get(keyOfName(name));
    if (known !== undefined) return known;
    const columns = await readWrittenColumns(this.#session, name);
    if (!columns.some(({ key }) => key)) return { code: 'keyless', about: [name.name] };
    // A column that this account may not read would be lost with its row.
    const shown = new RowSnapshot(0);
    await this.#session.stream(sql`SELECT * FROM ${quoteTable(name)} LIMIT 0`, shown);
    const names = new Set(columns.map((column) => column.name));
    if (shown.table.columns.some((column) => !names.has(column.name))) return { code: 'unseen', about: [name.name] };
    const table = new CapturedTable(name, columns);
    this.#tables.set(keyOfName(name), table);
    return table;
  }

  /** What goes wrong here is no fault of the write, unless it ends the transaction. */
  async #attempt(work: () => Promise<UndoObstacle | undefined>): Promise<void> {
    if (this.#obstacle !== undefined) return;
    try {
      this.#obstacle = await work();
    } catch (error) {
      const ends = isPilotError(error) && error.errno !== undefined && ENDS_TRANSACTION.has(error.errno);
      if (ends || !this.#session.usable || !isPilotError(error) || error.errno === undefined) throw error;
      this.#obstacle = { code: 'unread', about: [] };
    }
  }
}

function givenRows({ source }: AddedRows, read: ResultTable | undefined): number {
  return typeof source === 'number' ? source : (read?.rows.length ?? 0);
}

function namesAny(node: Expression, set: ReadonlyMap<string, unknown>): boolean {
  let found = false;
  walk(node, (one) => {
    if (one.kind === 'column' && set.has((one as Extract<Expression, { kind: 'column' }>).name.name.toLowerCase())) found = true;
    return found ? false : undefined;
  });
  return found;
}
