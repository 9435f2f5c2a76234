import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { startOldServer } from '../../harness/servers/oldServer.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const SCHEMA = `
CREATE DATABASE old CHARACTER SET utf8mb4;
USE old;
CREATE TABLE customers (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL COMMENT 'full name') ENGINE=InnoDB;
CREATE TABLE orders (
  id INT PRIMARY KEY AUTO_INCREMENT, customer_id INT NOT NULL, total DECIMAL(10,2), placed DATETIME(3), KEY ix_total (total),
  FOREIGN KEY (customer_id) REFERENCES customers(id) ON DELETE CASCADE
) ENGINE=InnoDB;
CREATE VIEW big AS SELECT * FROM orders WHERE total > 50;
CREATE FUNCTION writes() RETURNS INT BEGIN UPDATE customers SET name = 'x'; RETURN 1; END;
CREATE VIEW harmful AS SELECT writes() AS n;
INSERT INTO customers (name) VALUES ('a'), ('ünï😀');
INSERT INTO orders (customer_id, total, placed) VALUES (1, 10.5, '2026-01-01 00:00:00.123'), (2, 99.99, NULL), (1, 70, NULL);
GRANT ALL PRIVILEGES ON old.* TO agent@localhost IDENTIFIED BY 'p'`;

/** What an old server lacks is said, and all else works. */
suite('MySQL 5.6', function () {
  this.timeout(120_000); // it may have to be fetched
  let server: TestServer;
  let folder: string;
  let client: StdioClient;

  suiteSetup(async function () {
    if (process.platform !== 'linux' || process.arch !== 'x64') this.skip();
    server = await startOldServer();
    await execute(server, SCHEMA);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-old-'));
    client = await StdioClient.launch({
      args: [],
      env: {
        MYSQL_URL: `mysql://agent:p@127.0.0.1:${String(server.port)}/old`,
        MYSQL_DATA_DIR: folder,
        ...{ MYSQL_ALLOW_UPDATE: 'true', MYSQL_ALLOW_DELETE: 'true', MYSQL_WRITES_FROM: 'test' },
      },
    });
  });
  suiteTeardown(async () => {
    await client.close();
    await server.dispose();
    await rm(folder, { recursive: true });
  });

  const call = async (name: string, args: Record<string, unknown> = {}): Promise<string> =>
    withoutMarks((await client.call(name, args)).text);

  test('is told, and its values are exact [P51]', async () => {
    assert.match(await call('mysql_connections', { check: true }), /MySQL 5\.6\.24/);
    assert.equal(
      await call('mysql_query', {
        sql: 'SELECT o.id, name, total, placed FROM orders o JOIN customers c ON c.id = customer_id ORDER BY o.id',
      }),
      'id,name,total,placed\n1,a,10.50,2026-01-01 00:00:00.123\n2,ünï😀,99.99,\n3,a,70.00,\n(3 rows)',
    );
  });

  test('both fences hold', async () => {
    assert.match(await call('mysql_query', { sql: 'DELETE FROM orders' }), /^statement\.refused/);
    assert.match(await call('mysql_query', { sql: 'SELECT * FROM harmful' }), /^statement\.refused/);
    assert.deepEqual(await execute(server, "SELECT COUNT(*) AS n FROM old.customers WHERE name = 'x'"), [{ n: 0 }]);
  });

  test('schema, relations and search', async () => {
    assert.match(
      await call('mysql_describe', { tables: ['orders', 'big'] }),
      /FK \(customer_id\)->customers\(id\) ON DELETE CASCADE[^]*old\.big \(view\)/,
    );
    assert.match(await call('mysql_relationships'), /orders\(customer_id\) -> customers\(id\)/);
    assert.match(await call('mysql_search_schema', { query: 'customer' }), /^old\.customers/);
  });

  test('plans are tables; that it cannot measure them is said [P52]', async () => {
    assert.match(await call('mysql_explain', { sql: 'SELECT * FROM orders WHERE total > 20' }), /orders: range by ix_total/);
    assert.match(await call('mysql_explain', { sql: 'UPDATE orders SET total = 1 WHERE id = 1' }), /orders: .*PRIMARY/);
    assert.match(
      await call('mysql_explain', { sql: 'SELECT 1', analyze: true }),
      /^input\.invalid: MySQL 5\.6\.24 can't run EXPLAIN ANALYZE[^]*without `analyze`/,
    );
    assert.match(await call('mysql_query', { sql: 'SELECT * FROM orders', validate: true }), /^VALID/);
    assert.match(await call('mysql_index_advice', { sql: "SELECT * FROM customers WHERE name = 'a'" }), /No index is proposed/);
  });

  test('health: what it does not tell is named [P53]', async () => {
    assert.match(
      await call('mysql_diagnose'),
      /Nothing found: primary keys, [^]*Not checked, because the account lacks the privilege: [^]*replication, /,
    );
  });

  test('a statement that takes too long is stopped', async () => {
    const product = 'orders a, orders b, information_schema.columns c, information_schema.columns d, information_schema.columns e';
    const sql = `SELECT SUM(a.id * b.id % (1 + LENGTH(CONCAT(c.column_name, d.column_name, e.column_name)))) FROM ${product}`;
    assert.match(await call('mysql_query', { sql, timeoutSeconds: 0.5 }), /^statement\.timeout/);
    const running = (await execute(
      server,
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'agent' AND info LIKE '%SUM%'",
    )) as { n: number }[];
    assert.equal(running[0]?.n, 0);
  });

  test('a write is shown with its rows, committed exactly so, and can be undone', async () => {
    const sql = 'UPDATE orders SET total = total + 1 WHERE customer_id = 1';
    assert.match(
      await call('mysql_execute', { sql, preview: true }),
      /UPDATE: 2 rows of orders[^]*rolled back[^]*Verified before the commit: the keys[^]*11\.50/,
    );
    assert.match(await call('mysql_execute', { sql }), /^COMMITTED[^]*2 rows\nUndo: /);
    assert.deepEqual(await execute(server, 'SELECT total FROM old.orders WHERE id = 1'), [{ total: '11.50' }]);
    assert.match(await call('mysql_execute', { sql: 'DELETE FROM customers WHERE id = 1', preview: true }), /orders: 2 rows also deleted/);
  });
});
