import assert from 'node:assert/strict';
import path from 'node:path';
import { parseAddress } from '../../../../../src/engine/driver/ssh/sshAddress.ts';
import { routeOf } from '../../../../../src/engine/driver/ssh/sshRoute.ts';
import type { SshTunnelSettings } from '../../../../../src/engine/driver/profile.ts';

const HOME = path.resolve('/home/me');
const inHome = (name: string): string => path.join(HOME, '.ssh', name);

suite('the way through SSH', () => {
  const route = (config: string, tunnel: SshTunnelSettings, agent?: string) =>
    routeOf(tunnel, [], { home: HOME, user: 'me', agent, config });

  test('what nobody says is as ssh has it', () => {
    const [hop] = route('', { host: 'bastion' }, '/agent');
    assert.deepEqual(hop, {
      ...{ host: 'bastion', port: 22, user: 'me', knownAs: 'bastion', hostKey: undefined, secret: {}, agent: '/agent' },
      knownHostsFiles: [inHome('known_hosts'), inHome('known_hosts2'), '/etc/ssh/ssh_known_hosts'],
      keyFiles: ['id_ed25519', 'id_ecdsa', 'id_rsa'].map(inHome),
      keyIsNamed: false,
      onlyTheseKeys: false,
    });
  });

  test('the file of ssh fills in, and what the connection says wins', () => {
    const config = `
Host gate
  HostName %h.internal.example
  Port 2022
  user deploy
  IdentityFile ~/.ssh/work
  IdentityFile %d/.ssh/other
  IdentitiesOnly yes
  HostKeyAlias the-gate
  UserKnownHostsFile ~/.ssh/known_work
Host *
  IdentityAgent none
`;
    const [hop] = route(config, { host: 'gate' }, '/agent');
    assert.deepEqual(
      [hop?.host, hop?.port, hop?.user, hop?.knownAs, hop?.agent, hop?.onlyTheseKeys],
      ['gate.internal.example', 2022, 'deploy', 'the-gate', undefined, true],
    );
    assert.deepEqual(hop?.keyFiles, [inHome('work'), inHome('other')]);
    assert.equal(hop.knownHostsFiles[0], inHome('known_work'));
    const [own] = route(config, { host: 'gate', port: 1, user: 'u', keyFile: '/k', knownHostsFile: '/known' });
    assert.deepEqual([own?.port, own?.user, own?.keyFiles, own?.knownHostsFiles], [1, 'u', ['/k'], ['/known']]);
  });

  test('jumps: of the connection, of the file, and both', () => {
    const config =
      'Host inner\n  ProxyJump me2@first:2201,second\nHost first\n  HostName 10.0.0.1\n  ProxyJump zero\nHost alone\n  ProxyJump none\n';
    const hops = (tunnel: SshTunnelSettings): string[] =>
      route(config, tunnel).map(({ user, host, port }) => `${user}@${host}:${String(port)}`);
    assert.deepEqual(hops({ host: 'inner' }), ['me@zero:22', 'me2@10.0.0.1:2201', 'me@second:22', 'me@inner:22']);
    assert.deepEqual(hops({ host: 'last', jumps: [{ host: 'first', user: 'x' }] }), ['me@zero:22', 'x@10.0.0.1:22', 'me@last:22']);
    assert.deepEqual(hops({ host: 'alone' }), ['me@alone:22']);
  });

  test('secrets belong to the servers that the connection names', () => {
    const hops = routeOf({ host: 'last', jumps: [{ host: 'a' }] }, [{ password: '1' }, { password: '2' }], {
      ...{ home: HOME, user: 'me', agent: undefined },
      config: 'Host a\n  ProxyJump b\n',
    });
    assert.deepEqual(
      hops.map(({ host, secret }) => [host, secret.password]),
      [
        ['b', undefined],
        ['a', '1'],
        ['last', '2'],
      ],
    );
  });

  test('what cannot be gone', () => {
    assert.throws(() => route('Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n', { host: 'a' }), /leads back/);
    assert.throws(() => route('Host a\n  ProxyCommand nc %h %p\n', { host: 'a' }), /ProxyCommand, which is not supported/);
    assert.throws(
      () => route(`Host a\n  ProxyJump ${Array.from({ length: 9 }, (_, i) => `h${String(i)}`).join()}\n`, { host: 'a' }),
      /more than 8/,
    );
  });

  test('addresses', () => {
    assert.deepEqual(parseAddress('me@host:22'), { host: 'host', port: 22, user: 'me' });
    assert.deepEqual(parseAddress('ssh://me@[::1]:2222/'), { host: '::1', port: 2222, user: 'me' });
    assert.deepEqual(parseAddress('host'), { host: 'host' });
    for (const text of ['', 'a b:c', '::1', 'host:port', '@host'])
      assert.throws(() => parseAddress(text), /isn't a valid SSH server address/, text);
  });
});
