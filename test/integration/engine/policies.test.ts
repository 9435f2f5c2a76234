import assert from 'node:assert/strict';
import { nextStepOf } from '../../../src/server/messages/describeForAgent.ts';
import type { Database } from '../../../src/engine/connection/database.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { replaceText, startProxy } from '../../harness/servers/proxy.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 10_000 };

const FUNCTIONS = `
  CREATE FUNCTION shop.tax(x DECIMAL(10, 2)) RETURNS DECIMAL(10, 2) DETERMINISTIC BEGIN DECLARE t DECIMAL(10, 2); SET t = x * 0.2; RETURN t; END;
  CREATE FUNCTION shop.gross(x DECIMAL(10, 2)) RETURNS DECIMAL(10, 2) DETERMINISTIC RETURN x + tax(x);
  CREATE FUNCTION shop.paid() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM orders WHERE status = 'paid');
  CREATE FUNCTION shop.flip() RETURNS INT DETERMINISTIC BEGIN SET SESSION TRANSACTION READ WRITE; RETURN 1; END;
  CREATE FUNCTION shop.waits() RETURNS INT READS SQL DATA RETURN (SELECT x FROM slow);
  CREATE VIEW shop.slow AS SELECT SLEEP(1) AS x;
  CREATE VIEW shop.taxes AS SELECT id, tax(total) AS tax FROM shop.orders;
`;
/** By estimate 10^12 combinations. */
const BOMB = 'orders a, orders b, orders c, orders d WHERE a.total + b.total + c.total + d.total < 0';
const allow = (...names: string[]): Partial<ConnectionTarget> => ({ allowedFunctions: names.map((name) => ({ database: 'shop', name })) });

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`what a user allows on ${flavor}`, () => {
    let server: TestServer;
    const opened: Database[] = [];
    const warnings: string[] = [];

    const open = async (changes: Partial<ConnectionTarget> = {}): Promise<Database> => {
      const one = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, database: SAMPLE.database, tls: 'preferred', ...changes },
        { password: () => Promise.resolve(server.root.password), warn: (message) => warnings.push(message) },
      );
      opened.push(one);
      return one;
    };
    const rows = async (database: Database, sql: string): Promise<unknown> => (await database.reads.query(sql, OPTIONS))[0]?.rows;
    const refused = async (database: Database, sql: string, expected: RegExp): Promise<void> => {
      await assert.rejects(
        database.reads.query(sql, OPTIONS),
        (error) => isPilotError(error, 'statement.refused') && expected.test(`${error.evidence ?? error.message} ${nextStepOf(error)}`),
        sql,
      );
    };

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
      await execute(server, FUNCTIONS, 'shop');
    });
    suiteTeardown(async () => {
      await Promise.all(opened.map((one) => one.close()));
      await server.dispose();
    });

    test('a stored function is refused until it is allowed, and the refusal says how', async () => {
      await refused(await open(), 'SELECT tax(10)', /tax\(\), which is not a known built-in one.*Allow Stored Functions/);
      await refused(await open(), 'SELECT id FROM taxes', /shop\.taxes is a view that contains: .*tax/);
    });

    test('an allowed one runs, in statements, views and other functions', async () => {
      const database = await open(allow('tax', 'gross', 'paid'));
      assert.deepEqual(await rows(database, 'SELECT tax(10), shop.tax(20), `shop`.`gross`(10), PAID()'), [
        ['2.00', '4.00', '12.00', '250'],
      ]);
      assert.equal(((await rows(database, 'SELECT tax FROM taxes ORDER BY id LIMIT 1')) as unknown[]).length, 1);
      await refused(await open(allow('gross')), 'SELECT gross(1)', /shop\.gross\(\) is a function that contains: The .*tax/);
    });

    test('its body must only read: otherwise it is refused although it is allowed, with the chain of names', async () => {
      const database = await open(allow('flip', 'waits'));
      await refused(database, 'SELECT flip()', /^shop\.flip\(\) is a function that contains: SET TRANSACTION/);
      await refused(database, 'SHOW TABLES WHERE flip() = 1', /^shop\.flip\(\)/);
      await refused(database, 'SELECT waits()', /^shop\.waits\(\) → shop\.slow is a view that contains: The function SLEEP\(\)/);
    });

    test('its session meets no other call', async () => {
      const database = await open(allow('tax'));
      const [[first]] = (await rows(database, 'SELECT CONNECTION_ID(), tax(1)')) as [[string]];
      const [[second]] = (await rows(database, 'SELECT CONNECTION_ID()')) as [[string]];
      const [[third]] = (await rows(database, 'SELECT CONNECTION_ID()')) as [[string]];
      assert.notEqual(second, first);
      assert.equal(third, second, 'a session that read tables only is used again');
    });

    test('what may be allowed is listed, with what speaks against the rest', async () => {
      const found = (await (await open()).schema.functions()).filter(({ database }) => database === 'shop');
      assert.deepEqual(
        found.map(({ name, problem }) => [name, problem]),
        [
          ['flip', { code: 'contains', value: 'SET SESSION TRANSACTION READ WRITE' }],
          ['gross', undefined],
          ['paid', undefined],
          ['tax', undefined],
          ['waits', undefined],
        ],
      );
    });

    test('an account that may not see the text is told what it lacks', async () => {
      await execute(server, `GRANT EXECUTE ON shop.* TO '${SAMPLE.reader.user}'@'%'`);
      const database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.reader.user, database: 'shop', tls: 'preferred', ...allow('tax') },
        { password: () => Promise.resolve(SAMPLE.reader.password), warn: () => undefined },
      );
      opened.push(database);
      await refused(database, 'SELECT tax(1)', /whose definition this account can't see.*(?:SHOW_ROUTINE|mysql\.proc)/);
    });

    test('refuses a server that does not enforce READ ONLY, until the user allows it', async () => {
      const swallow = (chunk: Buffer): Buffer => replaceText(chunk, 'SET SESSION TRANSACTION READ ONLY', 'SET @swallowed = 1');
      const proxy = await startProxy(server, { toServer: swallow });
      const at = { host: proxy.host, port: proxy.port, tls: 'disabled' } as const;
      try {
        await assert.rejects(
          (await open(at)).check(),
          (error) => isPilotError(error, 'readOnly.notEnforced') && nextStepOf(error).includes('allow this connection'),
        );
        const database = await open({ ...at, allowUnenforcedReadOnly: true });
        assert.match((await database.check()).warnings.join(), /doesn't enforce read-only sessions/);
        assert.deepEqual(await rows(database, 'SELECT COUNT(*) FROM orders'), [['1000']]);
        await refused(database, 'DELETE FROM orders', /^DELETE is not allowed/);
      } finally {
        proxy.close();
      }
    });

    test('where connections are renumbered, that statements cannot be stopped is said', async () => {
      /** The greeting is the server's only packet with the number 0; the connection's number stands behind the version's text. */
      const renumber = (chunk: Buffer): Buffer => {
        if (chunk[3] === 0) chunk.writeUInt32LE(4_000_000, chunk.indexOf(0, 5) + 1);
        return chunk;
      };
      const proxy = await startProxy(server, { toClient: renumber });
      try {
        const database = await open({ host: proxy.host, port: proxy.port, tls: 'disabled' });
        assert.match((await database.check()).warnings.join(), /changes connection ids/);
      } finally {
        proxy.close();
      }
    });

    test('production: two statements at a time, and none that combines too many rows', async () => {
      const database = await open({ environment: 'production' });
      assert.deepEqual(await rows(database, 'SELECT @@sql_big_selects, @@max_join_size'), [['0', '1000000000']]);
      if (flavor === 'mariadb') await refused(database, `SELECT 1 FROM ${BOMB}`, /1,000,000,000/); // MySQL 9.7 counts tables, not joins
      assert.deepEqual(await rows(database, 'SELECT COUNT(*) FROM orders o JOIN customers c ON c.id = o.customer_id'), [['1000']]);
      const ids = await Promise.all(
        Array.from({ length: 6 }, () => rows(database, 'SELECT CONNECTION_ID(), (SELECT COUNT(*) FROM orders a, orders b)')),
      );
      assert.ok(new Set(ids.map((id) => (id as [[string]])[0][0])).size <= 2);
    });
  });
}
