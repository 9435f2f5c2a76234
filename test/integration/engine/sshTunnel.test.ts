import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { SshTunnel } from '../../../src/engine/driver/ssh/sshTunnel.ts';
import { until } from '../../harness/run.ts';
import { makeKey, SshServer } from '../../harness/servers/sshServer.ts';

suite('one SSH connection for many streams', function () {
  this.timeout(120_000); // OpenSSH may have to be fetched
  let folder: string;
  let sshd: SshServer;
  let peer: Server;
  let tunnel: SshTunnel;

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-tunnel-'));
    const keyFile = path.join(folder, 'key');
    sshd = await SshServer.start({ keys: [await makeKey(keyFile)] });
    const knownHostsFile = path.join(folder, 'known');
    await writeFile(knownHostsFile, await sshd.knownHosts());
    peer = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('x'.repeat(100_000));
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    tunnel = new SshTunnel({
      settings: { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile, knownHostsFile, configFile: false },
      secrets: () => Promise.resolve([]),
      timeoutMs: 10_000,
      idleMs: 200,
    });
  });
  suiteTeardown(async () => {
    tunnel.close();
    peer.close();
    await sshd.dispose();
    await rm(folder, { recursive: true });
  });

  /** Streams that nobody reads: one that is given up in the middle of a result is no other. */
  const dial = async (): Promise<Duplex> => {
    const stream = await tunnel.dial({ host: '127.0.0.1', port: (peer.address() as AddressInfo).port });
    stream.once('close', () => closed.add(stream));
    return stream;
  };
  const closed = new Set<Duplex>();
  const count = (what: string): number => sshd.log.split(what).length - 1;

  test('it lasts as long as something goes through it, and ends soon after', async () => {
    const first = await dial();
    await sleep(1000);
    assert.equal(closed.has(first), false, 'it is in use');
    const second = await dial();
    assert.equal(count('Accepted publickey'), 1);
    first.destroy();
    second.destroy();
    await until(() => count('Disconnected from user') === 1, 'its end');
  });

  test('the end of an old one does not make a new one forgotten', async () => {
    const old = await dial();
    assert.equal(count('Accepted publickey'), 2);
    tunnel.close();
    const next = await dial();
    old.destroy();
    await until(() => count('Disconnected from user') === 2, 'the end of the one that was closed');
    await sleep(300);
    const last = await dial();
    assert.equal(count('Accepted publickey'), 3);
    next.destroy();
    last.destroy();
    await until(() => count('Disconnected from user') === 3, 'the end of both');
  });

  test('what cannot be reached behind it leaves it usable', async () => {
    await assert.rejects(tunnel.dial({ host: '127.0.0.1', port: 1 }), /can't reach 127\.0\.0\.1:1/);
    (await dial()).destroy();
    await until(() => count('Disconnected from user') === 4, 'its end');
  });
});
