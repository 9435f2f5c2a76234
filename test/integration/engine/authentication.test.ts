import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ConnectionTarget, TlsFiles, TlsMode } from '../../../src/engine/driver/profile.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { makeCertificates, useCertificates, type Certificates } from '../../harness/servers/certificates.ts';
import { startProxy } from '../../harness/servers/proxy.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const PASSWORD = 'Ünusual pass phrase, longer than the thirty-two bytes of a seed!';

/** Logs in as an account; resolves to who the server says we are, or to the code of what went wrong. */
async function logIn(server: TestServer, user: string, more: Partial<ConnectionTarget> = {}, password = PASSWORD): Promise<string> {
  const { host, port } = server;
  const database = await openDatabase(
    { host, port, user, tls: 'disabled', allowUnenforcedReadOnly: true, ...more },
    { password: () => Promise.resolve(password), warn: () => undefined },
  );
  try {
    const { results } = await database.sessions.open().run('SELECT CURRENT_USER()', {
      limits: { maxRows: 1, maxCharacters: 1000 },
      signal: new AbortController().signal,
    });
    return String(results[0]?.rows[0]?.[0]);
  } catch (error) {
    return isPilotError(error) ? `${error.code}: ${error.message}` : String(error);
  } finally {
    await database.close();
  }
}

const ACCOUNTS: Readonly<Record<Flavor, Readonly<Record<string, string>>>> = {
  mysql: {
    caching: `IDENTIFIED WITH caching_sha2_password BY '${PASSWORD}'`,
    old_sha: `IDENTIFIED WITH sha256_password BY '${PASSWORD}'`,
  },
  mariadb: {
    native: `IDENTIFIED VIA mysql_native_password USING PASSWORD('${PASSWORD}')`,
    edwards: `IDENTIFIED VIA ed25519 USING PASSWORD('${PASSWORD}')`,
  },
};

suite('authentication', function () {
  this.timeout(60_000);
  for (const flavor of ['mysql', 'mariadb'] as const) {
    suite(flavor, () => {
      let server: TestServer;
      suiteSetup(async () => {
        server = await startServer(flavor);
        if (flavor === 'mariadb') await execute(server, "INSTALL SONAME 'auth_ed25519'");
        for (const [user, how] of Object.entries(ACCOUNTS[flavor])) await execute(server, `CREATE USER '${user}'@'%' ${how}`);
      });
      suiteTeardown(() => server.dispose());

      for (const user of Object.keys(ACCOUNTS[flavor])) {
        test(`${user}: the password opens, another one does not [F13]`, async () => {
          // Over a socket or TLS, or without both once the server has it in its cache; see hostileServer.test.ts.
          assert.equal(await logIn(server, user, { tls: 'preferred' }), `${user}@%`);
          if (user !== 'old_sha') assert.equal(await logIn(server, user), `${user}@%`);
          assert.match(await logIn(server, user, {}, 'wrong'), /^login\.refused: /);
        });
      }
    });
  }

  suite('a password in clear text', () => {
    let server: TestServer;
    suiteSetup(async () => {
      server = await startServer('mariadb');
      await execute(server, "INSTALL SONAME 'auth_pam_v1'"); // which asks for it
      await execute(server, "CREATE USER 'directory'@'%' IDENTIFIED VIA pam USING 'no-such-service'");
    });
    suiteTeardown(() => server.dispose());

    test('is told to no server, unless the connection allows it [F14]', async () => {
      assert.match(await logIn(server, 'directory'), /^login\.refused: .* doesn't allow/);
    });

    test('never goes over a line without TLS [F15]', async () => {
      const sent: Buffer[] = [];
      const proxy = await startProxy(server, {
        toServer: (chunk) => {
          sent.push(Buffer.from(chunk));
          return chunk;
        },
      });
      const { host, port } = proxy;
      assert.match(await logIn(server, 'directory', { host, port, cleartextPassword: true }), /over a connection without TLS/);
      proxy.close();
      assert.ok(sent.length > 0, 'the proxy saw the login');
      assert.ok(!Buffer.concat(sent).includes(PASSWORD), 'and no password');
    });
  });

  suite('TLS', () => {
    let server: TestServer;
    let folder: string;
    let certificates: Certificates;
    const tls = (mode: TlsMode, tlsFiles: TlsFiles = {}, user = 'anybody'): Promise<string> => logIn(server, user, { tls: mode, tlsFiles });

    suiteSetup(async () => {
      server = await startServer('mysql');
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-tls-'));
      certificates = await makeCertificates(folder);
      await useCertificates(server, certificates);
      await execute(
        server,
        `CREATE USER anybody IDENTIFIED BY '${PASSWORD}'; CREATE USER known IDENTIFIED BY '${PASSWORD}' REQUIRE X509;
        CREATE USER encrypted IDENTIFIED BY '${PASSWORD}' REQUIRE SSL`,
      );
    });
    suiteTeardown(async () => {
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    test('each mode checks what it says, and no more [F07]', async () => {
      const { ca, stranger } = certificates;
      assert.match(await tls('disabled'), /^login\.refused: .*ssl-mode=disabled/, 'the password is not in the cache of the server');
      assert.equal(await tls('preferred'), 'anybody@%');
      assert.equal(await tls('disabled'), 'anybody@%', 'now it is');
      assert.equal(await tls('required'), 'anybody@%');
      assert.equal(await tls('verify-ca', { ca }), 'anybody@%');
      assert.equal(await tls('verify-identity', { ca }), 'anybody@%');
      assert.match(await tls('verify-ca'), /^tls\.failed: /, 'the system does not know the authority');
      assert.match(await tls('verify-ca', { ca: stranger }), /^tls\.failed: /);
      assert.match(await tls('verify-identity', { ca: stranger }), /^tls\.failed: /);
      assert.match(await tls('verify-ca', { ca: '/no/such/file.pem' }), /^tls\.failed: .*no\/such/);
    });

    test('verify-ca takes a certificate for another host, verify-identity does not [F08]', async () => {
      const ca = `${String(((await execute(server, 'SELECT @@datadir AS d')) as { d: string }[])[0]?.d)}ca.pem`;
      const own = ca.replace(/ca\.pem$/, '');
      await useCertificates(server, { ...certificates, ca, server: { certificate: `${own}server-cert.pem`, key: `${own}server-key.pem` } });
      assert.equal(await tls('verify-ca', { ca }), 'anybody@%');
      assert.match(await tls('verify-identity', { ca }), /^tls\.failed: /);
      await useCertificates(server, certificates);
    });

    test('accounts that ask for TLS or for a certificate get it [F09]', async () => {
      const { ca, client } = certificates;
      assert.equal(await tls('required', {}, 'encrypted'), 'encrypted@%');
      assert.match(await tls('disabled', {}, 'encrypted'), /^login\.refused: /);
      assert.equal(await tls('verify-identity', { ca, ...client }, 'known'), 'known@%');
      assert.match(await tls('verify-identity', { ca }, 'known'), /^login\.refused: /);
    });
  });
});
