import assert from 'node:assert/strict';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute } from '../../harness/servers/testServer.ts';

const TOKEN = 'a-token-of-this-test';
const COUNT = 'SELECT COUNT(*) AS n FROM customers';

suite('the cache of the server', () => {
  let setup: StandaloneSetup;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    for (const sql of [
      "CREATE TABLE shop.people (id INT PRIMARY KEY, name VARCHAR(20) COLLATE utf8mb4_bin); INSERT INTO shop.people VALUES (1, 'Bob'), (2, 'bob'), (3, 'bob')",
      'CREATE TABLE shop.people_log (id INT AUTO_INCREMENT PRIMARY KEY, person INT); CREATE TABLE shop.other (id INT PRIMARY KEY); INSERT INTO shop.other VALUES (1)',
      'CREATE SQL SECURITY INVOKER VIEW shop.names AS SELECT name FROM shop.people; CREATE SQL SECURITY INVOKER VIEW shop.clock AS SELECT name, NOW(6) AS at FROM shop.people',
      'CREATE TRIGGER shop.people_update AFTER UPDATE ON shop.people FOR EACH ROW INSERT INTO people_log (person) VALUES (NEW.id)',
      "CREATE USER 'cache_writer' IDENTIFIED BY 'cache-pw'; GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, TRIGGER, SHOW VIEW ON shop.* TO 'cache_writer'",
    ])
      await execute(setup.server, sql);
  });
  suiteTeardown(async () => {
    await execute(setup.server, "DROP USER IF EXISTS 'cache_writer'");
    await setup.dispose();
  });

  const withClient = async (extra: Record<string, string>, work: (client: StdioClient) => Promise<void>): Promise<void> => {
    const client = await StdioClient.launch({ args: [], env: { ...setup.env, ...extra } });
    try {
      await work(client);
    } finally {
      await client.close();
    }
  };
  const ask = async (client: StdioClient, sql: string, more: object = {}): Promise<string> =>
    withoutMarks((await client.call('mysql_query', { sql, ...more })).text);
  const comesFromCache = async (client: StdioClient, sql: string, more: object = {}): Promise<boolean> => {
    await ask(client, sql, more);
    return (await ask(client, sql, more)).includes('From the cache');
  };
  const WRITER = {
    ...{ MYSQL_USER: 'cache_writer', MYSQL_PASSWORD: 'cache-pw', MYSQL_CACHE_ENABLED: 'true', MYSQL_WRITES_FROM: 'test' },
    ...{ MYSQL_ALLOW_UPDATE: 'true', MYSQL_ALLOW_INSERT: 'true', MYSQL_ALLOW_DDL: 'true' },
  };

  test('is off unless it is asked for', async () => {
    await withClient({}, async (client) => {
      assert.equal(await comesFromCache(client, COUNT), false);
      const tool = (await client.client.listTools()).tools.find(({ name }) => name === 'mysql_query');
      assert.ok(!('refresh' in (tool?.inputSchema.properties ?? {})));
    });
  });

  test('an answer that comes from it says so, and how old it is; others are read, and refresh reads anew [P21]', async () => {
    await withClient({ MYSQL_CACHE_ENABLED: 'true' }, async (client) => {
      assert.match(await ask(client, 'SELECT COUNT(*) AS n FROM other'), /^n\n1\n\(1 row\)$/);
      await execute(setup.server, 'INSERT INTO shop.other VALUES (2)');
      assert.match(await ask(client, 'SELECT COUNT(*) AS n FROM other'), /^n\n1\n\(1 row\)\nFrom the cache, \d+\.\d s old\.$/);
      assert.match(await ask(client, 'SELECT COUNT(*) AS n FROM other', { refresh: true }), /^n\n2\n\(1 row\)$/);
      assert.match(await ask(client, 'SELECT COUNT(*) AS n FROM other'), /^n\n2\n[^]*From the cache/);
      await execute(setup.server, 'DELETE FROM shop.other WHERE id = 2');
    });
  });

  test("statements never share an answer: 'Bob' is not 'bob', 1 is not '1', and neither are databases or limits", async () => {
    await withClient({ MYSQL_CACHE_ENABLED: 'true' }, async (client) => {
      const count = 'SELECT COUNT(*) AS n FROM people WHERE name = ?';
      assert.match(await ask(client, count, { params: ['Bob'] }), /^n\n1\n\(1 row\)$/);
      assert.match(await ask(client, count, { params: ['bob'] }), /^n\n2\n\(1 row\)$/);
      assert.match(await ask(client, "SELECT COUNT(*) AS n FROM people WHERE name = 'Bob'"), /^n\n1/);
      assert.match(await ask(client, "SELECT COUNT(*) AS n FROM people WHERE name = 'bob'"), /^n\n2/);
      assert.match(await ask(client, 'SELECT ? AS n FROM other', { params: [1] }), /^n\n1\n/);
      assert.doesNotMatch(await ask(client, 'SELECT ? AS n FROM other', { params: ['1'] }), /cache/);
      assert.doesNotMatch(await ask(client, 'SELECT 1 AS n FROM people', { maxRows: 3 }), /cache/);
      assert.doesNotMatch(await ask(client, 'SELECT 1 AS n FROM people', { maxRows: 4 }), /cache/);
    });
  });

  test('nothing is kept that depends on more than the rows of tables [P22]', async () => {
    await withClient({ MYSQL_CACHE_ENABLED: 'true' }, async (client) => {
      for (const sql of ['SELECT name FROM people', 'SELECT * FROM names', 'SELECT name FROM people; SELECT id FROM other'])
        assert.equal(await comesFromCache(client, sql), true, sql);
      for (const sql of [
        'SELECT NOW(6), name FROM people',
        'SELECT name FROM people ORDER BY RAND()',
        'SELECT @@hostname, name FROM people',
        'SELECT * FROM clock',
        'SELECT name FROM people; SELECT NOW()',
        'SELECT table_name FROM information_schema.tables LIMIT 1',
        'SHOW TABLES',
        'EXPLAIN SELECT * FROM people',
        'SELECT SQL_NO_CACHE name FROM people',
      ])
        assert.equal(await comesFromCache(client, sql), false, sql);
      assert.equal(await comesFromCache(client, 'SELECT id FROM people ORDER BY id', { maxRows: 2 }), false, 'it was cut');
    });
  });

  test('a write of its own makes void what it touches: through views and triggers, and nothing more in targeted mode [P23]', async () => {
    for (const [mode, others] of [
      ['targeted', true],
      ['conservative', false],
      ['aggressive', false],
    ] as const)
      await withClient({ ...WRITER, MYSQL_CACHE_INVALIDATION_MODE: mode }, async (client) => {
        for (const sql of ['SELECT * FROM names', 'SELECT COUNT(*) AS n FROM people_log', 'SELECT id FROM other'])
          assert.equal(await comesFromCache(client, sql), true, sql);
        const written = await client.call('mysql_execute', { sql: "UPDATE people SET name = CONCAT(name, '!') WHERE id = 1" });
        assert.equal(written.isError, false, written.text);
        assert.match(await ask(client, 'SELECT * FROM names'), /!\n(?![^]*cache)/);
        assert.doesNotMatch(await ask(client, 'SELECT COUNT(*) AS n FROM people_log'), /cache/);
        assert.equal((await ask(client, 'SELECT id FROM other')).includes('From the cache'), others, mode);
        const made = await client.call('mysql_execute', { sql: `CREATE TABLE made_${mode} (id INT PRIMARY KEY)` });
        assert.equal(made.isError, false, made.text);
        assert.doesNotMatch(await ask(client, 'SELECT id FROM other'), /cache/, 'after a definition nothing is certain');
      });
  });

  test('a preview and a check read the rows themselves', async () => {
    await withClient(WRITER, async (client) => {
      await comesFromCache(client, 'SELECT id FROM other');
      const plan = await ask(client, 'SELECT id FROM other', { validate: true });
      assert.match(plan, /VALID/);
      const { text } = await client.call('mysql_execute', { sql: 'INSERT INTO other VALUES (77)' });
      assert.doesNotMatch(text, /cache/);
      assert.match(await ask(client, 'SELECT id FROM other'), /77/);
      await execute(setup.server, 'DELETE FROM shop.other WHERE id = 77');
    });
  });

  test('its size, its time and its order are those of the variables; its figures are in mysql_status [P24]', async () => {
    await withClient({ MYSQL_CACHE_ENABLED: 'true', MYSQL_CACHE_MAX_SIZE: '2', MYSQL_CACHE_EVICTION_POLICY: 'FIFO' }, async (client) => {
      for (const id of [1, 2]) await ask(client, `SELECT name FROM people WHERE id = ${String(id)}`);
      assert.match(await ask(client, 'SELECT name FROM people WHERE id = 1'), /cache/);
      await ask(client, 'SELECT name FROM people WHERE id = 3');
      assert.doesNotMatch(await ask(client, 'SELECT name FROM people WHERE id = 1'), /cache/);
      const { text } = await client.call('mysql_status');
      assert.match(text, /Cache: 1 hits, 4 misses, 2 evicted; 2 answers of \d+ characters\./);
    });
    await withClient({ MYSQL_CACHE_ENABLED: 'true', MYSQL_CACHE_TTL: '1' }, async (client) => {
      assert.equal(await comesFromCache(client, 'SELECT name FROM people'), false);
    });
  });

  test('its metrics [P44]', async () => {
    const http = await HttpServer.start({ ...setup.env, MYSQL_HTTP_TOKEN: TOKEN, MYSQL_CACHE_ENABLED: 'true' });
    try {
      const client = await http.client(TOKEN);
      for (let i = 0; i < 3; i++) await client.call('mysql_query', { sql: 'SELECT name FROM people' });
      for (let i = 0; i < 2; i++) {
        const text = await (await fetch(new URL('/metrics', http.url), { headers: { authorization: `Bearer ${TOKEN}` } })).text();
        for (const line of [
          'hits_total{connection="shop"} 2',
          'misses_total{connection="shop"} 1',
          'evictions_total{connection="shop"} 0',
          'entries{connection="shop"} 1',
        ])
          assert.ok(text.includes(`mysql_cache_${line}\n`), line);
      }
      await client.close();
    } finally {
      await http.stop();
    }
  });

  test('a statement that the guard refuses is refused, cache or not', async () => {
    await withClient({ MYSQL_CACHE_ENABLED: 'true' }, async (client) => {
      for (let i = 0; i < 2; i++) assert.match(await ask(client, 'DELETE FROM people'), /^statement\.refused/);
      assert.equal((await ask(client, `SELECT name FROM people -- ${SAMPLE.database}`)).includes('refused'), false);
    });
  });
});
