import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { UserSession } from '../../../src/engine/query/userSession/userSession.ts';
import type { UserSessionOutcome } from '../../../src/engine/query/userSession/userSessionRun.ts';
import type { ExportFormat } from '../../../src/engine/query/exports/rowWriter.ts';
import type { Exported } from '../../../src/engine/query/exports/exportRead.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const LIMITS = { maxRows: 3, maxCharacters: 1_000_000 };

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`all rows of a person's result on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(120_000);
    let server: TestServer;
    let database: Database;
    let session: UserSession;
    let folder: string;

    const { signal } = new AbortController();
    const run = (sql: string, maxRows = LIMITS.maxRows): Promise<UserSessionOutcome> =>
      session.run(sql, { limits: { ...LIMITS, maxRows }, signal });
    const exportOf = async (
      sql: string,
      outcome: UserSessionOutcome,
      format: ExportFormat = 'csv',
      table = 't',
    ): Promise<Exported & { text: string }> => {
      const [result] = outcome.results;
      const { moment } = outcome;
      assert.ok(result !== undefined && moment !== undefined);
      const name = path.join(folder, 'x');
      const file = await open(name, 'w');
      try {
        const options = { format, table, file, progress: () => undefined };
        const exported = await database.sessions.exportShown({ sql, result, moment }, options, { signal });
        return { ...exported, text: await readFile(name, 'utf8') };
      } finally {
        await file.close();
      }
    };
    const refused = (work: Promise<unknown>, message: RegExp): Promise<void> =>
      assert.rejects(work, (error) => isPilotError(error, 'input.invalid') && message.test(error.message));

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-shown-'));
      await execute(
        server,
        `CREATE DATABASE other; GRANT ALL ON other.* TO ${SAMPLE.owner.user};
         CREATE TABLE shop.same (id INT PRIMARY KEY, at TIMESTAMP NULL, twice INT GENERATED ALWAYS AS (id * 2) STORED);
         INSERT INTO shop.same (id) VALUES (1), (2), (3), (4), (5);
         CREATE TABLE other.same (id INT PRIMARY KEY); INSERT INTO other.same VALUES (11), (12), (13), (14), (15)`,
      );
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await rm(folder, { recursive: true });
      await server.dispose();
    });
    setup(() => {
      session = database.sessions.open();
    });
    teardown(() => {
      session.close();
    });

    /** What the session is made to be, the read, and what its file holds. */
    const STATES: Readonly<Record<string, readonly [before: readonly string[], read: string, rows: string]>> = {
      'another database by USE': [['USE other'], 'SELECT id FROM same', '11 12 13 14 15'],
      'a user variable': [['SET @from = 2'], 'SELECT id + 0 AS id FROM same WHERE id > @from OR id < 2 ORDER BY id', '1 3 4 5'],
      ANSI_QUOTES: [["SET sql_mode = 'ANSI_QUOTES'"], 'SELECT "id" FROM "same"', '1 2 3 4 5'],
      PIPES_AS_CONCAT: [["SET sql_mode = 'PIPES_AS_CONCAT'"], 'SELECT id || id AS id FROM same', '11 22 33 44 55'],
      'a time zone': [
        ["SET time_zone = '+09:00'"],
        'SELECT TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), NOW()) + id AS id FROM same',
        '10 11 12 13 14',
      ],
      'a temporary table that hides another': [
        ['CREATE TEMPORARY TABLE same AS SELECT id + 20 AS id FROM shop.same'],
        'SELECT id FROM same ORDER BY id',
        '21 22 23 24 25',
      ],
      'an open transaction': [['START TRANSACTION', 'INSERT INTO same (id) VALUES (6)'], 'SELECT id FROM same ORDER BY id', '1 2 3 4 5 6'],
      'a snapshot': [
        ['SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', 'START TRANSACTION WITH CONSISTENT SNAPSHOT', 'SELECT 1'],
        'SELECT id FROM same ORDER BY id',
        '1 2 3 4 5',
      ],
      group_concat_max_len: [
        ['SET group_concat_max_len = 4'],
        'SELECT GROUP_CONCAT(1234567) AS id FROM same GROUP BY id',
        '1234 1234 1234 1234 1234',
      ],
      'a lock': [['LOCK TABLES same READ'], 'SELECT id FROM same', '1 2 3 4 5'],
    };
    for (const [state, [before, read, rows]] of Object.entries(STATES)) {
      test(`exports the rows of the grid and those behind them with ${state}`, async () => {
        for (const statement of before) await run(statement);
        const outcome = await run(read);
        assert.equal(outcome.results[0]?.cutBy, 'rows');
        if (state === 'a snapshot') await execute(server, 'INSERT INTO shop.same (id) VALUES (100)');
        const { text, rows: written } = await exportOf(read, outcome);
        if (state === 'a snapshot') await execute(server, 'DELETE FROM shop.same WHERE id = 100');
        assert.equal(text, `id\r\n${rows.replaceAll(' ', '\r\n')}\r\n`);
        assert.equal(written, rows.split(' ').length);
        assert.deepEqual(
          outcome.results[0].rows.map(([cell]) => cell),
          rows.split(' ').slice(0, 3),
        );
      });
    }

    test('refuses where the session stands elsewhere than when the rows were read', async () => {
      for (const step of ['SET @from = 3', 'USE other', "SET sql_mode = ''", 'BEGIN', 'INSERT INTO other.same VALUES (99)', 'ROLLBACK']) {
        const sql = 'SELECT id FROM shop.same';
        const outcome = await run(sql);
        await run(step);
        await refused(
          exportOf(sql, outcome),
          new RegExp(`The session has changed since these rows were read \\(${step.split(' ')[0] ?? ''}\\)`),
        );
      }
      const outcome = await run('SELECT id FROM shop.same');
      await run('SELECT COUNT(*) FROM shop.same');
      assert.equal((await exportOf('SELECT id FROM shop.same', outcome)).rows, 5);
      await execute(server, 'DELETE FROM other.same WHERE id = 99');
    });

    test('refuses where another database was selected since, whose rows look the same', async () => {
      const sql = 'SELECT id MOD 10 AS id FROM same ORDER BY id';
      const outcome = await run(sql);
      await session.useDatabase('other');
      await refused(exportOf(sql, outcome), /The session has changed since these rows were read \(USE\)/);
    });

    test('refuses where the session has ended, and where a row that was shown is gone', async () => {
      const sql = 'SELECT id FROM same';
      const ended = await run(sql);
      session.close();
      await refused(exportOf(sql, ended), /The session that read these rows has ended/);
      const outcome = await run(sql);
      await execute(server, 'DELETE FROM shop.same WHERE id = 2');
      await refused(exportOf(sql, outcome), /differ from those shown/);
      await execute(server, 'INSERT INTO shop.same (id) VALUES (2)');
    });

    test('writes what is whole in memory from there, whatever has run since, and never runs a change twice', async () => {
      const sql = 'SELECT id FROM same';
      const outcome = await run(sql, 10);
      await run('USE other');
      assert.equal((await exportOf(sql, outcome)).text, 'id\r\n1\r\n2\r\n3\r\n4\r\n5\r\n');
      await execute(
        server,
        'DROP PROCEDURE IF EXISTS shop.many; CREATE PROCEDURE shop.many() BEGIN INSERT INTO other.same VALUES (NULL); END',
      );
      const call = await run('SELECT id FROM shop.same WHERE id < 0 OR SLEEP(0) = 0');
      assert.equal(call.results[0]?.cutBy, 'rows');
      await refused(exportOf('INSERT INTO shop.same (id) VALUES (50)', call), /changed since|may make changes/);
    });

    test('an SQL file knows the time zone, the generated columns and the temporary tables of its session', async () => {
      await run("SET time_zone = '+09:00'");
      await run('CREATE TEMPORARY TABLE hidden (id INT, twice INT)');
      await run('INSERT INTO hidden VALUES (1, 3)');
      const read = 'SELECT id, at, twice FROM same';
      const { text, notes } = await exportOf(read, await run(read), 'sql');
      assert.match(text, /SET time_zone = '\+09:00'/);
      assert.match(text, /\(`id`, `at`\)/);
      assert.match(notes.join(), /Generated columns were omitted.*twice/);
      const hidden = 'SELECT * FROM hidden';
      assert.match((await exportOf(hidden, await run(hidden), 'sql')).text, /\(`id`, `twice`\) VALUES\n\(1,3\)/);
      const cte = 'WITH c AS (SELECT id FROM same) SELECT * FROM c';
      assert.match((await exportOf(cte, await run(cte), 'sql')).text, /\(5\);/);
    });

    test('an SQL file puts values into the columns that they came from, whatever their aliases', async () => {
      await execute(server, 'CREATE TABLE shop.aliased (a INT, b INT); INSERT INTO shop.aliased VALUES (1, 2)');
      const of = async (sql: string): ReturnType<typeof exportOf> => exportOf(sql, await run(sql), 'sql', 'aliased');
      const swapped = await of('SELECT a AS b, b AS a FROM aliased');
      assert.match(swapped.text, /INSERT INTO `aliased` \(`a`, `b`\) VALUES\n\(1,2\)/);
      assert.match(swapped.notes.join(), /Aliases were replaced by the column names of aliased: b → a, a → b\./);
      assert.match((await of('SELECT a, a + 1 AS b FROM aliased')).text, /\(`a`, `b`\) VALUES\n\(1,2\)/);
      assert.match((await of('SELECT a AS x, a AS y FROM aliased')).text, /\(`x`, `y`\)/);
      assert.match((await of('SELECT p.a AS x, q.b AS y FROM aliased p JOIN aliased q')).text, /\(`x`, `y`\)/);
    });

    test('names the invisible columns that * leaves out', async () => {
      await execute(
        server,
        'CREATE TABLE shop.veiled (id INT PRIMARY KEY, seen INT, unseen INT INVISIBLE); INSERT INTO shop.veiled (id, seen, unseen) VALUES (1, 2, 3)',
      );
      const notesOf = async (sql: string, format: 'csv' | 'sql' = 'csv'): Promise<string> =>
        (await exportOf(sql, await run(sql), format, 'veiled')).notes.join();
      for (const format of ['csv', 'sql'] as const)
        assert.match(await notesOf('SELECT * FROM veiled', format), /Invisible columns were omitted: veiled\.unseen\./);
      assert.equal(await notesOf('SELECT id, seen, unseen FROM veiled'), '');
      assert.equal(await notesOf('SELECT id FROM veiled'), '', 'the person has chosen');
    });

    test('tells that the session shows texts in a character set that has not all characters', async () => {
      await execute(server, "CREATE TABLE shop.scripts (id INT PRIMARY KEY, t VARCHAR(9)); INSERT INTO shop.scripts VALUES (1, 'é한')");
      const whole = await exportOf('SELECT * FROM scripts', await run('SELECT * FROM scripts'));
      assert.deepEqual([whole.notes, whole.text], [[], 'id,t\r\n1,é한\r\n']);
      await run('SET NAMES latin1');
      const outcome = await run('SELECT * FROM scripts');
      const cut = await exportOf('SELECT * FROM scripts', outcome);
      assert.equal(cut.text, 'id,t\r\n1,é?\r\n', 'as the grid shows it');
      assert.match(cut.notes.join(), /^Characters outside of latin1, .*SET NAMES utf8mb4/);
      assert.deepEqual((await exportOf('SELECT id FROM scripts', await run('SELECT id FROM scripts'))).notes, []);
    });

    test('rows over 4 MiB are written whole, also where the grid has all rows, and the session goes on', async () => {
      await run('SET @a = 5');
      const sql = "SELECT id, REPEAT('x', IF(id = 5, 5000000, 1)) AS big FROM same";
      for (const maxRows of [3, 10]) {
        const { text } = await exportOf(sql, await session.run(sql, { limits: { maxRows, maxCharacters: 50_000_000 }, signal }));
        assert.equal(text.length, 'id,big\r\n'.length + 4 * 'n,x\r\n'.length + 'n,\r\n'.length + 5_000_000);
      }
      assert.deepEqual((await run('SELECT @a')).results[0]?.rows, [['5']]);
    });

    test('a disk that takes no more ends the export, and not the session', async () => {
      await run('SET @a = 7');
      const sql = 'SELECT a.id FROM orders a, orders b, orders c LIMIT 3000000';
      const outcome = await run(sql);
      const [result] = outcome.results;
      assert.ok(result !== undefined && outcome.moment !== undefined);
      const full = await open('/dev/full', 'w');
      const options = { format: 'csv', table: 't', file: full, progress: () => undefined } as const;
      await assert.rejects(database.sessions.exportShown({ sql, result, moment: outcome.moment }, options, { signal }), {
        code: 'file.failed',
      });
      await full.close();
      const small = await open(path.join(folder, 'small'), 'w');
      const room = { ...options, file: small, maxBytes: 500_000 };
      await assert.rejects(
        database.sessions.exportShown({ sql, result, moment: outcome.moment }, room, { signal }),
        /The disk is too full/,
      );
      await small.close();
      assert.deepEqual((await run('SELECT @a')).results[0]?.rows, [['7']]);
    });

    test('an export that is stopped leaves the session as it was', async () => {
      await run('SET @a = 8');
      const sql = 'SELECT a.id FROM orders a, orders b, orders c LIMIT 5000000';
      const { results, moment } = await run(sql);
      assert.ok(results[0] !== undefined && moment !== undefined);
      const stop = new AbortController();
      const file = await open(path.join(folder, 'stopped'), 'w');
      const progress = (): void => {
        stop.abort();
      };
      const options = { format: 'csv', table: 't', file, progress } as const;
      await assert.rejects(database.sessions.exportShown({ sql, result: results[0], moment }, options, { signal: stop.signal }), {
        code: 'statement.canceled',
      });
      await file.close();
      assert.deepEqual((await run('SELECT @a')).results[0]?.rows, [['8']]);
    });
  });
}
