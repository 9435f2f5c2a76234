import assert from 'node:assert/strict';
import type { Database } from '../../src/engine/connection/database.ts';
import { isPilotError } from '../../src/engine/errors.ts';
import { openDatabase } from '../../src/engine/connection/openDatabase.ts';
import { secondFlavor } from '../harness/depth.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../harness/servers/testServer.ts';

const TIMEOUT_MS = 2000;
/** Over the deadline itself: stopping, and a busy machine. */
const WAIT_MS = TIMEOUT_MS + 4000;
const MEGABYTE = 1024 * 1024;

const columns = Array.from({ length: 1000 }, (_, i) => `c${String(i)} INT`).join(', ');
const BOMBS: readonly (readonly [string, string])[] = [
  ['endless recursion', 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n'],
  [
    'growing recursion',
    "WITH RECURSIVE n AS (SELECT CAST('x' AS CHAR(60000)) AS s, 1 AS i UNION ALL SELECT CONCAT(s, s), i + 1 FROM n WHERE i < 30) SELECT LENGTH(s) FROM n",
  ],
  [
    'doubling recursion',
    'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n, (SELECT 1 UNION ALL SELECT 2) d WHERE i < 40) SELECT COUNT(*) FROM n',
  ],
  [
    'cross joins of the catalog',
    'SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c',
  ],
  ['cross joins of rows', 'SELECT * FROM orders a, orders b, orders c, orders d'],
  ['sorted cross join', 'SELECT a.id FROM orders a, orders b, orders c ORDER BY RAND()'],
  ['REPEAT', "SELECT REPEAT('x', 4000000000)"],
  ['nested REPEAT', "SELECT LENGTH(REPEAT(REPEAT('x', 10000000), 1000))"],
  ['GROUP_CONCAT', "SELECT GROUP_CONCAT(REPEAT('x', 10000)) FROM orders a, orders b"],
  ['JSON_ARRAYAGG', "SELECT JSON_ARRAYAGG(REPEAT('x', 10000)) FROM orders a, orders b"],
  ['a large cell', 'SELECT b FROM blobs'],
  ['many large cells', 'SELECT b, b, b, b FROM blobs a, orders o'],
  ['a thousand columns', 'SELECT a.*, b.*, c.*, d.* FROM wide a, wide b, wide c, wide d'],
  ['a huge list', `SELECT COUNT(*) FROM orders WHERE id IN (${Array.from({ length: 100_000 }, (_, i) => String(i)).join()})`],
  ['deep parentheses', `SELECT ${'('.repeat(5000)}1${')'.repeat(5000)}`],
  ['deep functions', `SELECT ${'ABS('.repeat(3000)}1${')'.repeat(3000)}`],
  ['deep subqueries', `SELECT ${'(SELECT '.repeat(60)}1${')'.repeat(60)}`],
  ['many unions', Array.from({ length: 2000 }, (_, i) => `SELECT ${String(i)}`).join(' UNION ')],
  ...[
    'SELECT id FROM orders INTERSECT (SELECT MAX(id) FROM orders UNION SELECT id FROM orders)',
    'TABLE blobs EXCEPT ALL (SELECT MAX(b) OVER (), 1 FROM blobs UNION ALL TABLE blobs)',
    'SELECT id FROM orders UNION SELECT 1 EXCEPT ((SELECT MAX(id) FROM orders EXCEPT SELECT 2) LIMIT 1)',
    'SELECT 1 FROM orders o WHERE EXISTS (SELECT id FROM orders INTERSECT (WITH w AS (SELECT 1) SELECT MAX(o.id) FROM orders UNION SELECT 1))',
    'WITH d AS (SELECT id FROM orders INTERSECT (SELECT MAX(id) FROM orders UNION SELECT 1)) SELECT * FROM d',
    'EXPLAIN SELECT id FROM orders INTERSECT (SELECT MAX(id) FROM orders UNION SELECT id FROM orders)',
  ].map((sql) => [`a set operation within another: ${sql.slice(0, 60)}`, sql] as const),
  ['a slow regular expression', "SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' REGEXP '^(a+)+$' FROM orders a, orders b"],
  ['digests', "SELECT COUNT(DISTINCT SHA2(REPEAT('x', 100000), 512)) FROM orders a, orders b"],
];

/** No limit of a session counts what these build in memory. */
const DOCUMENTS: readonly (readonly [string, string])[] = [
  [
    'a document of all pairs',
    "SELECT JSON_LENGTH(JSON_OBJECTAGG(CONCAT(a.id, '-', b.id, '-', c.id), REPEAT('x', 10))) FROM orders a, orders b, orders c",
  ],
  [
    'a document that contains itself twice',
    'WITH RECURSIVE r (j, n) AS (SELECT JSON_ARRAY(1), 1 UNION ALL SELECT JSON_ARRAY(j, j), n + 1 FROM r WHERE n < 60) SELECT SUM(JSON_LENGTH(j)) FROM r, orders a, orders b',
  ],
];

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`bombs on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(30_000);
    let server: TestServer;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      await execute(server, `CREATE TABLE wide (${columns}); INSERT INTO wide (c0) VALUES (1); CREATE TABLE blobs (b LONGBLOB)`, 'shop');
      await execute(server, "INSERT INTO blobs VALUES (REPEAT('x', 15000000))", 'shop');
      database = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    for (const [name, sql] of DOCUMENTS)
      test(`${name}: is stopped long before the deadline of its call`, async () => {
        await assert.rejects(
          database.reads.query(sql, { limits: { maxRows: 200, maxCharacters: 100_000 }, timeoutMs: 25_000 }),
          (error) =>
            (isPilotError(error, 'statement.timeout') && error.message.includes('JSON documents')) ||
            // MariaDB gives the column of a recursion the length of its first row.
            (flavor === 'mariadb' && sql.includes('RECURSIVE') && isPilotError(error, 'statement.failed') && error.errno === 1406),
        );
        const [next] = await database.reads.query('SELECT 1', { limits: { maxRows: 1, maxCharacters: 10 }, timeoutMs: 5000 });
        assert.deepEqual(next?.rows, [['1']]);
      });

    for (const [name, sql] of BOMBS) {
      test(`${name}: answered or stopped in time, and the next statement works`, async () => {
        const memory = process.memoryUsage().rss;
        const began = performance.now();
        const outcome = await database.reads.query(sql, { limits: { maxRows: 200, maxCharacters: 100_000 }, timeoutMs: TIMEOUT_MS }).then(
          ([result]) => `${String(result?.rows.length)} rows`,
          (error: unknown) => {
            assert.ok(isPilotError(error) && error.code !== 'internal', String(error));
            return error.code;
          },
        );
        assert.ok(performance.now() - began < WAIT_MS, outcome);
        const [next] = await database.reads.query('SELECT 1', { limits: { maxRows: 1, maxCharacters: 10 }, timeoutMs: 5000 });
        assert.deepEqual(next?.rows, [['1']]);
        assert.ok(process.memoryUsage().rss - memory < 150 * MEGABYTE, 'memory');
      });
    }
  });
}
