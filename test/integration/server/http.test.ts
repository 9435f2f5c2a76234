import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import type { ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { until } from '../../harness/run.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const TOKEN = 'a-token-for-tests';
const SLOW = 'SELECT SUM(a.id * b.id % (c.id + 1)) FROM orders a, orders b, orders c';

suite('the server over HTTP', () => {
  let setup: StandaloneSetup;
  let server: TestServer;
  let folder: string;
  let env: Readonly<Record<string, string>>;
  const running: HttpServer[] = [];

  const start = async (
    extra: Record<string, string> = {},
    options?: { args?: readonly string[]; address?: string },
  ): Promise<HttpServer> => {
    const one = await HttpServer.start({ ...env, ...extra }, options);
    running.push(one);
    return one;
  };
  const statements = async (): Promise<number> => {
    const rows = await execute(
      server,
      `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${SAMPLE.reader.user}' AND info LIKE '%SUM(a.id%'`,
    );
    return (rows as { n: number }[])[0]?.n ?? -1;
  };

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    ({ server, folder, env } = setup);
    env = { ...env, MYSQL_HTTP_TOKEN: TOKEN };
  });
  teardown(async () => {
    for (const one of running.splice(0)) await one.stop();
  });
  suiteTeardown(async () => {
    await setup.dispose();
  });

  test('the official client lists the tools and gets rows; the session ends when it says so [P59]', async () => {
    const http = await start();
    const client = await http.client(TOKEN);
    assert.equal((await client.client.listTools()).tools.length, 12);
    assert.match((await client.call('mysql_query', { sql: 'SELECT COUNT(*) AS n FROM orders' })).text, /n\n1000/);
    const id = client.transport.sessionId ?? '';
    await client.close();
    const late = await fetch(http.url, {
      headers: { authorization: `Bearer ${TOKEN}`, 'mcp-session-id': id, accept: 'text/event-stream' },
    });
    assert.equal(late.status, 404);
    const lines = http.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string; logger: string });
    assert.deepEqual(
      lines.map(({ message }) => message),
      [`Listening on ${http.url.href}`, 'call finished'],
    );
  });

  test('several clients work side by side, each with its own calls', async () => {
    const http = await start();
    const clients = await Promise.all(['one', 'two', 'three'].map((name) => http.client(TOKEN, name)));
    const slow = clients[0]?.call('mysql_query', { sql: SLOW, timeoutSeconds: 20 });
    await until(async () => (await statements()) === 1, 'the slow statement to run');
    const [, second] = clients;
    assert.match((await second?.call('mysql_status'))?.text ?? '', /No other calls are running/);
    assert.match((await second?.call('mysql_status', { stop: 1 }))?.text ?? '', /^input\.invalid: No call 1 runs/);
    const answers = await Promise.all(clients.slice(1).map((one, i) => one.call('mysql_query', { sql: `SELECT ${String(i)} AS n` })));
    assert.deepEqual(
      answers.map(({ isError }) => isError),
      [false, false],
    );
    await clients[0]?.close();
    await slow?.catch(() => undefined);
    await until(async () => (await statements()) === 0, 'the statement of the ended session to stop');
    assert.match((await second?.call('mysql_query', { sql: 'SELECT 7 AS n' }))?.text ?? '', /n\n7/);
  });

  test('a canceled call is stopped on the database server', async () => {
    const http = await start();
    const client = await http.client(TOKEN);
    const stop = new AbortController();
    const slow = client.call('mysql_query', { sql: SLOW, timeoutSeconds: 20 }, stop.signal);
    await until(async () => (await statements()) === 1, 'the statement to run');
    stop.abort();
    await assert.rejects(slow);
    await until(async () => (await statements()) === 0, 'the statement to stop');
    assert.match((await client.call('mysql_query', { sql: 'SELECT 8 AS n' })).text, /n\n8/);
  });

  test('a write is approved by the user of the program that is named, over the same session', async () => {
    const { user, password } = SAMPLE.owner;
    const writer = { MYSQL_USER: user, MYSQL_PASSWORD: password, MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'trusted' };
    const http = await start(writer);
    const sql = "UPDATE orders SET note = 'http' WHERE id = 11";
    const asked: string[] = [];
    const decide = (question: { message: string; requestedSchema?: unknown }): Promise<ElicitResult> => {
      asked.push(question.message);
      const { properties } = question.requestedSchema as { properties: { decision: { oneOf: { const: string }[] } } };
      return Promise.resolve({ action: 'accept', content: { decision: properties.decision.oneOf[asked.length - 1]?.const ?? '' } });
    };
    const other = await http.client(TOKEN, 'other', decide);
    assert.match((await other.call('mysql_execute', { sql })).text, /^statement\.refused: This MCP client is not allowed to write/);
    const trusted = await http.client(TOKEN, 'trusted', decide);
    assert.match((await trusted.call('mysql_execute', { sql })).text, /^approval\.denied/);
    assert.match((await trusted.call('mysql_execute', { sql })).text, /^COMMITTED/);
    assert.equal(asked.length, 2);
    assert.deepEqual(await execute(server, 'SELECT note FROM shop.orders WHERE id = 11'), [{ note: 'http' }]);
    await other.close();
    await trusted.close();
  });

  test('SIGTERM ends it with 0, and nothing runs on', async () => {
    const http = await start();
    const client = await http.client(TOKEN);
    const slow = client.call('mysql_query', { sql: SLOW, timeoutSeconds: 20 }).catch(() => undefined);
    await until(async () => (await statements()) === 1, 'the statement to run');
    await http.stop();
    assert.equal(http.child.exitCode, 0);
    await slow;
    await until(async () => (await statements()) === 0, 'the statement to stop');
  });

  test('without a token one is made, kept for its user alone, and stays over a restart', async () => {
    const { MYSQL_HTTP_TOKEN: _, ...rest } = env;
    const own = path.join(folder, 'made');
    const file = path.join(own, 'http-token');
    const first = await HttpServer.start({ ...rest, MYSQL_DATA_DIR: own });
    running.push(first);
    assert.match(first.stderr, new RegExp(`"tokenFile":"${file}"`));
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const token = (await readFile(file, 'utf8')).trim();
    assert.match(token, /^[\w-]{43}$/);
    assert.ok(!first.stderr.includes(token));
    await (await first.client(token)).close();
    await first.stop();
    const second = await HttpServer.start({ ...rest, MYSQL_DATA_DIR: own });
    running.push(second);
    await (await second.client(token)).close();
  });

  test('/health and /ready say ok or not, and no more', async () => {
    const http = await start();
    const get = async (where: string): Promise<string> => {
      const response = await fetch(new URL(where, http.url));
      return `${String(response.status)} ${await response.text()}`;
    };
    assert.equal(await get('/health'), '200 ok\n');
    assert.equal(await get('/ready'), '200 ok\n');
    const broken = await start({ MYSQL_PORT: '1' });
    const response = await fetch(new URL('/ready', broken.url));
    assert.deepEqual([response.status, await response.text()], [503, 'not ok\n']);
    assert.equal((await fetch(new URL('/health', broken.url))).status, 200);
  });

  test('speaks TLS with a certificate of files', async function () {
    if (!server.owned) this.skip();
    const [row] = (await execute(server, 'SELECT @@datadir AS data')) as { data: string }[];
    // Those that the database server made for itself do here, too.
    const [certificate, key] = ['server-cert.pem', 'server-key.pem'].map((name) => path.join(row?.data ?? '', name)) as [string, string];
    const http = await start({ MYSQL_HTTP_CERTIFICATE: certificate, MYSQL_HTTP_KEY: key });
    assert.equal(http.url.protocol, 'https:');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ host: '127.0.0.1', port: http.url.port, path: '/health', rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    assert.equal(status, 200);
    await assert.rejects(
      HttpServer.start({ ...env, MYSQL_HTTP_CERTIFICATE: key, MYSQL_HTTP_KEY: key }),
      /file\.failed: The certificate for HTTP [^]*can't be used/,
    );
  });

  test('an address that is taken is told', async () => {
    const http = await start();
    await assert.rejects(
      HttpServer.start(env, { address: `127.0.0.1:${http.url.port}` }),
      /file\.failed: 127\.0\.0\.1:\d+ can't be used[^]*--http HOST:PORT/,
    );
  });
});
