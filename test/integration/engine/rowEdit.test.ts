import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isTemporary } from '../../../src/engine/query/userSession/hiddenTables.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { UserSessionOutcome } from '../../../src/engine/query/userSession/userSessionRun.ts';
import type { ResultSet } from '../../../src/engine/query/results/resultSet.ts';
import { editability, runCellEdit, tableOf, updateStatement, withoutPadding, type CellEdit } from '../../../src/engine/writes/rowEdit.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const TABLE = `CREATE TABLE shop.kinds (
  a INT, b VARCHAR(20) COLLATE utf8mb4_bin, PRIMARY KEY (a, b),
  i BIGINT UNSIGNED, n DECIMAL(30,10), f FLOAT, x DOUBLE, t TEXT, v VARBINARY(10), bits BIT(12), j JSON, d DATETIME(6), s TIMESTAMP NULL, e ENUM('one', 'two'), made INT AS (a * 2))`;
const ROW = `INSERT INTO shop.kinds (a, b, i, n, f, x, t, v, bits, j, d, s, e) VALUES (1, 'k\\'\\\\', 18446744073709551615, 0.1, 0.1, 0.1, 'text', x'00FF', 5, '{"a": 1}', '2024-02-29 12:00:00.123456', '2024-01-01 00:00:00', 'one'), (2, 'K', 1, 1, 1, 1, 'x', '', 0, NULL, NULL, NULL, NULL)`;

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`editing a cell on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;

    const read = async (sql: string): Promise<ResultSet> => {
      const userSession = database.sessions.open('shop');
      try {
        const { results } = await userSession.run(sql, {
          limits: { maxRows: 100, maxCharacters: 1e6 },
          signal: new AbortController().signal,
        });
        assert.ok(results[0]);
        return results[0];
      } finally {
        userSession.close();
      }
    };
    const prepare = async (result: ResultSet, column: string, row = 0): Promise<CellEdit | undefined> => {
      const { columns } = result;
      const place = columns.findIndex(({ name }) => name === column);
      const one = columns[place];
      const table = tableOf(one);
      if (one === undefined || table === undefined) return undefined;
      const described = await database.schema.describe(table.database, table.name);
      const { key } = described === undefined ? {} : editability(columns, one, described);
      return key === undefined ? undefined : { table, columns, row: result.rows[row] ?? [], key, column: place, value: null };
    };
    const edit = async (
      sql: string,
      column: string,
      value: string | null,
      before: () => Promise<unknown> = () => Promise.resolve(),
      timeZone: string | null = 'SYSTEM',
    ): Promise<string | null> => {
      const prepared = await prepare(await read(sql), column);
      assert.ok(prepared, `${column} can be edited`);
      await before();
      const userSession = database.sessions.open('shop');
      try {
        const row = await runCellEdit(userSession, { ...prepared, value }, { timeZone: timeZone ?? undefined });
        return row[prepared.column] ?? null;
      } finally {
        userSession.close();
      }
    };
    const code = async (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => 'done',
        (error: unknown) => (isPilotError(error) ? error.code : String(error)),
      );

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    setup(() => execute(server, `DROP TABLE IF EXISTS shop.kinds; ${TABLE}; ${ROW}`));
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('each kind of value is written as it was typed, and what is read back is shown', async () => {
      const all = 'SELECT * FROM kinds WHERE a = 1';
      for (const [column, typed, shown = typed] of [
        ['i', '18446744073709551614'],
        ['n', '12345678901234567890.0123456789'],
        ['t', "it's \\ a\nline"],
        ['v', '0x0102'],
        ['bits', '4095'],
        ['j', '{"b": [1, 2]}'],
        ['d', '2024-12-31 23:59:59.999999'],
        ['s', '2024-06-01 12:00:00'],
        ['e', 'two'],
        ['x', '1e100', '1e100'],
        ['n', '1', '1.0000000000'],
      ] as const)
        assert.equal(await edit(all, column, typed), shown, column);
      assert.equal(await edit(all, 't', null), null);
      assert.equal(await edit(all, 't', ''), '');
      assert.equal(await edit(all, 'b', 'moved'), 'moved', 'a part of the key');
    });

    test('a typed value is a literal and nothing else', async () => {
      await execute(
        server,
        'DROP TABLE IF EXISTS shop.raw_cells; CREATE TABLE shop.raw_cells (id INT PRIMARY KEY, bits BIT(8), bin VARBINARY(60), shape GEOMETRY, n INT)',
      );
      await execute(
        server,
        "INSERT INTO shop.raw_cells VALUES (1, 1, 'a', ST_GeomFromText('POINT(1 1)'), 1), (2, 2, 'b', ST_GeomFromText('POINT(2 2)'), 2)",
      );
      for (const typed of [
        '1 WHERE id = 2 -- ',
        '0x41, n = 99',
        "b'1', n = 99",
        "POINT(1 1)'), n = 99 -- ",
        '1 OR 1 = 1',
        "x' OR '1' = '1",
      ])
        for (const column of ['bits', 'bin', 'shape', 'n']) await code(edit('SELECT * FROM raw_cells WHERE id = 1', column, typed));
      assert.deepEqual((await read('SELECT id, n FROM raw_cells ORDER BY id')).rows, [
        ['1', '1'],
        ['2', '2'],
      ]);
      assert.deepEqual((await read('SELECT bits, bin, ST_AsText(shape) FROM raw_cells WHERE id = 2')).rows, [['2', '0x62', 'POINT(2 2)']]);
      assert.equal(await edit('SELECT * FROM raw_cells WHERE id = 1', 'bin', '0x0041'), '0x0041');
      assert.equal(await edit('SELECT * FROM raw_cells WHERE id = 1', 'bits', '255'), '255');
      assert.match((await edit('SELECT * FROM raw_cells WHERE id = 1', 'shape', 'POINT(3 4)')) ?? '', /POINT\(3 4\)/);
    });

    test('a typed moment is meant in the time zone of the session that showed the row', async () => {
      const userSession = database.sessions.open('shop');
      const run = (sql: string): ReturnType<typeof userSession.run> =>
        userSession.run(sql, { limits: { maxRows: 10, maxCharacters: 1e6 }, signal: new AbortController().signal });
      assert.equal(userSession.moment.timeZone, undefined);
      await run("SET time_zone = '+09:00'");
      assert.equal((await run('SELECT a, b, s FROM kinds')).moment?.timeZone, '+09:00');
      await run("SET @@session.time_zone = '-03:00'");
      assert.equal(userSession.moment.timeZone, '-03:00');
      userSession.close();
      await edit('SELECT a, b, s FROM kinds WHERE a = 2', 's', '2024-06-01 00:00:00', undefined, '+09:00');
      const stored = async (): Promise<unknown> => (await read('SELECT UNIX_TIMESTAMP(s) FROM kinds WHERE a = 2')).rows[0]?.[0];
      assert.equal(await stored(), '1717167600');
      await assert.rejects(edit('SELECT a, b, s FROM kinds WHERE a = 2', 's', '2025-01-01', undefined, null), /zone .* isn't known/);
      assert.equal(await stored(), '1717167600');
    });

    test('a key that a trigger changes is not committed', async () => {
      await execute(
        server,
        'DROP TABLE IF EXISTS shop.keyed; CREATE TABLE shop.keyed (id INT PRIMARY KEY, n INT); INSERT INTO shop.keyed VALUES (1, 1); CREATE TRIGGER shop.keyed_bu BEFORE UPDATE ON shop.keyed FOR EACH ROW SET NEW.id = NEW.id + 100',
      );
      assert.equal(await code(edit('SELECT * FROM keyed', 'id', '5')), 'write.changed');
      assert.equal(await code(edit('SELECT * FROM keyed', 'n', '5')), 'write.changed');
      assert.deepEqual((await read('SELECT id, n FROM keyed')).rows, [['1', '1']]);
    });

    test('rows of a temporary table are told from those of the table that it hides', async () => {
      const userSession = database.sessions.open('shop');
      const run = (sql: string): ReturnType<typeof userSession.run> =>
        userSession.run(sql, { limits: { maxRows: 10, maxCharacters: 1e6 }, signal: new AbortController().signal });
      const table = { database: 'shop', name: 'kinds' };
      assert.equal((await run('SELECT a FROM kinds')).moment?.mayHideTables, false);
      await run('CREATE TEMPORARY TABLE kinds (a INT PRIMARY KEY, n INT)');
      const { moment } = await run('SELECT a, n FROM kinds');
      assert.ok(moment?.mayHideTables === true);
      assert.equal(await isTemporary(moment, table, 'unseen'), true);
      assert.equal(await isTemporary(moment, { database: 'shop', name: 'orders' }, 'unseen'), false);
      // What FOUND_ROWS(), ROW_COUNT() and the warnings tell is of the person's last statement.
      for (const last of ["SELECT CAST('x' AS SIGNED) FROM orders LIMIT 1", 'UPDATE kinds SET n = 1', 'SELECT nothing FROM kinds']) {
        const before = await run('SELECT a, n FROM kinds');
        await run(last).catch(() => undefined);
        assert.ok(before.moment !== undefined);
        assert.equal(await code(isTemporary(before.moment, table, 'unseen')), 'input.invalid', last);
      }
      await run('SELECT * FROM orders LIMIT 3');
      const { moment: quiet } = await run('SELECT 1 FROM orders LIMIT 2');
      assert.ok(quiet !== undefined);
      assert.equal(await isTemporary(quiet, table, 'unseen'), true);
      assert.equal(await isTemporary(quiet, { database: 'shop', name: 'nowhere' }, 'unseen'), false);
      assert.deepEqual((await run('SHOW WARNINGS')).results[0]?.rows, []);
      assert.deepEqual((await run('SELECT FOUND_ROWS(), ROW_COUNT()')).results[0]?.rows, [['2', '-1']]);
      userSession.close();
      assert.equal(await code(isTemporary(moment, table, 'unseen')), 'input.invalid');
    });

    test('rows of a session that pads CHAR, or shows texts in latin1, are edited as the table holds them', async () => {
      await execute(
        server,
        "DROP TABLE IF EXISTS shop.padded; CREATE TABLE shop.padded (k CHAR(6) PRIMARY KEY, c CHAR(9), v VARCHAR(9)); INSERT INTO shop.padded VALUES ('a', 'x', 'é '), ('b', 'x', '한')",
      );
      const reading = database.sessions.open('shop');
      const shown = async (sql: string): Promise<UserSessionOutcome> =>
        reading.run(sql, { limits: { maxRows: 100, maxCharacters: 1e6 }, signal: new AbortController().signal });
      const change = async (outcome: UserSessionOutcome, row: number, value: string): Promise<readonly (string | null)[]> => {
        const [result] = outcome.results;
        const prepared = result === undefined ? undefined : await prepare(result, 'v', row);
        assert.ok(prepared !== undefined && outcome.moment !== undefined);
        const { padsChars, charset } = outcome.moment;
        const held = padsChars ? withoutPadding(prepared.row, prepared.columns) : prepared.row;
        const userSession = database.sessions.open('shop');
        try {
          return await runCellEdit(userSession, { ...prepared, row: held, value }, { charset });
        } finally {
          userSession.close();
        }
      };
      await shown("SET sql_mode = CONCAT(@@sql_mode, ',PAD_CHAR_TO_FULL_LENGTH')");
      const padded = await shown('SELECT * FROM padded ORDER BY k');
      assert.deepEqual(padded.results[0]?.rows[0], ['a     ', 'x        ', 'é ']);
      assert.deepEqual(await change(padded, 0, 'new '), ['a', 'x', 'new ']);
      await shown('SET NAMES latin1');
      const latin = await shown('SELECT * FROM padded ORDER BY k');
      assert.deepEqual(await change(latin, 0, '日本'), ['a', 'x', '日本']);
      await assert.rejects(change(latin, 1, '?'), /it has characters that latin1, the character set of/);
      assert.deepEqual(await execute(server, 'SELECT v FROM shop.padded ORDER BY k'), [{ v: '日本' }, { v: '한' }]);
      reading.close();
    });

    test('only the row whose key was shown changes, and the statement says so [F89]', async () => {
      const prepared = await prepare(await read('SELECT t, b, a FROM kinds WHERE a = 1'), 't');
      assert.ok(prepared);
      assert.equal(
        updateStatement({ ...prepared, value: 'new' }),
        "UPDATE `shop`.`kinds` SET `t` = 'new' WHERE `a` = 1 AND `b` = 'k''\\\\'",
      );
      await edit('SELECT t, b, a FROM kinds WHERE a = 1', 't', 'new');
      assert.deepEqual((await read('SELECT t FROM kinds ORDER BY a')).rows, [['new'], ['x']]);
    });

    test('a row that was changed or deleted meanwhile is left alone', async () => {
      const all = 'SELECT * FROM kinds WHERE a = 1';
      const meanwhile = (sql: string) => () => execute(server, sql);
      assert.equal(await code(edit(all, 't', 'mine', meanwhile('UPDATE shop.kinds SET x = 5 WHERE a = 1'))), 'write.changed');
      assert.equal(await code(edit(all, 't', 'mine', meanwhile('DELETE FROM shop.kinds WHERE a = 1'))), 'write.changed');
      assert.deepEqual((await read('SELECT t FROM kinds')).rows, [['x']]);
    });

    test('what does not fit is refused by the server, and nothing is made to fit', async () => {
      const all = 'SELECT * FROM kinds WHERE a = 1';
      for (const [column, typed] of [
        ['i', '-1'],
        ['i', 'abc'],
        ['b', 'x'.repeat(21)],
        ['e', 'three'],
        ['d', '2023-02-29'],
        ['j', '{'],
      ] as const)
        assert.equal(await code(edit(all, column, typed)), 'statement.failed', column);
      assert.equal((await read(all)).rows[0]?.[2], '18446744073709551615');
    });

    test('nothing is made to fit where the server lets people cut values', async () => {
      const [{ mode }] = (await execute(server, 'SELECT @@global.sql_mode AS mode')) as [{ mode: string }];
      await execute(server, "SET GLOBAL sql_mode = ''");
      try {
        for (const [column, typed] of [
          ['i', '-1'],
          ['b', 'x'.repeat(21)],
        ] as const)
          assert.equal(await code(edit('SELECT * FROM kinds WHERE a = 1', column, typed)), 'statement.failed', column);
      } finally {
        await execute(server, `SET GLOBAL sql_mode = '${mode}'`);
      }
    });

    test('where no row can be named nothing can be edited', async () => {
      const editable = async (sql: string, column: string): Promise<boolean> => (await prepare(await read(sql), column)) !== undefined;
      await execute(
        server,
        'CREATE OR REPLACE VIEW shop.looking AS SELECT * FROM shop.kinds; DROP TABLE IF EXISTS shop.loose; CREATE TABLE shop.loose (a INT); INSERT INTO shop.loose VALUES (1)',
      );
      assert.equal(await editable('SELECT a, t FROM kinds', 't'), false, 'half a key');
      assert.equal(await editable('SELECT a, b, UPPER(t) AS t FROM kinds', 't'), false, 'computed');
      assert.equal(await editable('SELECT * FROM loose', 'a'), false, 'no key');
      assert.equal(await editable('SELECT * FROM looking', 't'), false, 'a view');
      assert.equal(await editable('SELECT l.a, l.b, r.t FROM kinds l JOIN kinds r ON r.a = l.a', 't'), false, 'joined to itself');
      assert.equal(
        await editable('SELECT k.a, k.b, k.t, o.id FROM kinds k JOIN orders o ON o.id = k.a', 't'),
        true,
        'a join with the whole key',
      );
      await execute(
        server,
        `DROP TABLE IF EXISTS shop.unique_key; CREATE TABLE shop.unique_key (a INT NULL, b INT NOT NULL, c INT NOT NULL, text VARCHAR(9), length INT AS (CHAR_LENGTH(text)), UNIQUE (a), UNIQUE (text), UNIQUE (c, b));
         INSERT INTO shop.unique_key (a, b, c, text) VALUES (NULL, 1, 2, 'x'), (NULL, 2, 2, 'y')`,
      );
      const why = async (sql: string, column: string): Promise<unknown> => {
        const { columns } = await read(sql);
        const one = columns.find(({ name }) => name === column);
        const table = tableOf(one);
        const described = table === undefined ? undefined : await database.schema.describe(table.database, table.name);
        assert.ok(one !== undefined && described !== undefined);
        return editability(columns, one, described);
      };
      assert.deepEqual(await why('SELECT a, b, text, c FROM unique_key', 'text'), { key: [3, 1] });
      assert.deepEqual(await why('SELECT a, text, b FROM unique_key', 'text'), { refusal: 'keyNotSelected', needed: ['c', 'b'] });
      assert.deepEqual(await why('SELECT * FROM unique_key', 'length'), { refusal: 'generated' });
      assert.deepEqual(await why('SELECT * FROM loose', 'a'), { refusal: 'noKey' });
      assert.deepEqual(await why('SELECT * FROM looking', 't'), { refusal: 'view' });
      assert.deepEqual(await why('SELECT * FROM kinds', 'made'), { refusal: 'generated' });
      await execute(
        server,
        'DROP TABLE IF EXISTS shop.rounded; CREATE TABLE shop.rounded (k FLOAT PRIMARY KEY, v INT); INSERT INTO shop.rounded VALUES (16777217, 1)',
      );
      assert.deepEqual(await why('SELECT * FROM rounded', 'v'), { refusal: 'roundedKey' });
      assert.equal(await edit('SELECT * FROM unique_key WHERE b = 2', 'text', 'changed'), 'changed');
      assert.deepEqual((await read('SELECT text FROM unique_key ORDER BY b')).rows, [['x'], ['changed']]);
      assert.equal(await editable('SELECT a, b, t FROM kinds UNION ALL SELECT a, b, t FROM kinds', 't'), false, 'a union');
    });
  });
}
