import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SERVER_BUNDLE, StdioClient } from '../../harness/mcp/stdioClient.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, serverUrl, type TestServer } from '../../harness/servers/testServer.ts';

/** `mysql-pilot …` as a user starts it, with nothing of this process's environment. */
function start(args: readonly string[], env: Record<string, string> = {}): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [SERVER_BUNDLE, ...args], { encoding: 'utf8', input: '', env: { HOME: tmpdir(), ...env } });
}

suite('the server by itself', () => {
  let server: TestServer;
  let folder: string;
  let account: Record<string, string>;

  suiteSetup(async () => {
    server = await startServer();
    await loadSample(server);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-alone-'));
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.reader;
    account = { MYSQL_HOST: server.host, MYSQL_PORT: String(server.port), MYSQL_USER, MYSQL_PASSWORD, MYSQL_DATA_DIR: folder };
  });
  suiteTeardown(async () => {
    await server.dispose();
    await rm(folder, { recursive: true });
  });

  const ask = async (env: Record<string, string>, sql = 'SELECT COUNT(*) AS n FROM shop.orders'): Promise<string> => {
    const client = await StdioClient.launch({ args: [], env });
    try {
      return (await client.call('mysql_query', { sql })).text;
    } finally {
      await client.close();
    }
  };

  test('answers from host and account of the environment [P06]', async () => {
    assert.match(await ask(account), /n\n1000/);
    assert.match(await ask({ ...account, MYSQL_DATABASE: 'shop' }, 'SELECT COUNT(*) AS n FROM orders'), /n\n1000/);
  });

  test('answers from a URL with its password, and from a password file [P13]', async () => {
    assert.match(await ask({ MYSQL_URL: serverUrl(server, SAMPLE.reader, 'shop'), MYSQL_DATA_DIR: folder }), /n\n1000/);
    const file = path.join(folder, 'password');
    await writeFile(file, `${SAMPLE.reader.password}\n`);
    const { MYSQL_PASSWORD: _, ...rest } = account;
    assert.match(await ask({ ...rest, MYSQL_PASSWORD_FILE: file }), /n\n1000/);
    assert.match(
      await ask({ ...rest, MYSQL_PASSWORD_FILE: path.join(folder, 'none') }),
      /^secret\.missing: The password of "127\.0\.0\.1"/,
    );
  });

  test('answers over a unix socket [P14]', async function () {
    if (!server.owned || process.platform === 'win32') this.skip();
    const [row] = (await execute(server, 'SELECT @@socket AS socket')) as { socket: string }[];
    const { MYSQL_HOST: _, MYSQL_PORT: __, ...rest } = account;
    assert.match(await ask({ ...rest, MYSQL_SOCKET: row?.socket ?? '' }), /n\n1000/);
    assert.match(
      await ask({ ...rest, MYSQL_SOCKET: '/nowhere/s.sock' }),
      /^host\.unreachable: Can't reach app_ro@\(\/nowhere\/s\.sock\) \(ENOENT\)/,
    );
  });

  test('checks the certificate against the authority of a file, and shows its own [P12]', async function () {
    if (!server.owned) this.skip();
    const [row] = (await execute(server, 'SELECT @@datadir AS data')) as { data: string }[];
    const pem = (name: string): string => path.join(row?.data ?? '', name);
    const verified = { ...account, MYSQL_SSL_MODE: 'verify-ca', MYSQL_SSL_CA: pem('ca.pem') };
    assert.match(await ask(verified, 'SELECT 1 AS n'), /n\n1/);
    assert.match(await ask({ ...account, MYSQL_SSL_MODE: 'verify-ca' }, 'SELECT 1 AS n'), /^tls\.failed/);
    assert.match(await ask({ ...verified, MYSQL_SSL_MODE: 'verify-identity' }, 'SELECT 1 AS n'), /^tls\.failed/);
    assert.match(
      await ask({ ...verified, MYSQL_SSL_CA: '/nowhere/ca.pem' }, 'SELECT 1 AS n'),
      /^tls\.failed: \/nowhere\/ca\.pem can't be read/,
    );
    await execute(server, "CREATE USER certified IDENTIFIED BY 'c' REQUIRE X509; GRANT SELECT ON shop.* TO certified");
    const certified = { ...verified, MYSQL_USER: 'certified', MYSQL_PASSWORD: 'c' };
    assert.match(await ask(certified), /^login\.refused/);
    assert.match(await ask({ ...certified, MYSQL_SSL_CERT: pem('client-cert.pem'), MYSQL_SSL_KEY: pem('client-key.pem') }), /n\n1000/);
  });

  test('limits of the environment hold, and are told to the agent [P09]', async () => {
    const limits = { MYSQL_PAGINATION_DEFAULT_SIZE: '3', MYSQL_PAGINATION_MAX_SIZE: '5', MYSQL_QUERY_TIMEOUT: '2000' }; // a busy machine reads three rows in that time
    const client = await StdioClient.launch({ args: [], env: { ...account, ...limits } });
    try {
      const { tools } = await client.client.listTools();
      const schema = tools.find(({ name }) => name === 'mysql_query')?.inputSchema.properties?.['maxRows'];
      assert.deepEqual(schema, { type: 'integer', maximum: 5, description: 'Default 3.' });
      const { text } = await client.call('mysql_query', { sql: 'SELECT id FROM shop.orders ORDER BY id' });
      assert.match(text, /id\n1\n2\n3\n<\/data/);
      assert.match((await client.call('mysql_query', { sql: 'SELECT 1', maxRows: 6 })).text, /^input\.invalid/);
      const slow = await client.call('mysql_query', {
        sql: 'SELECT SUM(a.id * b.id % (c.id + 1)) FROM shop.orders a, shop.orders b, shop.orders c',
      });
      assert.match(slow.text, /^statement\.timeout/);
    } finally {
      await client.close();
    }
  });

  test('writes need both the class and the program named [P04]', async () => {
    const env = { ...account, MYSQL_USER: SAMPLE.owner.user, MYSQL_PASSWORD: SAMPLE.owner.password, MYSQL_DB: 'shop' };
    const sql = "UPDATE orders SET note = 'alone' WHERE id = 9";
    const write = async (extra: Record<string, string>): Promise<string> => {
      const client = await StdioClient.launch({ args: [], env: { ...env, ...extra }, name: 'trusted' });
      try {
        const { tools } = await client.client.listTools();
        const offered = tools.some(({ name }) => name === 'mysql_execute');
        return `${offered ? 'offered' : 'not offered'}: ${(await client.call('mysql_execute', { sql })).text}`;
      } finally {
        await client.close();
      }
    };
    assert.match(await write({}), /^not offered: statement\.refused/);
    assert.match(
      await write({ MYSQL_ALLOW_UPDATE: 'true', MYSQL_WRITES_FROM: 'other' }),
      /^not offered: statement\.refused: This MCP client is not allowed to write/,
    );
    assert.match(
      await write({ MYSQL_ALLOW_INSERT: 'true', MYSQL_WRITES_FROM: 'trusted' }),
      /^offered: statement\.refused: This connection doesn't allow these writes by agents: update/,
    );
    assert.match(
      await write({ MYSQL_ALLOW_UPDATE: 'true', MYSQL_WRITES_FROM: 'trusted', MYSQL_ENVIRONMENT: 'production' }),
      /approval\.denied/,
    );
    assert.deepEqual(await execute(server, 'SELECT note FROM shop.orders WHERE id = 9'), [{ note: null }]);
    assert.match(await write({ MYSQL_ALLOW_UPDATE: 'true', MYSQL_WRITES_FROM: 'x,trusted' }), /^offered: COMMITTED/);
    assert.deepEqual(await execute(server, 'SELECT note FROM shop.orders WHERE id = 9'), [{ note: 'alone' }]);
  });

  test('variables that are not read are named at the start', async () => {
    const file = path.join(folder, 'one.json');
    const url = `mysql://app_ro@${server.host}:${String(server.port)}/`;
    await writeFile(file, JSON.stringify({ connections: [{ name: 'a', url, password: '${env:MYSQL_PASSWORD}' }], folder }));
    const { stderr } = start(['--config', file], { ...account, MYSQL_HTTP_TOKEN: 'x' });
    assert.match(
      stderr,
      /set but not used, because the configuration file .*one\.json is used: MYSQL_HOST, MYSQL_PORT, MYSQL_USER, MYSQL_DATA_DIR, MYSQL_HTTP_TOKEN\./,
    );
    assert.match(start([], { ...account, MYSQL_HTTP_TOKEN: 'x' }).stderr, /because only --http needs it: MYSQL_HTTP_TOKEN\./);
    assert.match(start([], { ...account, MYSQL_OF_SOMEBODY: 'x' }).stderr, /Unknown variables, ignored: MYSQL_OF_SOMEBODY\./);
    assert.equal(start([], { ...account, MYSQL_HOME: '/x' }).stderr, '');
  });

  test('a slip alone is named, and a token that can be guessed is refused', () => {
    for (const [env, text] of [
      [{ MYSQL_HOTS: 'db' }, /MYSQL_HOTS is unknown\. Did you mean MYSQL_HOST\?/],
      [{ MYSQL_URI: 'mysql://h' }, /MYSQL_URI is unknown\. Did you mean MYSQL_URL\?/],
      [{}, /No connection is configured/],
    ] as const) {
      const { status, stderr } = start([], env);
      assert.equal(status, 2);
      assert.match(stderr, text);
    }
    for (const token of ['x', 'short', 'with a blank in the middle'])
      assert.match(
        start(['--http', '0'], { ...account, MYSQL_HTTP_TOKEN: token }).stderr,
        /MYSQL_HTTP_TOKEN must have at least 16 characters/,
      );
  });

  test('--check tells what it sees and what agents may do, without a secret', async () => {
    const good = start(['--check'], {
      ...account,
      MYSQL_DB: 'shop',
      MYSQL_HOME: '/x',
      MYSQL_ALLOW_UPDATE: 'ask',
      MYSQL_WRITES_FROM: 'cursor',
      MYSQL_COLUMNS: 'shop.customers.email=mask, *.nowhere.*=hide',
    });
    assert.equal(good.status, 0, good.stderr);
    assert.match(good.stdout, /^shop: app_ro@127\.0\.0\.1:\d+\/shop, TLS preferred\n {2}server: MySQL \d/);
    assert.match(good.stdout, /tables and views in shop: \d+/);
    assert.match(good.stdout, /\n {2}column rule shop\.customers\.email=mask: matches 1 column\n/);
    assert.match(good.stdout, /\n {2}WARNING: column rule \*\.nowhere\.\*=hide: matches no column\n/);
    assert.match(good.stdout, /agents: may update \(a person is asked\), for the MCP client cursor; all others can only read/);
    assert.match(good.stdout, /Variables of other programs, ignored: MYSQL_HOME\./);
    assert.equal(good.stderr, '');

    const bad = start(['--check'], { ...account, MYSQL_PASSWORD: 'not-the-password' });
    assert.equal(bad.status, 1);
    assert.match(bad.stdout, /FAILED: login\.refused[^]*agents: read-only/);
    assert.doesNotMatch(bad.stdout + bad.stderr, /not-the-password/);

    const file = path.join(folder, 'two.json');
    const [down, up] = [`mysql://app_ro@127.0.0.1:1/`, `mysql://app_ro@${server.host}:${String(server.port)}/`];
    const password = '${env:P}';
    await writeFile(
      file,
      JSON.stringify({
        connections: [
          { name: 'down', url: down },
          { name: 'up', url: up, password },
        ],
        folder,
      }),
    );
    const two = start(['--check', '--config', file], { P: SAMPLE.reader.password });
    assert.equal(two.status, 1);
    assert.match(two.stdout, /^down: [^]*FAILED: host\.unreachable[^]*^up: [^]*server: MySQL[^]*databases: .*shop/m);
  });

  test('a folder for log files that cannot be made ends the start with 1', () => {
    const { status, stderr, stdout } = start([], { ...account, MYSQL_LOG_DIR: '/dev/null/logs' });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^file\.failed: Log files can't be stored in \/dev\/null\/logs/);
  });

  test('a wrong configuration ends it with 2, before anything is connected or printed to stdout', () => {
    const cases: readonly [string[], Record<string, string>, RegExp][] = [
      [[], {}, /^input\.invalid: No connection is configured/],
      [[], { ...account, MYSQL_ALLOW_DELET: 'true' }, /Did you mean MYSQL_ALLOW_DELETE\?/],
      [['--chek'], account, /--chek is unknown\. Did you mean --check\?/],
      [[], { MYSQL_URL: 'mysql://a:geheim@' }, /^url\.invalid/],
      [['--config', path.join(folder, 'none.json')], account, /can't be read/],
    ];
    for (const [args, env, expected] of cases) {
      const { status, stdout, stderr } = start(args, env);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /geheim|\n\s+at /);
    }
    assert.match(start(['--help']).stdout, /^Usage: mysql-pilot/);
    assert.match(start(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
