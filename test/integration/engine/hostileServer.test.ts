import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nextStepOf } from '../../../src/server/messages/describeForAgent.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { makeCertificates, signCertificate, type Certificates } from '../../harness/servers/certificates.ts';
import {
  FULL_AUTHENTICATION,
  moreData,
  OK,
  OWN_KEY,
  startHostileServer,
  switchTo,
  type HostilePlan,
} from '../../harness/servers/hostileServer.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const PASSWORD = 'correct horse battery staple';

/** Logs in; resolves to `open` with its warnings, or to the error. */
async function logIn(target: Partial<ConnectionTarget>): Promise<string> {
  const database = await openDatabase(
    { host: '127.0.0.1', port: 3306, user: 'app', tls: 'preferred', connectTimeoutMs: 5000, ...target },
    { password: () => Promise.resolve(PASSWORD), warn: () => undefined },
  );
  try {
    const { warnings } = await database.check();
    return ['open', ...warnings].join('\n');
  } catch (error) {
    return isPilotError(error) ? `${error.code}: ${error.message} ${nextStepOf(error)}` : String(error);
  } finally {
    await database.close();
  }
}

suite('a server that wants the password', function () {
  this.timeout(60_000);
  let folder: string;
  let certificates: Certificates;
  let tls: { cert: string; key: string };

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-hostile-'));
    certificates = await makeCertificates(folder);
    // Signed by an authority that nobody trusts here, unless a test says so.
    tls = {
      cert: await readFile(certificates.server.certificate, 'utf8'),
      key: await readFile(certificates.server.key, 'utf8'),
    };
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  async function attacked(plan: HostilePlan, target: Partial<ConnectionTarget>): Promise<{ answer: string; got: Buffer; has: boolean }> {
    const server = await startHostileServer(plan);
    try {
      const answer = await logIn({ port: server.port, ...target });
      return { answer, got: server.read(), has: server.has(PASSWORD) };
    } finally {
      server.close();
    }
  }

  const WITHOUT_TLS: readonly (readonly [what: string, plan: HostilePlan])[] = [
    ['caching_sha2_password and its own key', { answers: [switchTo('caching_sha2_password'), FULL_AUTHENTICATION, OWN_KEY] }],
    ['caching_sha2_password, at once', { answers: [FULL_AUTHENTICATION, OWN_KEY, OWN_KEY] }],
    ['a key that was not asked for', { answers: [switchTo('caching_sha2_password'), OWN_KEY, OWN_KEY] }],
    ['sha256_password and its own key', { plugin: 'sha256_password', answers: [switchTo('sha256_password'), OWN_KEY, OWN_KEY] }],
    ['sha256_password, at once', { plugin: 'sha256_password', answers: [OWN_KEY, OWN_KEY] }],
    ['mysql_clear_password', { plugin: 'mysql_clear_password', answers: [switchTo('mysql_clear_password')] }],
    ['dialog', { plugin: 'mysql_native_password', answers: [switchTo('dialog'), moreData(Buffer.from('\x04Password: '))] }],
    [
      'one plugin after the other',
      { answers: [switchTo('mysql_native_password'), switchTo('sha256_password'), OWN_KEY, FULL_AUTHENTICATION] },
    ],
    [
      'a second factor',
      { answers: [Buffer.concat([Buffer.from([2]), switchTo('caching_sha2_password').subarray(1)]), FULL_AUTHENTICATION, OWN_KEY] },
    ],
    ['an empty nonce', { answers: [switchTo('caching_sha2_password', Buffer.alloc(0)), FULL_AUTHENTICATION, OWN_KEY] }],
    ['a plugin with the name of a property', { answers: [switchTo('constructor'), OWN_KEY] }],
  ];

  for (const [what, plan] of WITHOUT_TLS) {
    for (const mode of ['disabled', 'preferred'] as const) {
      test(`does not get it without TLS by ${what} (ssl-mode=${mode})`, async () => {
        const { answer, got, has } = await attacked(plan, { tls: mode, cleartextPassword: true });
        assert.ok(got.length > 0, 'the server was talked to');
        assert.equal(has, false, answer);
        assert.doesNotMatch(answer, /^(?:open|internal)/);
      });
    }
  }

  test('is told why it does not get it, and what to do', async () => {
    const plan = { answers: [switchTo('caching_sha2_password'), FULL_AUTHENTICATION] };
    const preferred = await attacked(plan, { tls: 'preferred' });
    assert.match(
      preferred.answer,
      /^login\.refused: .*caching_sha2_password.* the server offers no TLS.*wasn't sent.* Turn on TLS on the server.*public_key\.pem/,
    );
    const disabled = await attacked(plan, { tls: 'disabled' });
    assert.match(disabled.answer, /^login\.refused: .*ssl-mode=disabled.* Set the TLS mode \(ssl-mode\) to preferred or required\./);
  });

  test('does not get it where another key is pinned', async () => {
    const file = path.join(folder, 'pinned.pem');
    const real = await startServer();
    try {
      await writeFile(file, await publicKeyOf(real));
    } finally {
      await real.dispose();
    }
    for (const plugin of ['caching_sha2_password', 'sha256_password']) {
      const plan = { answers: [switchTo(plugin), ...(plugin === 'sha256_password' ? [] : [FULL_AUTHENTICATION]), OWN_KEY, OWN_KEY] };
      const { got, has } = await attacked(plan, { tls: 'disabled', serverPublicKeyFile: file });
      assert.ok(got.length > 256, 'something encrypted came');
      assert.equal(has, false, plugin);
    }
  });

  const BEFORE_TLS: readonly (readonly [what: string, packets: readonly Buffer[]])[] = [
    ['caching_sha2_password', [switchTo('caching_sha2_password'), FULL_AUTHENTICATION]],
    ['sha256_password', [switchTo('sha256_password')]],
    ['mysql_clear_password', [switchTo('mysql_clear_password')]],
    ['dialog', [switchTo('dialog')]],
    ['mysql_native_password', [switchTo('mysql_native_password')]],
  ];
  for (const [what, behindGreeting] of BEFORE_TLS) {
    for (const mode of ['verify-ca', 'verify-identity'] as const) {
      test(`gets nothing by ${what} before its certificate is checked (ssl-mode=${mode})`, async () => {
        const { answer, got, has } = await attacked(
          { tls, behindGreeting },
          { tls: mode, cleartextPassword: true, tlsFiles: { ca: certificates.stranger } },
        );
        assert.match(answer, /^tls\.failed: The server requested the login before the connection was encrypted/);
        assert.equal(has, false);
        assert.equal(got.length, 0, 'the request for TLS is all that it has read');
      });
    }
  }

  test('reads not even the name of the account where its certificate is one for another host', async () => {
    const { certificate, key } = await signCertificate(folder, 'other', {
      subject: '127.0.0.1',
      extensions: 'subjectAltName=DNS:localhost',
    });
    const other = { cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
    const trusted = { tls: 'verify-identity', tlsFiles: { ca: certificates.ca } } as const;
    for (const answers of [[], [switchTo('mysql_clear_password')]]) {
      const { answer, got } = await attacked({ tls: other, answers }, { ...trusted, cleartextPassword: true });
      assert.match(answer, /^tls\.failed: .*is not valid for 127\.0\.0\.1; it names DNS:localhost/);
      assert.equal(got.length, 0, 'the request for TLS is all that it has read');
    }
    const { got } = await attacked({ tls, answers: [] }, trusted);
    assert.ok(got.length > 0, 'one for this host is let in');
  });

  test('gets no statement where it says yes before there is TLS', async () => {
    const { answer, got } = await attacked(
      { tls, behindGreeting: [OK] },
      { tls: 'verify-identity', tlsFiles: { ca: certificates.stranger } },
    );
    assert.match(answer, /^tls\.failed: The server requested the login before the connection was encrypted/);
    assert.equal(got.length, 0, 'a statement was sent');
  });
});

suite('logins without TLS', function () {
  this.timeout(60_000);
  let server: TestServer;
  let folder: string;
  let key: string;

  suiteSetup(async () => {
    server = await startServer('mysql', ['--tls-version=']);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-plain-'));
    key = path.join(folder, 'public_key.pem');
    await writeFile(key, await publicKeyOf(server));
    await execute(
      server,
      `CREATE USER app IDENTIFIED BY '${PASSWORD}'; CREATE USER old_sha IDENTIFIED WITH sha256_password BY '${PASSWORD}'`,
    );
  });
  suiteTeardown(async () => {
    await server.dispose();
    await rm(folder, { recursive: true });
  });

  test('a server without TLS is refused until its key is pinned; then the password opens', async () => {
    const { port } = server;
    assert.match(await logIn({ port }), /^login\.refused: .*the server offers no TLS/);
    assert.match(await logIn({ port, user: 'old_sha' }), /^login\.refused: .*sha256_password.*the server offers no TLS/);
    assert.equal(await logIn({ port, serverPublicKeyFile: key }), 'open');
    assert.equal(await logIn({ port, user: 'old_sha', serverPublicKeyFile: key }), 'open');
    assert.equal(await logIn({ port }), 'open', 'the server has the hash in its cache now, and a proof is enough');
  });

  test('warns that the connection is not encrypted, unless it stays on this machine or TLS is turned off', async () => {
    // Reaches this machine, too, but the address does not say so.
    const away = { port: server.port, host: '0.0.0.0', serverPublicKeyFile: key };
    assert.match(await logIn(away), /^open\nthe connection is not encrypted, because the server offers no TLS/);
    assert.equal(await logIn({ ...away, host: 'localhost' }), 'open');
    assert.equal(await logIn({ ...away, tls: 'disabled' }), 'open');
  });

  test('a key file that cannot be read, or holds no RSA key, is an error of its own', async () => {
    const { port } = server;
    assert.match(await logIn({ port, serverPublicKeyFile: path.join(folder, 'none.pem') }), /^login\.refused: The public key .*none\.pem/);
    const wrong = path.join(folder, 'wrong.pem');
    await writeFile(wrong, 'not a key');
    assert.match(await logIn({ port, serverPublicKeyFile: wrong }), /^login\.refused: The public key .*wrong\.pem/);
  });
});

async function publicKeyOf(server: TestServer): Promise<string> {
  const rows = (await execute(server, "SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'")) as { Value: string }[];
  return rows[0]?.Value ?? '';
}
