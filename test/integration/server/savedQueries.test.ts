import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SERVER_BUNDLE, StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const ORDERS = {
  name: 'orders_by_status',
  title: 'Orders by status',
  description: 'Counts the orders of a status since a day.',
  sql: "SELECT COUNT(*) AS n, :status AS status FROM orders WHERE (status = :status OR ':status' = '') AND placed_at >= :since AND id <= :most",
  parameters: {
    status: { type: 'string', maxLength: 20 },
    since: { type: 'date', default: '2000-01-01', description: 'The first day.' },
    most: { type: 'integer', minimum: 1, maximum: 100_000, default: 100_000 },
  },
};

suite("users' own tools", () => {
  let server: TestServer;
  let folder: string;

  const configure = async (tools: readonly object[], more: object = {}): Promise<string> => {
    const file = path.join(folder, 'config.json');
    const url = `mysql://${SAMPLE.reader.user}@${server.host}:${String(server.port)}/${SAMPLE.database}`;
    await writeFile(file, JSON.stringify({ connections: [{ name: 'shop', url, password: '${env:P}' }], folder, tools, ...more }));
    return file;
  };
  const withClient = async (file: string, work: (client: StdioClient) => Promise<void>): Promise<void> => {
    const client = await StdioClient.launch({ args: ['--config', file], env: { P: SAMPLE.reader.password } });
    try {
      await work(client);
    } finally {
      await client.close();
    }
  };

  suiteSetup(async () => {
    server = await startServer();
    await loadSample(server);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-saved-'));
  });
  suiteTeardown(async () => {
    await server.dispose();
    await rm(folder, { recursive: true });
  });

  test('a saved query is a tool with typed parameters, and answers [P56]', async () => {
    const [row] = (await execute(server, 'SELECT status, COUNT(*) AS n FROM shop.orders GROUP BY status ORDER BY n DESC LIMIT 1')) as {
      status: string;
      n: number;
    }[];
    const { status, n } = row ?? { status: '', n: 0 };
    await withClient(await configure([ORDERS]), async (client) => {
      const tool = (await client.client.listTools()).tools.find(({ name }) => name === ORDERS.name);
      assert.deepEqual([tool?.title, tool?.description, tool?.annotations?.readOnlyHint], [ORDERS.title, ORDERS.description, true]);
      assert.deepEqual(tool?.inputSchema, {
        type: 'object',
        properties: {
          status: { type: 'string', maxLength: 20 },
          since: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$', default: '2000-01-01', description: 'The first day.' },
          most: { type: 'integer', minimum: 1, maximum: 100_000, default: 100_000 },
        },
        required: ['status'],
        additionalProperties: false,
      });
      assert.equal(withoutMarks((await client.call(ORDERS.name, { status })).text), `n,status\n${String(n)},${status}\n(1 row)`);
      assert.match((await client.call(ORDERS.name, { status, since: '2999-01-01' })).text, /\n0,/);
    });
  });

  test('values are values: nothing in them becomes SQL, and what does not fit is told [P57]', async () => {
    await withClient(await configure([ORDERS]), async (client) => {
      for (const status of ["' OR '1'='1", "x'; DROP TABLE o; --", '\\', 'ünï😀'])
        assert.match((await client.call(ORDERS.name, { status })).text, /\n0,/, status);
      for (const wrong of [
        {},
        { status: 1 },
        { status: 'x'.repeat(21) },
        { status: 'a', since: 'yesterday' },
        { status: 'a', most: 0 },
        { status: 'a', most: 1.5 },
        { status: 'a', sql: 'SELECT 1' },
      ])
        assert.match((await client.call(ORDERS.name, wrong)).text, /^input\.invalid/, JSON.stringify(wrong));
    });
  });

  test('each type, choices, and a parameter that may be left out', async () => {
    const sql = 'SELECT :i AS i, :n AS n, :b AS b, :d AS d, :t AS t, :c AS c, :o AS o';
    const parameters = {
      i: { type: 'integer' },
      n: { type: 'number' },
      b: { type: 'boolean' },
      d: { type: 'date' },
      t: { type: 'datetime' },
      c: { type: 'string', values: ['x', 'y'] },
      o: { type: 'string', optional: true },
    };
    await withClient(await configure([{ name: 'types', description: 'All types.', sql, parameters }]), async (client) => {
      const values = { i: -7, n: 1.25, b: true, d: '2026-01-31', t: '2026-01-31 23:59:59', c: 'y' };
      assert.equal(
        withoutMarks((await client.call('types', values)).text),
        'i,n,b,d,t,c,o\n-7,1.25,1,2026-01-31,2026-01-31 23:59:59,y,\n(1 row)',
      );
      assert.match((await client.call('types', { ...values, c: 'z' })).text, /^input\.invalid/);
      assert.match((await client.call('types', { ...values, o: 'there' })).text, /,there\n/);
    });
  });

  test('the rate counts its calls, too', async () => {
    await withClient(await configure([ORDERS], { protection: { rateLimit: { perMinute: 1, burst: 1 } } }), async (client) => {
      assert.equal((await client.call(ORDERS.name, { status: 'x' })).isError, false);
      assert.match((await client.call(ORDERS.name, { status: 'x' })).text, /^rate\.limited/);
    });
  });

  test('what is wrong with one ends the start, and says what', async () => {
    const cases: readonly [object, RegExp][] = [
      [{ ...ORDERS, sql: 'DELETE FROM orders WHERE status = :status AND placed_at > :since AND id <= :most' }, /DELETE is not allowed/],
      [{ ...ORDERS, sql: 'SELECT :status, :since, :most, :other' }, /no parameter for :other/],
      [{ ...ORDERS, sql: 'SELECT :status' }, /The parameter since isn't used/],
      [{ ...ORDERS, sql: 'SELECT :status; SELECT 1' }, /More than one statement/],
      [{ ...ORDERS, name: 'mysql_query' }, /Names with mysql_ are reserved/],
      [{ ...ORDERS, name: 'Orders' }, /Only lowercase letters/],
      [{ ...ORDERS, connection: 'other' }, /must name one of the connections/],
      [{ ...ORDERS, parameter: {} }, /tools\[0\]\.parameter is unknown\. Did you mean parameters\?/],
    ];
    for (const [tool, expected] of cases) {
      const { status, stderr } = spawnSync(process.execPath, [SERVER_BUNDLE, '--config', await configure([tool])], {
        encoding: 'utf8',
        input: '',
      });
      assert.equal(status, 2, stderr);
      assert.match(stderr, expected);
    }
    const twice = spawnSync(process.execPath, [SERVER_BUNDLE, '--config', await configure([ORDERS, ORDERS])], {
      encoding: 'utf8',
      input: '',
    });
    assert.match(twice.stderr, /Two tools have the name orders_by_status/);
  });
});
