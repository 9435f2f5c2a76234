import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpServer } from '../harness/mcp/httpServer.ts';
import { until } from '../harness/run.ts';
import { loadSample, SAMPLE } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import type { TestServer } from '../harness/servers/testServer.ts';

const [TOKEN, OTHER] = ['the-first-token-of-two', 'the-other-token-of-two'];
const MAX_SESSIONS = 6;
const NO_TOKEN =
  'Send "Authorization: Bearer TOKEN". Use the token in MYSQL_HTTP_TOKEN or http.tokens. If neither is set, the log shows the path of the token file at startup.\n';
/** What is kept by mistake ends a server with so little. */
const HEAP_MIB = 64;
const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'attack', version: '1' } },
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

suite('the HTTP door under attack', () => {
  let server: TestServer;
  let folder: string;
  let http: HttpServer;
  let answers: Answer[] = [];

  suiteSetup(async () => {
    server = await startServer();
    await loadSample(server);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-door-'));
    const file = path.join(folder, 'config.json');
    const url = `mysql://${SAMPLE.reader.user}@${server.host}:${String(server.port)}/shop`;
    await writeFile(
      file,
      JSON.stringify({
        connections: [{ name: 'shop', url, password: '${env:DB}' }],
        folder,
        http: {
          tokens: ['${env:T1}', '${env:T2}'],
          maxSessions: MAX_SESSIONS,
          allowedOrigins: ['https://good.example'],
          allowedHosts: ['door.example'],
        },
      }),
    );
    http = await HttpServer.start(
      { DB: SAMPLE.reader.password, T1: TOKEN, T2: OTHER, NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MIB)}` },
      { args: ['--config', file] },
    );
  });
  suiteTeardown(async () => {
    await http.stop();
    await server.dispose();
    await rm(folder, { recursive: true });
  });
  setup(() => (answers = []));
  teardown(async () => {
    for (const { body } of answers)
      assert.doesNotMatch(body, /\bat \/|node_modules|server\.js|MySQL \d|shop|app_ro/, 'an answer tells nothing');
    const client = await http.client(TOKEN);
    assert.match((await client.call('mysql_query', { sql: 'SELECT 1 AS n' })).text, /n\n1/, 'those who may are served');
    await client.close();
    assert.equal(http.child.exitCode, null);
  });

  const ask = async (options: RequestOptions & { body?: string | Buffer; token?: string } = {}): Promise<Answer> => {
    const { body = INITIALIZE, token = TOKEN, headers, ...rest } = options;
    const all = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...(headers as Record<string, string>),
    };
    const answer = await new Promise<Answer>((resolve, reject) => {
      const sent = request(
        { host: http.url.hostname, port: http.url.port, path: '/mcp', method: 'POST', headers: all, agent: false, ...rest },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
          });
          response.on('error', reject);
        },
      );
      sent.on('error', reject);
      sent.end(rest.method === 'GET' || rest.method === 'DELETE' ? undefined : body);
    });
    answers.push(answer);
    return answer;
  };
  /** The server may hang up before it has taken all, be it head or body; what it then says does not always arrive. */
  const refusal = (options: Parameters<typeof ask>[0]): Promise<number | string> =>
    ask(options).then(
      ({ status }) => status,
      (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
    );
  const begin = async (token = TOKEN): Promise<string> => String((await ask({ token })).headers['mcp-session-id']);
  const leave = (id: string, token = TOKEN): Promise<Answer> => ask({ method: 'DELETE', token, headers: { 'mcp-session-id': id } });
  const residentMiB = async (): Promise<number> => {
    const status = await readFile(`/proc/${String(http.child.pid)}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  };

  test('only a whole token opens it; every wrong one gets the same answer [P60]', async () => {
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${TOKEN.slice(0, -1)}`,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.toUpperCase()}`,
      `Basic ${TOKEN}`,
      TOKEN,
      `Bearer ${TOKEN} ${TOKEN}`,
      'Bearer undefined',
      `Bearer ${'x'.repeat(8000)}`,
    ];
    for (const authorization of wrong) {
      const { status, body, headers } = await ask({ headers: { authorization } });
      assert.deepEqual(
        [status, body, headers['www-authenticate'], headers['mcp-session-id']],
        [401, NO_TOKEN, 'Bearer', undefined],
        authorization,
      );
    }
    assert.equal((await ask({ path: `/mcp?token=${TOKEN}`, headers: { authorization: '' } })).status, 401);
    for (const where of ['/', '/metrics', '/admin', '/mcp/', '//mcp', '/../etc/passwd', '/%2e%2e/x'])
      assert.equal((await ask({ path: where, headers: { authorization: '' } })).status, 401, where);
    assert.equal((await ask({ path: '/admin' })).status, 404);
  });

  test('a name that is not ours, as after DNS rebinding, is refused before the token is looked at', async () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
      '0.0.0.0',
      'localhost@evil.example',
      '[::1',
      'localhost:x',
    ])
      assert.equal((await ask({ headers: { host } })).status, 403, host);
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:3999', 'door.example']) {
      const { status, headers } = await ask({ headers: { host } });
      assert.equal(status, 200, host);
      await leave(String(headers['mcp-session-id']));
    }
  });

  test('a web page of somebody else is refused, one that is allowed may read the answer', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost.evil.example',
      'http://localhost@evil.example',
      'http://127.0.0.1:3999.evil.example',
      'https://good.example.evil.example',
      'http://good.example',
      'https://good.example:444',
    ])
      assert.equal((await ask({ headers: { origin } })).status, 403, origin);
    for (const origin of ['http://localhost', 'http://127.0.0.1:6274', 'https://[::1]:3000']) {
      const { status, headers } = await ask({ headers: { origin } });
      assert.equal(status, 200, origin);
      await leave(String(headers['mcp-session-id']));
    }
    const foreign = await ask({ method: 'OPTIONS', headers: { origin: 'https://evil.example', authorization: '' } });
    assert.deepEqual([foreign.status, foreign.headers['access-control-allow-origin']], [403, undefined]);
    const known = await ask({ method: 'OPTIONS', headers: { origin: 'https://good.example', authorization: '' } });
    assert.deepEqual([known.status, known.headers['access-control-allow-origin']], [204, 'https://good.example']);
    const { status, headers } = await ask({ headers: { origin: 'https://good.example' } });
    assert.equal(status, 200);
    await leave(String(headers['mcp-session-id']));
  });

  test('a session is that of its token, and over when it is over', async () => {
    const id = await begin();
    const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    assert.equal((await ask({ body: list, headers: { 'mcp-session-id': id } })).status, 200);
    assert.equal((await ask({ body: list, token: OTHER, headers: { 'mcp-session-id': id } })).status, 404, 'another token');
    assert.equal((await leave(id, OTHER)).status, 404);
    assert.equal((await ask({ body: list, headers: { 'mcp-session-id': id.toUpperCase() } })).status, 404);
    assert.equal((await leave(id)).status, 200);
    assert.equal((await ask({ body: list, headers: { 'mcp-session-id': id } })).status, 404, 'replayed');
    assert.equal((await ask({ method: 'GET', headers: { 'mcp-session-id': id, accept: 'text/event-stream' } })).status, 404);
    assert.ok((await ask({ body: list })).status === 400, 'no session, and no beginning of one');
  });

  test('a flood of sessions is cut off, and those that are there go on', async () => {
    const ids = await Promise.all(Array.from({ length: MAX_SESSIONS - 1 }, () => begin()));
    const flood = await Promise.all(Array.from({ length: 100 }, () => ask()));
    assert.ok(flood.every(({ status, headers }) => status === 503 && headers['retry-after'] === '60'));
    const list = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
    for (const id of ids) assert.equal((await ask({ body: list, headers: { 'mcp-session-id': id } })).status, 200);
    const other = await begin(OTHER);
    assert.match(other, /^[\da-f-]{36}$/, 'the other token has its share');
    await leave(other, OTHER);
    for (const id of ids) await leave(id);
  });

  test('requests that are too large, or no requests, are refused without being kept', async function () {
    this.timeout(300_000);
    const malformed = [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{"jsonrpc":"2.0"}',
      '\0\0\0',
      '['.repeat(100_000),
      `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
      `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`,
      `{${Array.from({ length: 300_000 }, (_, i) => `"${String(i)}":1`).join()}}`,
      `[${Array.from({ length: 101 }, () => INITIALIZE).join()}]`,
    ];
    for (const body of malformed) assert.equal((await ask({ body })).status, 400, body.slice(0, 30));
    assert.equal((await ask({ headers: { 'content-type': 'text/plain' } })).status, 415);
    assert.equal((await ask({ headers: { accept: 'text/html' } })).status, 406);
    assert.equal((await ask({ method: 'PUT' })).status, 405);
    assert.ok([431, 'EPIPE', 'ECONNRESET'].includes(await refusal({ headers: { 'x-long': 'x'.repeat(40_000) } })));
    const large = Buffer.alloc(5 * 1024 * 1024, 'x');
    const abuse = async (): Promise<void> => {
      for (const headers of Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? {} : { 'transfer-encoding': 'chunked' }))) {
        const answer = await refusal({ body: large, headers });
        assert.ok([413, 'EPIPE', 'ECONNRESET'].includes(answer), String(answer));
      }
      for (let i = 0; i < 1000; i++) await ask({ body: '{', headers: i % 2 === 0 ? {} : { authorization: 'Bearer x' } });
    };
    await abuse(); // until then the heap grows to the size that it works with
    const before = await residentMiB();
    for (let round = 0; round < 3; round++) await abuse();
    const after = await residentMiB();
    assert.ok(after - before < 40, `memory went from ${before.toFixed(0)} to ${after.toFixed(0)} MiB`);
  });

  test('sockets that show no token keep nobody out, however many they are', async function () {
    this.timeout(30_000);
    const sockets = Array.from({ length: 700 }, () => {
      const socket = connect(Number(http.url.port), http.url.hostname);
      socket.on('error', () => undefined);
      socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n');
      return socket;
    });
    try {
      await until(async () => ((await refusal({})) === 200 ? true : undefined), 'a client to be served beside them');
      const id = await begin();
      assert.equal((await leave(id)).status, 200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    for (const { headers } of answers) if (typeof headers['mcp-session-id'] === 'string') await leave(headers['mcp-session-id']);
  });

  test('clients that send slowly are cut off, and hold up nobody', async function () {
    this.timeout(40_000);
    const closed: Promise<void>[] = [];
    const sockets = Array.from({ length: 30 }, () => {
      const socket = connect(Number(http.url.port), http.url.hostname);
      closed.push(
        new Promise((resolve) =>
          socket.once('close', () => {
            resolve();
          }),
        ),
      );
      socket.on('error', () => undefined);
      socket.resume();
      socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\n');
      return socket;
    });
    const drip = setInterval(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write('X-A: b\r\n');
    }, 500);
    try {
      const client = await http.client(TOKEN);
      assert.match((await client.call('mysql_query', { sql: 'SELECT 2 AS n' })).text, /n\n2/);
      await client.close();
      await Promise.race([Promise.all(closed), sleep(25_000).then(() => Promise.reject(new Error('slow clients are still there')))]);
    } finally {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    }
  });
});
