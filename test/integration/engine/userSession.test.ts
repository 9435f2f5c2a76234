import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../src/engine/connection/database.ts';
import type { UserSession } from '../../../src/engine/query/userSession/userSession.ts';
import type { UserSessionOutcome } from '../../../src/engine/query/userSession/userSessionRun.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { until } from '../../harness/run.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const LIMITS = { maxRows: 100, maxCharacters: 1_000_000 };
const ENDLESS = 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0';
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`the session of a person on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;
    let session: UserSession;

    const run = (sql: string, { signal = new AbortController().signal, mayCommit = false } = {}): Promise<UserSessionOutcome> =>
      session.run(sql, { limits: LIMITS, signal, mayCommit });
    const value = async (sql: string): Promise<unknown> => (await run(sql)).results[0]?.rows[0]?.[0];

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: SAMPLE.database, tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });
    setup(() => {
      session = database.sessions.open();
    });
    teardown(() => {
      session.close();
    });

    test('variables, temporary tables and USE last from statement to statement', async () => {
      await run('SET @a = 42');
      await run('CREATE TEMPORARY TABLE mine (x INT)');
      await run('INSERT INTO mine VALUES (1), (2)');
      assert.deepEqual([await value('SELECT @a'), await value('SELECT COUNT(*) FROM mine')], ['42', '2']);
      await run('USE information_schema');
      assert.deepEqual([await value('SELECT DATABASE()'), session.database], ['information_schema', 'information_schema']);
    });

    test('a database that is dropped is no longer the one of the session, nor of one behind it', async () => {
      await execute(server, `CREATE DATABASE gone; GRANT ALL ON gone.* TO ${SAMPLE.owner.user}`);
      await run('USE gone');
      assert.equal(session.database, 'gone');
      await run('DROP DATABASE gone');
      assert.equal(session.database, undefined);
      await assert.rejects(run('CREATE TABLE t (id INT)'), (error) => isPilotError(error) && error.errno === 1046);
      await run('CREATE DATABASE gone');
      assert.equal(session.database, undefined, 'one of the same name is another one');
      await session.useDatabase('gone');
      assert.equal(await value('SELECT DATABASE()'), 'gone');
      await run('DROP DATABASE gone');
      session.close();
      assert.equal(await value('SELECT 1'), '1', 'a new session does not look for it');
      await run('USE shop');
      assert.equal(session.database, 'shop');
    });

    test('its mode and time zone are those of the server, so that what is written means what it means elsewhere', async () => {
      const { results } = await run('SELECT @@session.time_zone = @@global.time_zone, @@session.sql_mode = @@global.sql_mode');
      assert.deepEqual(results[0]?.rows, [['1', '1']]);
    });

    test('a transaction is known to be open until it ends', async () => {
      assert.equal(session.inTransaction, false);
      await run('START TRANSACTION');
      assert.equal(session.inTransaction, true);
      const { changed } = await run("UPDATE orders SET note = 'mine' WHERE id = 1");
      assert.deepEqual([changed?.affected, changed?.info], [1, 'Rows matched: 1  Changed: 1  Warnings: 0']);
      await run('ROLLBACK');
      assert.equal(session.inTransaction, false);
      assert.equal(await value('SELECT note FROM orders WHERE id = 1'), null);
    });

    test('tells what a procedure has shown before it failed, and no result that broke off', async () => {
      await execute(
        server,
        `CREATE PROCEDURE shop.third() BEGIN SELECT 1 AS a; SELECT 2 AS b; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the third'; END;
         CREATE PROCEDURE shop.breaks() BEGIN SELECT 1 AS a; SELECT (SELECT id FROM orders o WHERE o.id = 1 OR x.id > 500) FROM orders x ORDER BY 1; END`,
      );
      const shownBefore = async (sql: string): Promise<unknown> => {
        let shown: unknown = [];
        const options = { limits: LIMITS, signal: new AbortController().signal };
        const failed = session.run(sql, { ...options, onFailed: (results) => (shown = results.map(({ rows }) => rows)) });
        await assert.rejects(failed, (error) => isPilotError(error, 'statement.failed'));
        return shown;
      };
      assert.deepEqual(await shownBefore('CALL third()'), [[['1']], [['2']]]);
      assert.deepEqual(await shownBefore('CALL breaks()'), [[['1']]]);
      assert.deepEqual(await shownBefore('SELECT (SELECT id FROM orders o WHERE o.id = 1 OR x.id > 500) FROM orders x'), []);
    });

    test('rows behind the limit are counted, and the session goes on', async () => {
      await run('SET @a = 1');
      const { results } = await run('SELECT * FROM orders');
      assert.deepEqual([results[0]?.rows.length, results[0]?.cutBy, results[0]?.total], [100, 'rows', 1000]);
      assert.equal(await value('SELECT @a'), '1');
    });

    test('a result that the person stops behind the limit keeps the rows that came, and its transaction', async () => {
      await run('START TRANSACTION');
      const stop = new AbortController();
      const full: number[] = [];
      const outcome = await session.run('SELECT a.* FROM orders a, orders b, orders c', {
        limits: LIMITS,
        signal: stop.signal,
        onFull: (result, index) => {
          full.push(index, result.rows.length);
          setTimeout(() => {
            stop.abort();
          }, 300);
        },
      });
      assert.deepEqual([full, outcome.stopped, outcome.results[0]?.rows.length, outcome.results[0]?.cutBy], [[0, 100], true, 100, 'rows']);
      assert.ok((outcome.results[0]?.total ?? 0) > 100);
      assert.equal(session.inTransaction, true);
      await run('ROLLBACK');
    });

    test('a procedure gives all its results', async () => {
      await execute(
        server,
        'DROP PROCEDURE IF EXISTS two; CREATE PROCEDURE two() BEGIN SELECT 1 AS a; SELECT 2 AS b, 3 AS c; END',
        SAMPLE.database,
      );
      const { results } = await run('CALL two()');
      assert.deepEqual(
        results.map(({ columns, rows }) => [columns.map(({ name }) => name), rows]),
        [
          [['a'], [['1']]],
          [['b', 'c'], [['2', '3']]],
        ],
      );
      await execute(server, 'DROP PROCEDURE two', SAMPLE.database);
    });

    test('columns say which table they are of', async () => {
      const { results } = await run('SELECT o.id AS number, 1 + 1 AS two FROM orders o LIMIT 1');
      assert.deepEqual(
        results[0]?.columns.map(({ source }) => source),
        [{ database: 'shop', table: 'orders', alias: 'o', column: 'id' }, undefined],
      );
    });

    test('warnings come with the outcome', async () => {
      const { warnings } = await run('DROP TABLE IF EXISTS nowhere');
      assert.deepEqual(
        warnings.map(({ level, errno }) => [level, errno]),
        [['Note', 1051]],
      );
    });

    test('a statement that is stopped ends on the server, and the session goes on with its transaction [F62]', async () => {
      await run('START TRANSACTION');
      await run("UPDATE orders SET note = 'mine' WHERE id = 1");
      const stop = new AbortController();
      const endless = run(ENDLESS, { signal: stop.signal });
      await sleep(300);
      stop.abort();
      await assert.rejects(endless, (error) => isPilotError(error, 'statement.canceled'));
      // The server answers before it takes the statement off its list.
      await until(async () => (await running(server)) === 0, 'the statement to be off the list of the server', 2000);
      assert.equal(await value('SELECT note FROM orders WHERE id = 1'), 'mine');
      assert.equal(session.inTransaction, true);
      await run('ROLLBACK');
    });

    test('one that was stopped before it began is not sent', async () => {
      const stop = new AbortController();
      stop.abort();
      await assert.rejects(run("UPDATE orders SET note = 'no'", { signal: stop.signal }), (error) =>
        isPilotError(error, 'statement.canceled'),
      );
      assert.equal(await value("SELECT COUNT(*) FROM orders WHERE note = 'no'"), '0');
    });

    test('an error of the server leaves the session as it is', async () => {
      await run('SET @a = 7');
      await assert.rejects(run('SELECT * FROM nowhere'), (error) => isPilotError(error) && error.errno === 1146);
      assert.equal(await value('SELECT @a'), '7');
    });

    test('a closed session is gone from the server, with what it had open', async () => {
      await run('START TRANSACTION');
      await run("UPDATE orders SET note = 'mine' WHERE id = 1");
      const id = String(await value('SELECT CONNECTION_ID()'));
      session.close();
      const there = async (): Promise<boolean> =>
        ((await execute(server, `SELECT id FROM information_schema.processlist WHERE id = ${id}`)) as unknown[]).length > 0;
      await until(async () => !(await there()), 'the session to be gone', 15_000);
      assert.equal(await value('SELECT note FROM orders WHERE id = 1'), null);
    });

    test('sessions of people take none from those of agents', async () => {
      const many = Array.from({ length: 6 }, () => database.sessions.open());
      for (const one of many) await one.run('SELECT 1', { limits: LIMITS, signal: new AbortController().signal });
      const [result] = await database.reads.query('SELECT 2', { limits: LIMITS, timeoutMs: 2000 });
      assert.deepEqual(result?.rows, [['2']]);
      for (const one of many) one.close();
    });
  });
}

/** How many statements of the sample's owner the server works on. */
async function running(server: TestServer): Promise<number> {
  const connection = await adminConnection(server);
  try {
    const [rows] = await connection.query(
      `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}' AND command = 'Query'`,
    );
    return Number((rows as { n: number }[])[0]?.n);
  } finally {
    await connection.end();
  }
}
