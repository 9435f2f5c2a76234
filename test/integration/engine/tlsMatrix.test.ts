import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, drop } from '../../../src/engine/driver/connect.ts';
import { TLS_MODES, type ConnectionTarget, type SshTunnelSettings, type TlsMode } from '../../../src/engine/driver/profile.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { full } from '../../harness/depth.ts';
import { run, until } from '../../harness/run.ts';
import { makeCertificates, signCertificate, type Certificates, type KeyPair, type Wanted } from '../../harness/servers/certificates.ts';
import { clientProgram } from '../../harness/servers/clientProgram.ts';
import { startServer } from '../../harness/servers/source.ts';
import { makeKey, SshServer } from '../../harness/servers/sshServer.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

/** What servers show. */
const SHOWN: Readonly<Record<string, Wanted>> = {
  'all three': { subject: 'x', extensions: 'subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost' },
  'the name alone': { subject: 'x', extensions: 'subjectAltName=DNS:localhost' },
  'the address alone': { subject: 'x', extensions: 'subjectAltName=IP:127.0.0.1' },
  'the IPv6 address alone': { subject: 'x', extensions: 'subjectAltName=IP:::1' },
  'another name': { subject: 'localhost', extensions: 'subjectAltName=DNS:other.example,IP:10.1.2.3' },
  'the name as its subject': { subject: 'localhost' },
  'the address as its subject': { subject: '127.0.0.1' },
  'the address as a name': { subject: 'x', extensions: 'subjectAltName=DNS:127.0.0.1' },
  'any name of a zone': { subject: 'x', extensions: 'subjectAltName=DNS:*.localhost,DNS:*' },
};
const EXPIRED = 'all three, expired';
const HOSTS = ['127.0.0.1', 'localhost', '::1'];
const AUTHORITIES = ['none', 'right', 'wrong'] as const;
type Authority = (typeof AUTHORITIES)[number];

type Verdict = 'taken' | 'refused';

/** What the `mysql` client says of the line; that it may not log in behind it does not matter. */
async function clientVerdict(address: Address, mode: TlsMode, ca: string | undefined): Promise<Verdict> {
  const { command, args } = await clientProgram('mysql', 'mysql');
  const files = ca === undefined ? [] : [`--ssl-ca=${ca}`];
  const where = ['--protocol=TCP', `--host=${address.host}`, `--port=${String(address.port)}`, '--user=root'];
  const all = [...args, '--no-defaults', ...where, `--ssl-mode=${mode.toUpperCase().replace('-', '_')}`, ...files, '--execute', 'DO 1'];
  const output = await run(command, all).catch((error: unknown) => (error as Error).message);
  assert.doesNotMatch(output, /ERROR 200[23]/, 'the server is reached');
  // Without a CA the client does not even try to verify.
  return /ERROR 2026|CA certificate is required/i.test(output) ? 'refused' : 'taken';
}

/** How MariaDB's own client is asked for a mode. It verifies with an authority that it is given, and has no mode that only prefers TLS. */
function mariadbMode(mode: TlsMode, ca: string | undefined): readonly string[] | undefined {
  const files = ca === undefined ? [] : [`--ssl-ca=${ca}`];
  if (mode === 'disabled') return ['--skip-ssl'];
  if (mode === 'verify-identity') return ['--ssl', '--ssl-verify-server-cert', ...files];
  if (mode !== (ca === undefined ? 'required' : 'verify-ca')) return undefined;
  return ['--ssl', '--disable-ssl-verify-server-cert', ...files];
}

/** It takes an address that stands among the names of a certificate, or as its subject; the `mysql` client does not, and neither do we. */
const ADDRESS_AS_NAME = ['the address as its subject', 'the address as a name'];

/** What the `mariadb` client says of the line; undefined where it has no such mode. */
async function mariadbVerdict(address: Address, mode: TlsMode, ca: string | undefined): Promise<Verdict | undefined> {
  const asked = mariadbMode(mode, ca);
  if (asked === undefined) return undefined;
  const { command, args } = await clientProgram('mariadb', 'mariadb');
  const where = ['--protocol=TCP', `--host=${address.host}`, `--port=${String(address.port)}`, '--user=root'];
  const output = await run(command, [...args, '--no-defaults', ...where, ...asked, '--execute', 'DO 1']).catch(
    (error: unknown) => (error as Error).message,
  );
  assert.doesNotMatch(output, /ERROR 200[23]/, 'the server is reached');
  return output.includes('ERROR 2026') ? 'refused' : 'taken';
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function ownVerdict(target: ConnectionTarget): Promise<Verdict> {
  try {
    drop(await connect(target, { password: '' }));
    return 'taken';
  } catch (error) {
    if (isPilotError(error) && error.code === 'tls.failed') return 'refused';
    throw error;
  }
}

suite('TLS modes mean what they mean to the mysql client', function () {
  this.timeout(300_000);
  let folder: string;
  let certificates: Certificates;
  const pairs = new Map<string, KeyPair>();

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-matrix-'));
    certificates = await makeCertificates(folder);
    for (const [i, [name, wanted]] of Object.entries(SHOWN).entries())
      pairs.set(name, await signCertificate(folder, `shown${String(i)}`, wanted));
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  for (const flavor of ['mysql', 'mariadb'] as const) {
    suite(flavor, () => {
      let server: TestServer;
      suiteSetup(async () => {
        await copyPair(pairs.get('all three'), folder);
        const files = [`--ssl-ca=${certificates.ca}`, `--ssl-cert=${shown(folder).certificate}`, `--ssl-key=${shown(folder).key}`];
        server = await startServer(flavor, ['--bind-address=*', ...files]);
      });
      suiteTeardown(() => server.dispose());

      const caOf = (authority: Authority): string | undefined =>
        authority === 'none' ? undefined : authority === 'right' ? certificates.ca : certificates.stranger;

      async function show(pair: KeyPair | undefined): Promise<void> {
        await copyPair(pair, folder);
        await execute(server, flavor === 'mysql' ? 'ALTER INSTANCE RELOAD TLS' : 'FLUSH SSL');
      }

      /** MySQL loads no certificate that has expired: it must do so while it is used. */
      async function showExpired(seconds = 3): Promise<void> {
        const name = `expired-${flavor}-${String(seconds)}`;
        const end = Date.now() + seconds * 1000;
        const pair = await signCertificate(folder, name, SHOWN['all three'] ?? { subject: 'x' }, seconds);
        try {
          await show(pair);
        } catch (error) {
          if (seconds > 100) throw error;
          await showExpired(seconds * 3); // the machine is busy
          return;
        }
        await until(() => Date.now() > end + 1000, 'its end', seconds * 1000 + 10_000);
      }

      interface Row {
        readonly name: string;
        readonly modes: readonly TlsMode[];
        readonly authorities: readonly Authority[];
        readonly ssh?: SshTunnelSettings;
      }

      /** Every cell of a row at once: where the verdicts differ. Behind SSH the clients ask from where the SSH server is, which is here. */
      async function differences({ name, modes, authorities, ssh }: Row): Promise<string[]> {
        await (name === EXPIRED ? showExpired() : show(pairs.get(name)));
        const found: string[] = [];
        for (const host of HOSTS)
          for (const tls of modes)
            for (const authority of authorities) {
              const ca = caOf(authority);
              const address = { host, port: server.port };
              const target = { ...address, user: 'root', tls, tlsFiles: { ca } };
              const [theirs, ofMariadb, ours] = await Promise.all([
                clientVerdict(address, tls, ca),
                mariadbVerdict(address, tls, ca),
                ssh === undefined ? ownVerdict(target) : verdictThroughSsh({ ...target, ssh }),
              ]);
              const here = `${host}, ${tls}, CA ${authority}`;
              if (theirs !== ours) found.push(`${here}: ${theirs} by mysql, ${ours} by us`);
              const stricter = ours === 'refused' && ADDRESS_AS_NAME.includes(name);
              if (ofMariadb !== undefined && ofMariadb !== ours && !stricter) found.push(`${here}: ${ofMariadb} by mariadb, ${ours} by us`);
              cells.set(`${name}, ${here}${ssh === undefined ? '' : ', through SSH'}`, ours);
            }
        return found;
      }
      const cells = new Map<string, Verdict>();

      for (const name of [...Object.keys(SHOWN), EXPIRED]) {
        test(`a certificate with ${name}: where the authority is trusted`, async () => {
          assert.deepEqual(await differences({ name, modes: ['verify-ca', 'verify-identity'], authorities: ['right'] }), []);
        });
        full(
          test(`a certificate with ${name}: all modes and authorities`, async () => {
            assert.deepEqual(await differences({ name, modes: TLS_MODES, authorities: AUTHORITIES }), []);
          }),
        );
        full(
          test(`a certificate with ${name}: all modes and authorities through SSH`, async () => {
            assert.deepEqual(await differences({ name, modes: TLS_MODES, authorities: AUTHORITIES, ssh: await way() }), []);
          }),
        );
      }

      let sshd: SshServer | undefined;
      let ssh: SshTunnelSettings | undefined;
      suiteTeardown(async () => {
        await sshd?.dispose();
      });

      async function way(): Promise<SshTunnelSettings> {
        if (ssh !== undefined) return ssh;
        const keyFile = path.join(folder, `key-${flavor}`);
        sshd = await SshServer.start({ keys: [await makeKey(keyFile)] });
        const knownHostsFile = path.join(folder, `known-${flavor}`);
        await writeFile(knownHostsFile, await sshd.knownHosts());
        ssh = { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile, knownHostsFile, configFile: false, agent: false };
        return ssh;
      }

      full(
        test('there is a verdict for each cell, direct and through SSH', () => {
          const names = [...Object.keys(SHOWN), EXPIRED];
          assert.equal(cells.size, names.length * HOSTS.length * TLS_MODES.length * AUTHORITIES.length * 2);
        }),
      );

      test('the verdicts are not all the same', () => {
        const of = (name: string, host: string): Verdict | undefined => cells.get(`${name}, ${host}, verify-identity, CA right`);
        for (const host of HOSTS) assert.equal(of('all three', host), 'taken', host);
        assert.deepEqual(
          HOSTS.map((host) => of('the name alone', host)),
          ['refused', 'taken', 'refused'],
        );
        assert.deepEqual(
          HOSTS.map((host) => of('the address alone', host)),
          ['taken', 'refused', 'refused'],
        );
        assert.deepEqual(
          HOSTS.map((host) => of('the IPv6 address alone', host)),
          ['refused', 'refused', 'taken'],
        );
        for (const host of HOSTS) assert.equal(of('all three, expired', host), 'refused', host);
      });

      test('sessions behind the first one, which TLS resumes, are verified, too', async () => {
        await show(pairs.get('the address alone'));
        const right = target({ host: '127.0.0.1' });
        for (let i = 0; i < 3; i++) assert.equal(await ownVerdict(right), 'taken');
        const wrong = target({ host: 'localhost' });
        for (let i = 0; i < 3; i++) assert.equal(await ownVerdict(wrong), 'refused');
      });

      test('through SSH, what the SSH server connects to is verified', async () => {
        await show(pairs.get('the address alone'));
        assert.equal(await throughSsh(target({ host: '127.0.0.1', ssh: await way() })), 'taken');
        assert.match(
          await throughSsh(target({ host: 'localhost', ssh: await way() })),
          /^tls\.failed: .*not valid for localhost; it names IP Address:127\.0\.0\.1/,
        );
      });

      const target = (more: Partial<ConnectionTarget>): ConnectionTarget => ({
        ...{ host: '127.0.0.1', port: server.port, user: 'root', tls: 'verify-identity', tlsFiles: { ca: certificates.ca } },
        ...more,
      });
    });
  }
});

async function verdictThroughSsh(target: ConnectionTarget): Promise<Verdict> {
  const said = await throughSsh(target);
  if (said === 'taken') return 'taken';
  if (said.startsWith('tls.failed: ')) return 'refused';
  throw new Error(said);
}

async function throughSsh(target: ConnectionTarget): Promise<string> {
  const database = await openDatabase(
    { ...target, allowUnenforcedReadOnly: true },
    { password: () => Promise.resolve(''), warn: () => undefined },
  );
  try {
    await database.sessions.open().run('SELECT 1', { limits: { maxRows: 1, maxCharacters: 1000 }, signal: new AbortController().signal });
    return 'taken';
  } catch (error) {
    return isPilotError(error) ? `${error.code}: ${error.message}` : String(error);
  } finally {
    await database.close();
  }
}

/** The files that the server reads. */
function shown(folder: string): KeyPair {
  return { certificate: path.join(folder, 'now.pem'), key: path.join(folder, 'now-key.pem') };
}

async function copyPair(pair: KeyPair | undefined, folder: string): Promise<void> {
  assert.ok(pair);
  await copyFile(pair.certificate, shown(folder).certificate);
  await copyFile(pair.key, shown(folder).key);
}
