import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { Database } from '../../../src/engine/connection/database.ts';
import type { SshHop, SshSecret, SshTunnelSettings, TlsMode } from '../../../src/engine/driver/profile.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { until } from '../../harness/run.ts';
import { PasswordSshServer, TUNNEL_PASSWORD } from '../../harness/servers/passwordSshServer.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { makeKey, SshServer } from '../../harness/servers/sshServer.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const COUNT = 'SELECT COUNT(*) AS n FROM orders';
const HEAVY = 'SELECT COUNT(*) FROM orders a JOIN orders b JOIN orders c ON a.note <> b.note OR c.note IS NULL';
const PASSPHRASE = 'open sesame';
const SECRETS: readonly SshSecret[] = [{}, { passphrase: PASSPHRASE }, {}];
const OPTIONS = { limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 20_000 };
const CONNECT_MS = 5000;
/** Far below the seconds after which an unanswered ping gives a session up. */
const LOSS_MS = 5000;

suite('a way over two jump hosts, each with a host key and a key file of its own', function () {
  this.timeout(120_000); // OpenSSH may have to be fetched
  let server: TestServer;
  let folder: string;
  let knownHostsFile: string;
  /** In the order in which they are passed. */
  let way: readonly SshServer[];
  let databases: Database[] = [];

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-jumps-'));
    knownHostsFile = path.join(folder, 'known');
    server = await startServer('mysql');
    await loadSample(server);
    const keys = [
      await makeKey(path.join(folder, 'key0')),
      await makeKey(path.join(folder, 'key1'), PASSPHRASE),
      await makeKey(path.join(folder, 'key2')),
    ];
    way = await Promise.all(keys.map((key) => SshServer.start({ keys: [key] })));
  });
  setup(async () => {
    await writeFile(knownHostsFile, (await Promise.all(way.map((one) => one.knownHosts()))).join(''));
  });
  teardown(async () => {
    await Promise.all(databases.map((one) => one.close()));
    databases = [];
  });
  suiteTeardown(async () => {
    await Promise.all(way.map((one) => one.dispose()));
    await server.dispose();
    await rm(folder, { recursive: true });
  });

  const hop = (i: number): SshHop => {
    const { port = 0, user = '' } = way[i] ?? {};
    return { host: '127.0.0.1', port, user, keyFile: path.join(folder, `key${String(i)}`), agent: false };
  };
  const whole = (): SshTunnelSettings => ({ ...hop(2), jumps: [hop(0), hop(1)] });
  const open = async (ssh: SshTunnelSettings, secrets: readonly SshSecret[] = SECRETS, tls: TlsMode = 'preferred'): Promise<Database> => {
    const database = await openDatabase(
      {
        ...{ host: server.host, port: server.port, user: SAMPLE.reader.user, database: SAMPLE.database, tls },
        ...{ connectTimeoutMs: CONNECT_MS, ssh: { configFile: false, knownHostsFile, ...ssh } },
      },
      { password: () => Promise.resolve(SAMPLE.reader.password), sshSecrets: () => Promise.resolve(secrets), warn: () => undefined },
    );
    databases.push(database);
    return database;
  };
  const ask = async (ssh: SshTunnelSettings, secrets?: readonly SshSecret[]): Promise<string> => {
    const database = await open(ssh, secrets);
    try {
      return JSON.stringify((await database.reads.query(COUNT, OPTIONS))[0]?.rows);
    } catch (error) {
      if (!isPilotError(error)) throw error;
      return `${error.code} (${String(error.advice)}): ${error.message}`;
    }
  };
  const accepted = (): number[] => way.map(({ log }) => log.split('Accepted publickey').length - 1);
  const known = (...lines: readonly string[]): Promise<void> => writeFile(knownHostsFile, lines.join(''));

  test('logs in to each with its own key, and asks none to forward an agent', async () => {
    assert.equal(await ask(whole()), '[["1000"]]');
    assert.deepEqual(accepted(), [1, 1, 1]);
    for (const { log } of way) assert.doesNotMatch(log, /auth-agent-req/);
  });

  test('stops at the jump host in the middle whose host key is another one, and shows it no key', async () => {
    const [first, second, third] = await Promise.all(way.map((one) => one.knownHosts()));
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const before = accepted();
    const ofThird = third.split(' ').slice(1).join(' ');
    await known(first, `${second.split(' ')[0] ?? ''} ${ofThird}`, third);
    assert.match(await ask(whole()), /^ssh\.hostKey \(ssh\.changedKey\): The host key of 127\.0\.0\.1 has changed/);
    await known(first, third);
    assert.match(await ask(whole()), /^ssh\.hostKey \(ssh\.unknownKey\)/);
    const pinned = { ...whole(), jumps: [hop(0), { ...hop(1), hostKey: `SHA256:${'a'.repeat(43)}` }] };
    await known(first, second, third);
    assert.match(await ask(pinned), /^ssh\.hostKey \(ssh\.wrongKey\)/);
    const [a = 0, b, c] = before;
    assert.deepEqual(accepted(), [a + 3, b, c]);
  });

  test('says of the key in the middle that its passphrase is missing or wrong', async () => {
    for (const passphrase of [undefined, 'wrong'])
      assert.match(await ask(whole(), [{}, { passphrase }, {}]), /^ssh\.failed \(ssh\.passphrase\): The key .*key1 can't be used/);
    assert.match(await ask(whole(), [{ passphrase: PASSPHRASE }, {}, {}]), /key1 can't be used/, 'it is that of another server');
  });

  test('says of an encrypted key that only the configuration of SSH names why it was not tried', async () => {
    const configFile = path.join(folder, 'config');
    await writeFile(configFile, `Host *\n  IdentityFile ${path.join(folder, 'key1')}\n`);
    const { keyFile: _, ...second } = hop(1);
    const way = { ...hop(2), configFile, jumps: [hop(0), second] };
    assert.match(
      await ask(way, []),
      /^ssh\.failed \(ssh\.passphrase\): .*@127\.0\.0\.1:\d+ rejected the login of this user\. The key .*key1 can't be used/,
    );
    assert.equal(await ask(way), '[["1000"]]');
  });

  const running = (): Promise<number> => countOf(server, "info LIKE '%orders` AS `a%' AND info NOT LIKE '%processlist%'");
  /** What a statement ends with that is running when `lose` is called. */
  const lost = async (database: Database, lose: () => Promise<unknown>): Promise<string> => {
    await database.reads.query(COUNT, OPTIONS);
    const statement = database.reads.query(HEAVY, OPTIONS).then(
      () => 'ended',
      (error: unknown) => (isPilotError(error) ? error.code : String(error)),
    );
    await until(async () => (await running()) === 1, 'the statement');
    await sleep(300); // what is lost at once has not run, and is repeated on another session
    const since = Date.now();
    await lose();
    const end = await statement;
    assert.ok(Date.now() - since < LOSS_MS, `${end} after ${String(Date.now() - since)} ms`);
    await stopAll(server);
    return end;
  };

  for (const [i, name] of ['first', 'second', 'last'].entries())
    test(`tells of a statement that its connection is lost when the ${name} SSH server dies, and goes the way again`, async () => {
      const database = await open(whole());
      try {
        assert.equal(await lost(database, async () => way[i]?.pause()), 'connection.lost');
      } finally {
        await way[i]?.resume();
      }
      assert.deepEqual((await database.reads.query(COUNT, OPTIONS))[0]?.rows, [['1000']]);
    });

  for (const tls of ['preferred', 'disabled'] as const)
    test(`tells of a statement that its connection is lost when the database server ends it (TLS ${tls})`, async () => {
      const database = await open(whole(), SECRETS, tls);
      assert.equal(await lost(database, () => stopAll(server)), 'connection.lost');
      assert.deepEqual((await database.reads.query(COUNT, OPTIONS))[0]?.rows, [['1000']]);
    });

  test('gives up a server behind a jump host that never answers, as it does one that it reaches itself', async () => {
    const silent = await PasswordSshServer.start('password', true);
    try {
      await known(silent.knownHosts, ...(await Promise.all(way.map((one) => one.knownHosts()))));
      const jump: SshHop = { host: '127.0.0.1', port: silent.port, user: 'u', agent: false };
      const secret: SshSecret = { password: TUNNEL_PASSWORD };
      const since = Date.now();
      assert.match(
        await ask({ ...hop(2), jumps: [jump] }, [secret, {}]),
        /^host\.unreachable \(ssh\.server\): The SSH server can't reach 127\.0\.0\.1:\d+/,
      );
      assert.match(await ask(jump, [secret]), /^host\.unreachable \(ssh\.database\): The SSH server can't reach 127\.0\.0\.1:\d+/);
      assert.ok(Date.now() - since < 3 * CONNECT_MS, `after ${String(Date.now() - since)} ms`);
    } finally {
      silent.dispose();
    }
  });
});

async function countOf(server: TestServer, condition: string): Promise<number> {
  const rows = (await execute(server, `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE ${condition}`)) as { n: number }[];
  return rows[0]?.n ?? 0;
}

/** Ends the sessions of the reader that run something. */
async function stopAll(server: TestServer): Promise<void> {
  const sql = `SELECT id FROM information_schema.processlist WHERE user = '${SAMPLE.reader.user}' AND command = 'Query'`;
  const found = await execute(server, sql);
  for (const { id } of found as { id: number }[]) await execute(server, `KILL ${String(id)}`).catch(() => undefined);
}
