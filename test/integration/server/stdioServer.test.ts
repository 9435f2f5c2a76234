import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';

const ENDLESS = 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0';

suite('server over stdio', () => {
  let mysql: TestServer;
  let broker: TestBroker;
  let client: StdioClient;

  const running = async (): Promise<number> => {
    const sql =
      "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%orders` AS `b%' AND info NOT LIKE '%processlist%'";
    return Number(((await execute(mysql, sql)) as { n: number }[])[0]?.n);
  };
  /** In an object, because an async function would wait for the promise itself. */
  const startEndless = async (peer: StdioClient, signal?: AbortSignal): Promise<{ call: Promise<unknown> }> => {
    const call = peer.call('mysql_query', { sql: ENDLESS, timeoutSeconds: 60 }, signal).catch((error: unknown) => error);
    await until(async () => (await running()) === 1, 'the statement to run');
    return { call };
  };
  const gone = (): Promise<unknown> => until(async () => (await running()) === 0, 'the statement to be gone from the server', 15_000);

  suiteSetup(async () => {
    mysql = await startServer();
    await loadSample(mysql);
    broker = await TestBroker.start();
    broker.add(mysql);
    client = await StdioClient.start(broker.rendezvous);
  });
  suiteTeardown(async () => {
    await client.close();
    await broker.dispose();
    await mysql.dispose();
  });

  test('names itself the same everywhere', () => {
    const info = client.client.getServerVersion();
    assert.deepEqual([info?.name, info?.title], ['mysql-pilot', 'mysql-pilot']);
    assert.ok((client.client.getInstructions() ?? '').length < 600);
  });

  test('lists, where no connection allows writes, read-only tools with plain schemas, in few tokens', async () => {
    const { tools } = await client.client.listTools();
    const described = allTools(limitsOf()).filter(({ operation }) => operation !== 'write');
    // The built server has them from esbuild.js: they must be what the code says.
    assert.deepEqual(
      tools.map(({ inputSchema }) => inputSchema),
      described.map(({ inputSchema }) => JSON.parse(JSON.stringify(inputSchema)) as unknown),
    );
    assert.deepEqual(
      tools.map(({ name }) => name),
      [
        'mysql_connections',
        'mysql_search_schema',
        'mysql_describe',
        'mysql_relationships',
        'mysql_query',
        'mysql_show',
        'mysql_explain',
        'mysql_export',
        'mysql_diagnose',
        'mysql_workload',
        'mysql_index_advice',
        'mysql_status',
      ],
    );
    for (const { name, annotations, inputSchema } of tools) {
      assert.deepEqual([annotations?.readOnlyHint, annotations?.openWorldHint], [name !== 'mysql_export', false]);
      assert.equal(annotations?.destructiveHint, false);
      assert.equal(inputSchema['additionalProperties'], false);
    }
    assert.equal(Object.keys(tools.find(({ name }) => name === 'mysql_query')?.inputSchema.properties ?? {})[0], 'sql');
    const tokens = countTokens(JSON.stringify(tools));
    assert.ok(tokens <= 2400, `tools/list is ${String(tokens)} tokens`);
  });

  test('answers a question with real rows and reports the call to the window', async () => {
    const answer = await client.call('mysql_query', {
      sql: "SELECT status, COUNT(*) AS n FROM orders WHERE status <> 'new' GROUP BY status ORDER BY status",
    });
    assert.ok(!answer.isError);
    assert.match(answer.text, /^<(data-[0-9a-f]{8})>\nstatus,n\npaid,250\nshipped,250\ncancelled,250\n<\/\1>\n\(3 rows\)$/);
    const call = await until(() => broker.calls.at(-1), 'the call to be reported');
    assert.deepEqual([call.tool, call.connection, call.error], ['mysql_query', 'shop', undefined]);
  });

  test('says when a result is cut', async () => {
    const { text } = await client.call('mysql_query', { sql: 'SELECT id FROM orders ORDER BY id', maxRows: 2 });
    assert.match(withoutMarks(text), /^id\n1\n2\n\(2 rows, TRUNCATED by the row limit/);
    const cut = await client.call('mysql_query', { sql: "SELECT REPEAT('x', 6000) AS a" });
    assert.match(cut.text, /x… \(6000 characters\)\n<\/data-\w+>\n\(1 row; 1 long cell CUT: raise maxCellCharacters/);
    const wide = await client.call('mysql_query', { sql: "SELECT REPEAT('x', 60000) AS a FROM orders", maxCellCharacters: 100_000 });
    assert.match(wide.text, /\(1 row, TRUNCATED by the limit of 100000 characters/);
  });

  test('describes databases, tables, and what does not exist [P63]', async () => {
    assert.match(withoutMarks((await client.call('mysql_describe', {})).text), /^7 tables of shop:\n/);
    const { text } = await client.call('mysql_describe', { tables: ['shop.products', 'nowhere'] });
    assert.match(withoutMarks(text), /^shop\.products ~\d+ rows -- catalog\n/);
    assert.match(text, /\nprice_gross decimal\(12,4\) AS \(+`price` \* 1\.2\)+ STORED NULL -- price with 20 % VAT\n/i);
    assert.match(text, /\n\nnowhere: doesn't exist in shop/);
    assert.match((await client.call('mysql_describe', { database: 'nowhere' })).text, /^database\.unknown \(MySQL error 1049\)[\s\S]*shop/);
  });

  test('bad arguments are told and nothing runs', async () => {
    for (const args of [
      {},
      { sql: '' },
      { sql: 1 },
      { sql: 'SELECT 1', maxRows: 0 },
      { sql: 'SELECT 1', unknown: 1 },
      { sql: 'SELECT 1', timeoutSeconds: 1e9 },
    ]) {
      const answer = await client.call('mysql_query', args);
      assert.ok(answer.isError);
      assert.match(answer.text, /^input\.invalid: /);
    }
    await assert.rejects(client.call('mysql_nothing'), /There is no tool mysql_nothing/);
  });

  test('every refusal names code, cause and next step [P03]', async () => {
    for (const [sql, expected] of [
      ['DROP TABLE orders', /^statement\.refused: DROP is not allowed \(line 1, column 1\)\. Nothing was run\.\nNext step: /],
      ['SELECT 1;\nDELETE FROM orders', /^statement\.refused: DELETE is not allowed \(line 2, column 1\)/],
      ['SELECT * FROM nowhere', /^object\.unknown \(MySQL error 1146\): .*nowhere.*\nNext step: .*mysql_describe/],
    ] as const) {
      const answer = await client.call('mysql_query', { sql });
      assert.ok(answer.isError);
      assert.match(withoutMarks(answer.text), expected);
    }
  });

  test('an unknown connection is answered with the names', async () => {
    const answer = await client.call('mysql_query', { sql: 'SELECT 1', connection: 'nope' });
    assert.match(answer.text, /^connection\.unknown: There is no connection "nope"\.\nNext step: .*"shop"/);
  });

  test('bad connections fail by themselves, the good one goes on', async () => {
    const wrong = broker.add(mysql, { name: 'wrong password', password: 'nonsense-canary' });
    const dead = broker.add(mysql, { name: 'dead', port: 1 });
    const lost = broker.add(mysql, { name: 'lost secret' });
    broker.secrets.delete(lost.id);
    broker.server.profilesChanged();
    const checked = await until(async () => {
      const answer = await client.call('mysql_connections', { check: true });
      return answer.text.includes('lost secret') && answer.text;
    }, 'the new connections');
    assert.match(checked, /^shop: .*, MySQL \d/m);
    assert.match(checked, /^wrong password: .*NOT REACHABLE: login\.refused \(MySQL error 1045\)/m);
    assert.match(checked, /^dead: .*NOT REACHABLE: host\.unreachable/m);
    assert.match(checked, /^lost secret: .*NOT REACHABLE: secret\.missing[^]*Enter it in VS Code/m);
    assert.ok(!checked.includes('nonsense-canary'));
    assert.match((await client.call('mysql_query', { sql: 'SELECT 1 AS one', connection: 'SHOP' })).text, />\none\n1\n</);
    broker.profiles.splice(broker.profiles.indexOf(wrong), 1);
    broker.profiles.splice(broker.profiles.indexOf(dead), 1);
    broker.profiles.splice(broker.profiles.indexOf(lost), 1);
    broker.server.profilesChanged();
    await until(async () => !(await client.call('mysql_connections')).text.includes('dead'), 'the connections to be gone');
  });

  test('a canceled call is stopped on the server', async () => {
    const controller = new AbortController();
    const { call } = await startEndless(client, controller.signal);
    controller.abort();
    await gone();
    await call;
    assert.match((await client.call('mysql_query', { sql: 'SELECT 1 AS one' })).text, />\none\n1\n</);
  });

  test('a running call is shown, and stopped by another one [P42]', async () => {
    const { call } = await startEndless(client);
    // The session of the call that was canceled before may still be on its way back.
    const status = await until(async () => {
      const { text } = await client.call('mysql_status');
      return text.includes('Sessions: 1 busy') && text;
    }, 'the endless call to be the only one');
    const [, id = ''] = /^ {2}#(\d+) mysql_query on shop, \d+\.\d s: SELECT COUNT\(\*\) FROM orders a/m.exec(status) ?? [];
    assert.match(
      status,
      /^mysql-pilot \S+, up \d+\.\d min, \d+ MiB of memory\.\nRunning:\n[^]*\nConnection shop: healthy\. Sessions: 1 busy, \d idle, at most 4\.\n {2}\d+ statements \(/,
    );
    assert.match(status, /^mysql_query: \d+ calls, \d+ failed, median \d+ ms, 95 % within \d+ ms, longest \d+ ms\.$/m);
    assert.match((await client.call('mysql_status', { stop: Number(id) })).text, /^Stopped:\n<(data-[0-9a-f]{8})>\n#\d+ mysql_query/);
    await gone();
    assert.match(((await call) as { text: string }).text, /^statement\.canceled/);
    assert.match((await client.call('mysql_status', { stop: Number(id) })).text, /^input\.invalid: No call \d+ runs/);
  });

  test('a client that goes away leaves nothing running', async () => {
    const other = await StdioClient.start(broker.rendezvous);
    const { call } = await startEndless(other);
    await other.close();
    await gone();
    await call;
  });

  test('SIGTERM leaves nothing running', async () => {
    const other = await StdioClient.start(broker.rendezvous);
    const { call } = await startEndless(other);
    process.kill(other.pid, 'SIGTERM');
    await gone();
    await call;
    await other.close();
  });

  test('variables of the environment change nothing', async () => {
    const other = await StdioClient.start(broker.rendezvous, {
      MYSQL_HOST: '203.0.113.1',
      MYSQL_USER: 'evil',
      MYSQL_PASSWORD: 'evil',
      MYSQL_URL: 'mysql://evil:evil@203.0.113.1/evil',
      MYSQL_ALLOW_INSERT: 'true',
      MYSQL_ALLOW_DELETE: 'true',
      MYSQL_ALLOW_DDL: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://203.0.113.1',
    });
    try {
      assert.equal((await other.call('mysql_connections')).text, 'shop: default database shop, read-only');
      assert.match((await other.call('mysql_query', { sql: 'DELETE FROM orders' })).text, /^statement\.refused/);
      assert.deepEqual((await other.client.listTools()).tools.length, 12);
      assert.match((await other.call('mysql_query', { sql: 'SELECT CURRENT_USER() AS u' })).text, />\nu\napp@%/);
    } finally {
      await other.close();
    }
  });

  test('neither argv nor environment of the process hold the password', async () => {
    await client.call('mysql_query', { sql: 'SELECT 1' });
    if (process.platform !== 'linux') return;
    for (const file of ['cmdline', 'environ']) {
      assert.ok(!readFileSync(`/proc/${String(client.pid)}/${file}`, 'utf8').includes(SAMPLE.owner.password));
    }
  });

  test('stderr is silent while all is well', () => {
    assert.equal(client.stderr, '');
  });
});
