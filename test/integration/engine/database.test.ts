import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextStepOf } from '../../../src/server/messages/describeForAgent.ts';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isPilotError, type ErrorCode } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { toCsv } from '../../../src/engine/query/results/csv.ts';
import type { ResultSet } from '../../../src/engine/query/results/resultSet.ts';
import type { ReadOptions } from '../../../src/engine/query/reads/runReads.ts';
import { Session } from '../../../src/engine/driver/session.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import { full } from '../../harness/depth.ts';
import { freePort } from '../../harness/ports.ts';
import { until } from '../../harness/run.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 10_000 };
/** Runs for hours where nothing stops it, and cannot be answered from statistics. */
const ENDLESS = 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`database on ${flavor}`, () => {
    let server: TestServer;
    let database: Database;
    const opened: Database[] = [];
    const warnings: string[] = [];

    const open = async (changes: Partial<ConnectionTarget> & { password?: string } = {}): Promise<Database> => {
      const { password = SAMPLE.owner.password, ...target } = changes;
      const one = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: SAMPLE.database, tls: 'preferred', ...target },
        { password: () => Promise.resolve(password), warn: (message) => warnings.push(message) },
      );
      opened.push(one);
      return one;
    };
    const single = async (one: Database, sql: string, options: ReadOptions = OPTIONS): Promise<ResultSet> => {
      const [result, ...more] = await one.reads.query(sql, options);
      assert.ok(result !== undefined && more.length === 0);
      return result;
    };
    const rows = async (sql: string): Promise<unknown> => (await single(database, sql)).rows;
    const fails = async (work: Promise<unknown>, code: ErrorCode): Promise<void> => {
      await assert.rejects(work, (error) => isPilotError(error, code) && nextStepOf(error).length > 10);
    };
    const running = async (): Promise<number> => {
      const found = await execute(
        server,
        "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%orders` AS `b%' AND info NOT LIKE '%processlist%'",
      );
      return Number((found as { n: number }[])[0]?.n);
    };

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      database = await open();
    });
    suiteTeardown(async () => {
      await Promise.all(opened.map((one) => one.close()));
      await server.dispose();
    });

    test('says what it is connected to', async () => {
      const { server: name, warnings } = await database.check();
      assert.match(name, flavor === 'mysql' ? /^MySQL \d+\.\d+/ : /^MariaDB \d+\.\d+/);
      assert.match(warnings.join(), /^this account can write \(ALL PRIVILEGES\)/);
      assert.match((await (await open(server.root)).check()).warnings.join(), /can administer the server/);
      assert.deepEqual((await (await open(SAMPLE.reader)).check()).warnings, []);
    });

    test('shows values exactly as stored', async () => {
      const result = await single(database, 'SELECT * FROM exact_values ORDER BY id', OPTIONS);
      assert.equal(
        toCsv(result),
        [
          'id,big,exact,moment,day,bits,bytes,doc,txt',
          '1,18446744073709551615,12345678901234567890.12345678901234567890,2024-03-31 02:30:00.123456,9999-12-31,18446744073709551615,0x00FF,"{""n"": 9007199254740993}","a,""b""\nc"',
          '2,,,,,,,,""',
          '3,9007199254740993,-0.00000000000000000001,1000-01-01 00:00:00.000001,1000-01-01,10,0xC328,null,"  😀 "',
        ].join('\n'),
      );
    });

    test('keeps columns of the same name apart', async () => {
      const { columns, rows: found } = await single(database, 'SELECT 1 AS a, 2 AS a', OPTIONS);
      assert.deepEqual([columns.map(({ name }) => name), found], [['a', 'a'], [['1', '2']]]);
    });

    test('stops at the row limit, says so, and leaves nothing running', async () => {
      const { rows: found, cutBy } = await single(database, 'SELECT a.id FROM orders a, orders b', {
        ...OPTIONS,
        limits: { maxRows: 7, maxCharacters: 1000 },
      });
      assert.deepEqual([found.length, cutBy], [7, 'rows']);
      await until(async () => (await running()) === 0, 'the statement to be gone from the server', 15_000);
    });

    test('a result of exactly the limit is whole', async () => {
      const { cutBy } = await single(database, 'SELECT id FROM orders LIMIT 7', {
        ...OPTIONS,
        limits: { maxRows: 7, maxCharacters: 1000 },
      });
      assert.equal(cutBy, undefined);
    });

    test('stops at the deadline, also on the server', async () => {
      await fails(database.reads.query(ENDLESS, { ...OPTIONS, timeoutMs: 300 }), 'statement.timeout');
      await until(async () => (await running()) === 0, 'the statement to be gone from the server', 15_000);
    });

    test('stops when canceled, also on the server', async () => {
      const controller = new AbortController();
      const query = database.reads.query(ENDLESS, { ...OPTIONS, signal: controller.signal });
      await until(async () => (await running()) === 1, 'the statement to run');
      controller.abort();
      await fails(query, 'statement.canceled');
      await until(async () => (await running()) === 0, 'the statement to be gone from the server', 15_000);
    });

    test('close stops what runs', async () => {
      const other = await open();
      const query = other.reads.query(ENDLESS, OPTIONS);
      query.catch(() => undefined);
      await until(async () => (await running()) === 1, 'the statement to run');
      await other.close();
      await until(async () => (await running()) === 0, 'the statement to be gone from the server', 15_000);
      await fails(query, 'connection.lost');
    });

    test('refuses writes before they reach the server', async () => {
      await fails(database.reads.query("INSERT INTO customers (email) VALUES ('x')", OPTIONS), 'statement.refused');
      await fails(database.reads.query('SELECT 1; DELETE FROM customers', OPTIONS), 'statement.refused');
    });

    test('the server refuses writes by itself: a function that writes changes nothing', async () => {
      await execute(
        server,
        'CREATE FUNCTION shop.sneaky() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM shop.order_items; RETURN 1; END',
      );
      await fails(database.reads.query('SELECT sneaky()', OPTIONS), 'statement.refused');
      assert.deepEqual(await rows('SELECT COUNT(*) FROM order_items'), [['2000']]);
    });

    test('several statements give several results, in order', async () => {
      const results = await database.reads.query("SELECT 1; SELECT 'a;b'; SHOW TABLES LIKE 'orders';", OPTIONS);
      assert.deepEqual(
        results.map((result) => result.rows),
        [[['1']], [['a;b']], [['orders']]],
      );
    });

    test('parameters are values, whatever they hold [P01]', async () => {
      const texts = ["it's", '\\', '"; DROP TABLE orders; -- ', '日本 😀', '\0\n\t', '', '%', '0x41', 'plain text'];
      const { rows: found } = await single(database, `SELECT ${texts.map(() => '?').join()}`, { ...OPTIONS, parameters: texts });
      assert.deepEqual(found, [texts]);
      const typed = { ...OPTIONS, parameters: [1, -2.5, true, null, '18446744073709551615'] };
      assert.deepEqual((await single(database, 'SELECT ?, ?, ?, ?, ?', typed)).rows, [['1', '-2.5', '1', null, '18446744073709551615']]);
      const page = await single(database, 'SELECT id FROM orders WHERE status = ? ORDER BY id LIMIT ?', {
        ...OPTIONS,
        parameters: ['new', 2],
      });
      assert.equal(page.rows.length, 2);
      await fails(database.reads.query('SELECT ?', { ...OPTIONS, parameters: [] }), 'statement.refused');
      assert.deepEqual(await rows("SELECT 'a' = _utf8mb4 X'61', 'é' = _utf8mb4 X'C3A9'"), [['1', '1']]);
    });

    test('a row that is larger than any answer is not read, and said so', async () => {
      const { rows: found, cutBy } = await single(database, "SELECT 'small' UNION ALL SELECT REPEAT('x', 6000000)");
      assert.equal(cutBy, 'size');
      assert.ok(found.length <= 1);
      assert.deepEqual(await rows('SELECT 1'), [['1']]);
    });

    test('READ ONLY is in force again after a statement that may have switched it off from inside', async () => {
      await execute(
        server,
        'CREATE FUNCTION shop.flip() RETURNS INT DETERMINISTIC BEGIN SET SESSION TRANSACTION READ WRITE; RETURN 1; END; CREATE VIEW shop.flipping AS SELECT shop.flip() AS x',
      );
      const target = { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' } as const;
      for (const sql of ['SELECT flip()', 'SELECT * FROM flipping', 'EXPLAIN SELECT * FROM flipping']) {
        const session = await Session.open(target, { password: SAMPLE.owner.password });
        const sink = { columns: () => undefined, row: () => true, tooLarge: () => undefined };
        await session.stream(sql, sink);
        session.restoreReadOnly();
        await fails(session.stream("UPDATE shop.orders SET status = 'new' WHERE id = -1", sink), 'statement.refused');
        session.destroy();
      }
    });

    test('a database named for one call does not stay chosen for the next [P02]', async () => {
      const free = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: (message) => warnings.push(message) },
      );
      opened.push(free);
      const inShop = await single(free, 'SELECT DATABASE()', { ...OPTIONS, database: 'shop' });
      assert.deepEqual(inShop.rows, [['shop']]);
      assert.deepEqual((await single(free, 'SELECT DATABASE()')).rows, [[null]]);
      assert.deepEqual((await single(database, 'SELECT DATABASE()', { ...OPTIONS, database: 'information_schema' })).rows, [
        ['information_schema'],
      ]);
      assert.deepEqual(await rows('SELECT DATABASE()'), [['shop']]);
    });

    const lives = test('a session that lives long keeps nothing of its statements', async () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const used = async (reads: number): Promise<number> => {
        for (let i = 0; i < reads; i++) await rows('SELECT 1');
        collect();
        return process.memoryUsage().heapUsed;
      };
      await used(2000); // figures and caches fill up to what they hold
      const before = await used(100);
      const kept = (await used(5000)) - before;
      assert.ok(kept < 1_000_000, `${String(kept)} bytes are kept of 5000 statements`);
    });
    if (flavor === 'mariadb') full(lives);

    test('serves more callers than it has sessions', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => rows(`SELECT ${String(i)}`)));
      assert.deepEqual(
        answers,
        Array.from({ length: 20 }, (_, i) => [[String(i)]]),
      );
    });

    test('names what is wrong: login, database, table, column, syntax', async () => {
      await fails((await open({ password: 'wrong' })).check(), 'login.refused');
      await fails((await open({ database: 'nowhere' })).check(), 'login.refused'); // an account without rights on it learns no more
      await fails((await open({ ...server.root, database: 'nowhere' })).check(), 'database.unknown');
      await fails(rows('SELECT * FROM nowhere'), 'object.unknown');
      await fails(rows('SELECT nothing FROM orders'), 'object.unknown');
      await fails(rows('SELECT FROM WHERE'), 'statement.failed');
      await assert.rejects(
        rows('SELECT * FROM nowhere'),
        (error) => isPilotError(error) && error.errno === 1146 && error.sqlState === '42S02',
      );
    });

    test('names what is wrong: host and port', async () => {
      await fails((await open({ port: await freePort() })).check(), 'host.unreachable');
      await fails((await open({ host: 'no-such-host.invalid' })).check(), 'host.unreachable');
    });

    test('checks certificates where it is told to', async () => {
      await fails((await open({ tls: 'verify-ca' })).check(), 'tls.failed');
      await fails((await open({ tls: 'verify-identity' })).check(), 'tls.failed');
    });

    test('required TLS means TLS', async () => {
      const secure = await open({ tls: 'required' });
      const [row] = (await execute(server, "SHOW GLOBAL VARIABLES LIKE 'have_ssl'")) as { Value: string }[];
      if (row !== undefined && row.Value !== 'YES') {
        await fails(secure.check(), 'tls.failed'); // MariaDB has none by default before 11.4
        return;
      }
      const { rows: found } = await single(secure, "SHOW SESSION STATUS LIKE 'Ssl_version'");
      assert.match(String(found[0]?.[1]), /^TLSv1\.[23]$/);
    });

    test('an error leaves the connection usable', async () => {
      await fails(rows('SELECT * FROM nowhere'), 'object.unknown');
      assert.deepEqual(await rows('SELECT 1'), [['1']]);
    });

    test('a killed connection does not show [P10]', async () => {
      await rows('SELECT 1');
      const ids = (await execute(server, `SELECT id FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`)) as {
        id: number;
        ID?: number;
      }[];
      for (const row of ids) await execute(server, `KILL ${String(row.id)}`).catch(() => undefined);
      assert.deepEqual(await rows('SELECT 3'), [['3']]);
    });

    test('a statement that an administrator ends is not repeated [P11]', async () => {
      const query = database.reads.query(ENDLESS, OPTIONS);
      query.catch(() => undefined);
      await until(async () => (await running()) === 1, 'the statement to run');
      await sleep(300); // what is lost at once counts as lost while idle, and is repeated
      const [row] = (await execute(
        server,
        "SELECT id AS id FROM information_schema.processlist WHERE info LIKE '%orders` AS `b%' AND info NOT LIKE '%processlist%'",
      )) as { id: number }[];
      await execute(server, `KILL ${String(row?.id)}`);
      await fails(query, 'connection.lost');
      await until(async () => (await running()) === 0, 'the statement to be gone for good', 15_000);
      assert.deepEqual(await rows('SELECT 1'), [['1']]);
    });

    test('a server that dies is told, and used again when it is back', async function () {
      if (!server.owned) this.skip();
      const query = database.reads.query(ENDLESS, OPTIONS);
      query.catch(() => undefined);
      await until(async () => (await running()) === 1, 'the statement to run');
      await sleep(300); // what is lost at once counts as lost while idle, and is repeated
      await server.kill();
      await fails(query, 'connection.lost');
      await fails(rows('SELECT 1'), 'host.unreachable');
      await server.start();
      assert.deepEqual(await rows('SELECT COUNT(*) FROM orders'), [['1000']]);
    });

    test('nothing went wrong behind the callers backs', () => {
      assert.deepEqual(warnings, []);
    });
  });
}
