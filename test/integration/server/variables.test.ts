import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute } from '../../harness/servers/testServer.ts';

const TOKEN = 'a token of this test, long enough'.replaceAll(' ', '-');
const TAUTOLOGY = 'SELECT COUNT(*) AS n FROM orders WHERE id = 1 OR 1 = 1';

/** Variables whose effect no other test sees at the built server. */
suite('what variables do', function () {
  this.timeout(120_000);
  let setup: StandaloneSetup;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
  });
  suiteTeardown(() => setup.dispose());

  const withClient = async (env: Record<string, string>, use: (client: StdioClient) => Promise<void>): Promise<StdioClient> => {
    const client = await StdioClient.launch({ args: [], env: { ...setup.env, ...env }, name: 'trusted' });
    try {
      await use(client);
    } finally {
      await client.close();
    }
    return client;
  };
  const query = async (client: StdioClient, sql: string): Promise<string> => (await client.call('mysql_query', { sql })).text;

  test('the pool, pages and what is kept behind them, rules on tables, log files without signs of injected SQL', async () => {
    const env = {
      ...{ MYSQL_POOL_SIZE: '1', MYSQL_PAGINATION_DEFAULT_SIZE: '2', MYSQL_STREAMING_CHUNK_SIZE: '3' },
      ...{ MYSQL_TABLES_ALLOW: 'shop.orders, shop.products', MYSQL_TABLES_DENY: 'shop.prod*' },
      ...{ MYSQL_ENABLE_FILE_LOGGING: 'true', MYSQL_LOG_SECURITY_EVENTS: 'false' },
    };
    const { stderr } = await withClient(env, async (client) => {
      assert.match(await query(client, 'SELECT id FROM orders ORDER BY id'), /id\n1\n2\n[^]*at least 3 more/);
      assert.match(await query(client, 'SELECT id FROM products'), /shop\.products is denied/);
      assert.match(await query(client, 'SELECT id FROM customers'), /^statement\.refused/);
      assert.match(await query(client, TAUTOLOGY), /n\n1000/);
      assert.match((await client.call('mysql_status')).text, /at most 1\b/);
    });
    assert.doesNotMatch(stderr, /tautology/);
    assert.match(stderr, /call rejected/);
    const logs = path.join(setup.env['MYSQL_DATA_DIR'] ?? '', 'logs');
    assert.deepEqual((await readdir(logs)).sort(), ['mysql-pilot-errors.log', 'mysql-pilot.log']);
    assert.match(await readFile(path.join(logs, 'mysql-pilot.log'), 'utf8'), /call rejected/);
    const { stderr: told } = await withClient({}, async (client) => {
      await query(client, TAUTOLOGY);
    });
    assert.match(told, /tautology/);
  });

  test('what agents see', async () => {
    await withClient({ MYSQL_AGENTS: 'schema' }, async (client) => {
      assert.match(await query(client, 'SELECT id FROM orders'), /^statement\.refused: [^]*only the structure/);
      assert.match((await client.call('mysql_describe', { tables: ['orders'] })).text, /customer_id/);
    });
    await withClient({ MYSQL_AGENTS: 'none' }, async (client) => {
      assert.match(await query(client, 'SELECT 1 AS n'), /^connection\.unknown: No connections are saved/);
    });
  });

  test('columns that agents see only in part', async () => {
    const rules = 'shop.customers.email=mask, *.customers.full_name=pseudonym';
    const ask = async (env: Record<string, string>): Promise<string> => {
      let text = '';
      await withClient({ MYSQL_COLUMNS: rules, ...env }, async (client) => {
        text = await query(client, 'SELECT id, full_name, email FROM customers WHERE id = 1');
        assert.match(text, /1,p_[\w-]{12},•••/);
        assert.match(await query(client, "SELECT id FROM customers WHERE email LIKE 'a%'"), /^statement\.refused/);
      });
      return /p_[\w-]{12}/.exec(text)?.[0] ?? '';
    };
    const keyFile = path.join(setup.env['MYSQL_DATA_DIR'] ?? '', 'key');
    await writeFile(keyFile, `${'k'.repeat(32)}\n`);
    const same = await ask({ MYSQL_COLUMNS_KEY: 'k'.repeat(32) });
    assert.equal(await ask({ MYSQL_COLUMNS_KEY_FILE: keyFile }), same);
    assert.notEqual(await ask({}), await ask({}));
    await withClient({ MYSQL_COLUMNS: rules, MYSQL_COLUMNS_KEY: 'short' }, async (client) => {
      assert.match(await query(client, 'SELECT full_name FROM customers'), /^secret\.missing: The key for pseudonyms [^]*is too short/);
    });
  });

  test('the algorithm of the rate, and the sweep of the cache', async () => {
    await withClient({ MYSQL_RATE_LIMIT_RPM: '2', MYSQL_RATE_LIMIT_ALGORITHM: 'SLIDING_WINDOW' }, async (client) => {
      for (const _ of [1, 2]) assert.match(await query(client, 'SELECT 1 AS n'), /n\n1/);
      assert.match(await query(client, 'SELECT 1 AS n'), /^rate\.limited: The limit of 2 calls per minute/);
    });
    const cache = { MYSQL_CACHE_ENABLED: 'true', MYSQL_CACHE_TTL: '100', MYSQL_CACHE_CLEANUP_INTERVAL: '1' };
    await withClient(cache, async (client) => {
      await query(client, 'SELECT id FROM orders LIMIT 1');
      await until(async () => (await client.call('mysql_status')).text.includes(' 0 answers of ') || undefined, 'old answers to go');
    });
  });

  test('whether statements name their call', async () => {
    const sent = async (env: Record<string, string>): Promise<string> => {
      await execute(setup.server, "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON; TRUNCATE mysql.general_log");
      await withClient(env, (client) => query(client, 'SELECT id FROM orders WHERE id = 1').then(() => undefined));
      await execute(setup.server, 'SET GLOBAL general_log = OFF');
      const rows = (await execute(setup.server, 'SELECT CONVERT(argument USING utf8mb4) AS text FROM mysql.general_log')) as {
        text: string;
      }[];
      await execute(setup.server, "TRUNCATE mysql.general_log; SET GLOBAL log_output = 'FILE'");
      return rows.map(({ text }) => text).join('\n');
    };
    assert.match(await sent({}), /\/\* mysql-pilot tool=mysql_query call=1 \*\/ SELECT/);
    assert.doesNotMatch(await sent({ MYSQL_STATEMENT_TAGS: 'false' }), /mysql-pilot tool/);
  });

  test('kinds of writes', async () => {
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
    await execute(setup.server, 'CREATE PROCEDURE shop.variable_called() UPDATE shop.orders SET note = "called" WHERE id = 11');
    const write = async (env: Record<string, string>, sql: string): Promise<string> => {
      let text = '';
      await withClient({ MYSQL_USER, MYSQL_PASSWORD, MYSQL_WRITES_FROM: 'trusted', ...env }, async (client) => {
        ({ text } = await client.call('mysql_execute', { sql }));
      });
      return text;
    };
    const [call, administration] = ['CALL variable_called()', 'ANALYZE TABLE orders'];
    assert.match(await write({ MYSQL_ALLOW_ADMINISTRATION: 'true' }, call), /doesn't allow these writes by agents: call/);
    assert.match(await write({ MYSQL_ALLOW_CALL: 'true' }, administration), /^statement\.refused/);
    assert.doesNotMatch(await write({ MYSQL_ALLOW_CALL: 'true' }, call), /doesn't allow these writes by agents/);
    assert.doesNotMatch(await write({ MYSQL_ALLOW_ADMINISTRATION: 'true' }, administration), /doesn't allow these writes by agents/);
  });

  test('where changes of schema are tried', async () => {
    await execute(setup.server, 'CREATE DATABASE spare');
    await execute(setup.server, `GRANT ALL ON spare.* TO ${SAMPLE.reader.user}`);
    const sql = 'ALTER TABLE orders ADD COLUMN x INT';
    await withClient({ MYSQL_SCRATCH_DATABASE: 'spare' }, async (client) => {
      assert.match((await client.call('mysql_explain', { sql })).text, /tried on an empty copy in spare/);
    });
    await withClient({}, async (client) => {
      assert.match((await client.call('mysql_explain', { sql })).text, /according to the manual; nothing was run/);
    });
    await execute(setup.server, 'DROP DATABASE spare');
  });

  test('the public key of a server lets a password reach it without TLS', async function () {
    if (!setup.server.owned) this.skip();
    const [row] = (await execute(setup.server, 'SELECT @@datadir AS data')) as { data: string }[];
    await execute(setup.server, "CREATE USER keyed IDENTIFIED WITH caching_sha2_password BY 'k'; GRANT SELECT ON shop.* TO keyed");
    const keyed = { MYSQL_USER: 'keyed', MYSQL_PASSWORD: 'k', MYSQL_SSL_MODE: 'disabled' };
    await withClient(keyed, async (client) => {
      assert.match(await query(client, 'SELECT 1 AS n'), /^(?:login\.refused|tls\.failed)/);
    });
    const key = path.join(row?.data ?? '', 'public_key.pem');
    await withClient({ ...keyed, MYSQL_SERVER_PUBLIC_KEY_PATH: key }, async (client) => {
      assert.match(await query(client, 'SELECT 1 AS n'), /n\n1/);
    });
  });

  test('names and web pages that may call over HTTP', async () => {
    const allowed = { MYSQL_HTTP_ALLOWED_HOSTS: 'db.example', MYSQL_HTTP_ALLOWED_ORIGINS: 'https://app.example' };
    const server = await HttpServer.start({ ...setup.env, MYSQL_HTTP_TOKEN: TOKEN, ...allowed });
    const status = (headers: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = request(new URL('/metrics', server.url), { headers: { authorization: `Bearer ${TOKEN}`, ...headers } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        sent.on('error', reject);
        sent.end();
      });
    try {
      assert.equal(await status({ host: 'db.example' }), 200);
      assert.equal(await status({ host: 'evil.example' }), 403);
      assert.equal(await status({ origin: 'https://app.example' }), 200);
      assert.equal(await status({ origin: 'https://evil.example' }), 403);
      assert.equal(await status({ authorization: 'Bearer another-token-of-somebody' }), 401);
    } finally {
      await server.stop();
    }
  });
});
