import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { sqlLiteral } from '../../../src/engine/query/results/sqlLiteral.ts';
import { parseUndoRecord, type UndoRecord } from '../../../src/engine/writes/undoRecord.ts';
import type { StatementPreview } from '../../../src/engine/writes/writePreview.ts';
import { currentDepth, secondFlavor } from '../../harness/depth.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type TestServer } from '../../harness/servers/testServer.ts';
import { WRITE_OPTIONS } from '../../harness/servers/writeSetup.ts';
import { undoTables, type UndoneTable } from './undoTables.ts';
import { insertOf, where, writeOf } from './undoWrites.ts';

const WRITES = currentDepth() === 'full' ? Number(process.env['UNDO_WRITES'] ?? 2000) : 60;
const SEED = Number(process.env['UNDO_SEED'] ?? Date.now() % 2 ** 31);
/** Then the tables begin anew. */
const WRITES_PER_SET = 40;

/** Rows of all tables as texts; a table may hold equal ones. */
type State = ReadonlyMap<string, readonly string[]>;

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`undoing any write on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(3_600_000);
    let server: TestServer;
    let database: Database;
    let admin: Connection;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await execute(server, 'CREATE DATABASE undone CHARACTER SET utf8mb4');
      // Thousands of small transactions, none of which has to outlive the machine.
      await execute(server, 'SET GLOBAL innodb_flush_log_at_trx_commit = 0; SET GLOBAL sync_binlog = 0');
      admin = await adminConnection(server, 'undone');
      await admin.query("SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'");
      const writes = { insert: 'ask', update: 'ask', delete: 'ask' } as const;
      const { host, port, root } = server;
      database = await openDatabase(
        { host, port, user: root.user, database: 'undone', tls: 'preferred', writes },
        { password: () => Promise.resolve(root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await admin.end();
      await server.dispose();
    });

    const create = async (tables: readonly UndoneTable[], random: <T>(of: fc.Arbitrary<T>) => T): Promise<void> => {
      const run = (sql: string): Promise<unknown> => admin.query(sql);
      await run('SET foreign_key_checks = 0');
      for (const { name, definition, also = [] } of tables) {
        await run(`DROP TABLE IF EXISTS ${name}; CREATE TABLE ${name} (${definition}) ENGINE = ${name === 'isam' ? 'MyISAM' : 'InnoDB'}`);
        for (const one of also) await run(one);
      }
      await run('SET foreign_key_checks = 1');
      await run('START TRANSACTION'); // values that strict mode refuses, too
      for (const table of tables) for (let i = 0; i < 8; i++) await run(insertOf(table, random, 1, 'INSERT IGNORE')).catch(() => undefined); // MariaDB's CHECK ignores nothing
      await run("INSERT IGNORE INTO stamped (id, v, state, mixed) VALUES (0, 1, 'nothing', 'm'), (11, 2, 'new', 9), (12, 2, '', '')");
      await run('COMMIT');
    };

    const stateOf = async (tables: readonly UndoneTable[]): Promise<State> => {
      const reads = tables.map(({ name, exact = [] }) => `SELECT ${['t.*', ...exact].join(', ')} FROM ${name} t`);
      const [results] = await admin.query({ sql: reads.join('; '), rowsAsArray: true });
      return new Map(tables.map(({ name }, i) => [name, ((results as unknown[][][])[i] ?? []).map((row) => JSON.stringify(row)).sort()]));
    };

    const undo = (record: UndoRecord): ReturnType<Database['writes']['runUndo']> =>
      database.writes.runUndo(record, { timeoutMs: 20_000, signal: undefined });

    test(`gives the data of before, or says why not, for ${String(WRITES)} random writes; what was changed since is found (property)`, async () => {
      const seen = new Map<string, number>();
      const forms = new Map<string, Map<string, number>>();
      let form = '';
      const add = (map: Map<string, number>, what: string): void => void map.set(what, (map.get(what) ?? 0) + 1);
      const count = (what: string): void => {
        add(seen, what);
        const ofForm = forms.get(form) ?? new Map<string, number>();
        forms.set(form, ofForm);
        add(ofForm, what);
      };
      let made = 0;
      let seed = SEED;
      while (made < WRITES) {
        const random = <T>(of: fc.Arbitrary<T>): T => fc.sample(of, { seed: seed++, numRuns: 1 })[0] as T;
        const tables = undoTables(flavor, random);
        await create(tables, random);
        for (let i = 0; i < WRITES_PER_SET && made < WRITES; i++) {
          const before = await stateOf(tables);
          const write = writeOf(tables, random);
          form = formOf(write);
          const told = `seed ${String(SEED)}: ${write}`;
          let shown: readonly StatementPreview[] = [];
          const outcome = await database.writes
            .judge(write, WRITE_OPTIONS)
            .then((judged) => database.writes.preview(judged, WRITE_OPTIONS))
            .then((preview) => {
              shown = preview.statements;
              return database.writes.run(preview.id, { ...WRITE_OPTIONS, intent: () => Promise.resolve() });
            })
            .catch((error: unknown) => {
              if (isPilotError(error)) return error;
              throw error;
            });
          if (outcome instanceof Error) {
            if (!isPilotError(outcome, 'write.unknown')) assert.deepEqual(await stateOf(tables), before, told);
            continue; // a key that is there already, a CHECK: it was no write
          }
          made++;
          const after = await stateOf(tables);
          requireShown(shown, before, after, told);
          if (outcome.record === undefined) {
            if (outcome.notUndone === undefined) assert.deepEqual(after, before, told);
            count(outcome.notUndone === undefined ? 'changed nothing' : `not offered: ${outcome.notUndone.code}`);
            continue;
          }
          const record = parseUndoRecord(JSON.stringify(outcome.record)) ?? assert.fail(told);
          const change = random(fc.integer({ min: 0, max: 3 })) === 0 ? concurrentChange(tables, record, random) : undefined;
          if (change !== undefined) await admin.query(change).catch(() => undefined);
          const changed = change === undefined ? after : await stateOf(tables);
          const isLooked = random(fc.integer({ min: 0, max: 3 })) === 0;
          const looked = isLooked ? await database.writes.previewUndo(record, { timeoutMs: 20_000, signal: undefined }) : undefined;
          if (isLooked) assert.deepEqual(await stateOf(tables), changed, `looking changes nothing: ${told}`);
          const undone = await undo(record);
          const now = await stateOf(tables);
          const all = `${told}\n${change ?? ''}\n${JSON.stringify(undone)}\n${JSON.stringify(record.tables)}`;
          if (looked !== undefined) assert.equal('code' in looked, 'code' in undone, all);
          if ('code' in undone) {
            assert.deepEqual(now, changed, `not undone, and nothing changed: ${all}`);
            count(`${isDeepStrictEqual(changed, after) ? 'found when undone' : 'changed since'}: ${undone.code}`);
            continue;
          }
          assert.deepEqual(now, withChange(before, after, changed), all);
          count(isDeepStrictEqual(changed, after) ? 'undone' : 'undone beside another change');
          if (change === undefined) assert.deepEqual(await undo(record), { code: 'done', about: [] }, `once only: ${all}`);
        }
      }
      console.log(`      ${JSON.stringify(Object.fromEntries([...seen].sort()))} (seed ${String(SEED)})`);
      for (const [name, outcomes] of [...forms].sort())
        console.log(`        ${name}: ${JSON.stringify(Object.fromEntries([...outcomes].sort()))}`);
      assert.ok((seen.get('undone') ?? 0) > 0, 'some are undone');
      if (WRITES >= 1000)
        for (const name of FORMS) assert.ok((forms.get(name)?.get('undone') ?? 0) > 0, `some of each form are undone: ${name}`);
    });
  });
}

const FORMS = ['INSERT', 'INSERT … SELECT', 'INSERT … UPDATE', 'REPLACE', 'UPDATE', 'UPDATE of a join', 'DELETE', 'DELETE of a join'];

function formOf(write: string): string {
  if (write.includes('; ')) return 'several';
  const [verb = ''] = write.split(' ');
  if (/^(?:UPDATE|DELETE)/.test(write)) return /\bJOIN\b/.test(write) ? `${verb} of a join` : verb;
  const source = write.includes(' SELECT ') ? ' … SELECT' : '';
  return `${verb}${source}${write.includes(' ON DUPLICATE ') ? ' … UPDATE' : ''}`;
}

/** Foreign keys change these along with themselves. */
const CHANGED_ALONG = new Set(['tree', 'loose', 'lefty', 'righty']);

/** Of rows that are shown one by one, no more may change. */
function requireShown(shown: readonly StatementPreview[], before: State, after: State, told: string): void {
  const [{ level, rows = 0, table } = {}, second] = shown;
  if (level !== 'rows' || second !== undefined || table === undefined || CHANGED_ALONG.has(table.name)) return;
  const left = [...(after.get(table.name) ?? [])];
  const changed = (before.get(table.name) ?? []).filter((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  assert.ok(changed.length <= rows, `${String(changed.length)} rows changed, ${String(rows)} were shown: ${told}`);
}

/** What somebody else does in between: to a row of the write, in its place, below it, or anywhere. */
function concurrentChange(tables: readonly UndoneTable[], record: UndoRecord, random: <T>(of: fc.Arbitrary<T>) => T): string {
  const written = random(fc.constantFrom(...record.tables));
  const { before, after } = random(fc.constantFrom(...written.changes));
  const table = tables.find(({ name }) => name === written.name) ?? assert.fail(written.name);
  const row = after ?? before ?? assert.fail();
  const key = written.key.map((at) => [written.columns[at]?.name ?? '', sqlLiteral(row[at] ?? null, written.columns[at])] as const);
  const itself = `WHERE ${key.map(([name, value]) => `${name} = ${value}`).join(' AND ')}`;
  const column = random(fc.constantFrom(...Object.keys(table.columns)));
  const value = random(table.columns[column] ?? fc.constant('NULL'));
  const inPlace = {
    ...table,
    columns: { ...table.columns, ...Object.fromEntries(key.map(([name, literal]) => [name, fc.constant(literal)])) },
  };
  const below = { parent: 'INSERT INTO child (parent_id, v)', child: 'INSERT INTO kept (child_id, id)', tree: 'INSERT INTO tree (up, id)' };
  const child = below[table.name as keyof typeof below] as string | undefined;
  return random(
    fc.constantFrom(
      `UPDATE ${table.name} SET ${column} = ${value} ${itself}`,
      `DELETE FROM ${table.name} ${itself}`,
      insertOf(inPlace, random, 1),
      child === undefined ? insertOf(table, random, 2, 'INSERT IGNORE') : `${child} VALUES (${key[0]?.[1] ?? ''}, 77)`,
      `UPDATE IGNORE ${table.name} SET ${column} = ${value} ${where(table, random)}`,
      insertOf(random(fc.constantFrom(...tables)), random, 1, 'INSERT IGNORE'),
    ),
  );
}

/** The state of before with the rows that somebody else has added and removed since. */
function withChange(before: State, after: State, changed: State): State {
  return new Map(
    [...before].map(([name, rows]) => {
      const left = [...rows];
      const was = [...(after.get(name) ?? [])];
      for (const row of changed.get(name) ?? []) {
        const at = was.indexOf(row);
        if (at === -1) left.push(row);
        else was.splice(at, 1);
      }
      for (const row of was) {
        const at = left.indexOf(row);
        assert.notEqual(at, -1, `a row of the write that somebody else has changed or removed: ${name} ${row}`);
        left.splice(at, 1);
      }
      return [name, left.sort()];
    }),
  );
}
