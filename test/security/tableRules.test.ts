import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient } from '../harness/mcp/stdioClient.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';

/** Stands in every row that is out of reach, and in no answer. */
const SECRET = 'kept-from-agents';

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`rows out of reach by rules on ${flavor}`, () => {
    let server: TestServer;
    let folder: string;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      for (const sql of [
        `CREATE DATABASE hr; CREATE TABLE hr.salaries (id INT PRIMARY KEY, amount VARCHAR(40), FULLTEXT KEY (amount)); INSERT INTO hr.salaries VALUES (1, '${SECRET}')`,
        `CREATE TABLE shop.pins (id INT PRIMARY KEY, pin VARCHAR(40)); INSERT INTO shop.pins VALUES (1, '${SECRET}')`,
        'CREATE SQL SECURITY INVOKER VIEW shop.all_salaries AS SELECT * FROM hr.salaries',
        'CREATE SQL SECURITY INVOKER VIEW shop.second AS SELECT amount AS a FROM shop.all_salaries',
        'CREATE SQL SECURITY INVOKER VIEW shop.fine AS SELECT id FROM shop.orders',
        'SET GLOBAL log_bin_trust_function_creators = 1',
        'CREATE FUNCTION shop.leak() RETURNS VARCHAR(40) READS SQL DATA RETURN (SELECT MAX(amount) FROM hr.salaries)',
        'CREATE PROCEDURE shop.copy() INSERT INTO shop.pins SELECT id + 100, amount FROM hr.salaries',
      ])
        await execute(server, sql);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-rules-'));
      const root = `mysql://${server.root.user}@${server.host}:${String(server.port)}/shop`;
      const writes = { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow', call: 'allow' };
      const connection = {
        ...{ name: 'shop', url: root, password: '${env:P}', writes, allowedFunctions: [{ database: 'shop', name: 'leak' }] },
        tables: { allow: ['shop.*'], deny: ['*.PINS'] },
      };
      const file = path.join(folder, 'config.json');
      await writeFile(file, JSON.stringify({ connections: [connection], folder, exports: 'allow', writesFrom: ['test'] }));
      client = await StdioClient.launch({ args: ['--config', file], env: { P: server.root.password } });
    });
    suiteTeardown(async () => {
      await client.close();
      await execute(server, 'DROP DATABASE IF EXISTS hr');
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    const refuses = async (
      tool: string,
      args: Record<string, unknown>,
      code = /^statement\.refused|^statement\.failed: Syntax error.* Nothing was run\./,
    ): Promise<void> => {
      const { text } = await client.call(tool, args);
      assert.match(text, code, JSON.stringify(args));
      assert.ok(!text.includes(SECRET), text);
    };

    test('reads: by name, through views, functions, subqueries, plans, and the databases of the server [P31]', async () => {
      for (const sql of [
        'SELECT * FROM hr.salaries',
        'SELECT * FROM pins',
        'SELECT * FROM `pins`',
        'SELECT * FROM all_salaries',
        'SELECT a FROM second',
        'SELECT leak()',
        'SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM hr.salaries)',
        'WITH x AS (TABLE pins) SELECT * FROM x',
        'SELECT 1 UNION SELECT amount FROM hr.salaries',
        'SELECT /*! (SELECT pin FROM pins) */ 1',
        'EXPLAIN SELECT * FROM pins',
        'EXPLAIN FORMAT=JSON SELECT * FROM hr.salaries WHERE id = 1',
        'CHECKSUM TABLE pins',
        'SELECT * FROM information_schema.processlist',
        'SELECT * FROM information_schema.innodb_trx',
        'SELECT * FROM performance_schema.events_statements_history',
        'SELECT * FROM mysql.user',
        'SELECT * FROM sys.processlist',
        'SELECT sys.ps_thread_trx_info(1)',
        'SHOW PROCESSLIST',
        'SHOW ENGINE INNODB STATUS',
        'SHOW BINLOG EVENTS',
        'SHOW TABLES WHERE (SELECT COUNT(*) FROM hr.salaries) > 0',
        'EXPLAIN FOR CONNECTION 1',
        'SELECT 1; SELECT * FROM pins',
      ]) {
        await refuses('mysql_query', { sql });
        await refuses('mysql_export', { sql, file: 'leak' }, /^(?:statement\.refused|input\.invalid|statement\.failed: Syntax error)/);
      }
      await refuses('mysql_query', { sql: 'SELECT * FROM salaries', database: 'hr' });
      await refuses('mysql_query', { sql: 'SELECT * FROM processlist', database: 'information_schema' });
      await refuses('mysql_query', { sql: 'SELECT * FROM pins WHERE id = ?', params: [1] });
      await refuses('mysql_query', { sql: 'SELECT * FROM pins', validate: true });
      await refuses('mysql_explain', { sql: 'SELECT * FROM pins', analyze: true });
      await refuses('mysql_index_advice', { sql: 'SELECT * FROM pins WHERE pin = 1' });
      await refuses('mysql_describe', { tables: ['pins'], sampleRows: 5 }, /refused|out of reach/);
      await refuses('mysql_describe', { tables: ['hr.salaries'], profile: ['amount'] }, /refused|out of reach/);
      assert.deepEqual(
        (await readdir(path.join(folder, 'exports'))).filter((name) => name.startsWith('leak')),
        [],
      );
    });

    test('writes: into them, from them, and what could reach them unnamed [P32]', async () => {
      for (const sql of [
        'INSERT INTO pins VALUES (2, 3)',
        'UPDATE hr.salaries SET amount = 1',
        'DELETE FROM pins',
        'INSERT INTO orders (id, customer_id, status, total, placed_at, note) SELECT 5000, 1, 1, 1, NOW(), amount FROM hr.salaries',
        'UPDATE orders SET note = (SELECT MAX(pin) FROM pins) WHERE id = 1',
        'CREATE TABLE copied AS SELECT * FROM hr.salaries',
        'CREATE TABLE copied AS SELECT * FROM second',
        'CREATE TABLE copied AS SELECT leak() AS x',
        'CREATE VIEW again AS SELECT leak() AS x',
        'CREATE VIEW again AS SELECT * FROM hr.salaries',
        'RENAME TABLE hr.salaries TO shop.open',
        'ALTER TABLE pins RENAME TO open',
        'TRUNCATE TABLE pins',
        'DROP TABLE hr.salaries',
        'DROP DATABASE hr',
        'CALL copy()',
        'CREATE PROCEDURE p() SELECT 1',
        'CREATE TRIGGER t AFTER UPDATE ON orders FOR EACH ROW SET @x = 1',
        'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1',
      ])
        await refuses('mysql_execute', { sql });
      const [row] = (await execute(server, 'SELECT (SELECT COUNT(*) FROM hr.salaries) + (SELECT COUNT(*) FROM shop.pins) AS n')) as {
        n: number;
      }[];
      assert.equal(row?.n, 2);
    });

    test('everything else goes on, and structure is visible', async () => {
      const works = async (tool: string, args: Record<string, unknown>, answer: RegExp): Promise<void> => {
        const { text, isError } = await client.call(tool, args);
        assert.equal(isError, false, text);
        assert.match(text, answer);
        assert.ok(!text.includes(SECRET));
      };
      await works('mysql_query', { sql: 'SELECT COUNT(*) AS n FROM orders; SELECT COUNT(*) AS n FROM fine' }, /1000/);
      await works('mysql_query', { sql: "SELECT COUNT(*) AS n FROM information_schema.tables WHERE table_schema = 'shop'" }, /n/);
      await works('mysql_query', { sql: "SHOW TABLES LIKE 'pins'" }, /pins/);
      await works('mysql_query', { sql: 'SHOW CREATE TABLE orders' }, /CREATE TABLE/);
      await works('mysql_describe', { tables: ['pins', 'hr.salaries'] }, /amount/);
      await works('mysql_search_schema', { query: 'pin' }, /pins/);
      await works('mysql_connections', {}, /tables: only shop\.\*; not \*\.PINS/);
      await works(
        'mysql_diagnose',
        {},
        /^Not checked on a connection with table rules: long transactions, lock waits, replication, accounts\.$/m,
      );
      await works('mysql_execute', { sql: "UPDATE orders SET note = 'ruled' WHERE id = 1" }, /./);
      await works('mysql_execute', { sql: 'CREATE TABLE allowed_one (id INT PRIMARY KEY)' }, /./);
    });
  });
