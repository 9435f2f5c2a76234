import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node';
import { APPROVE_WRITE, AUTHENTICATE, GET_SECRET, LIST_PROFILES, PROTOCOL_VERSION } from '../../../src/broker/contracts.ts';
import { makeSocketFolder, readRendezvous, sweepRendezvous, writeRendezvous } from '../../../src/broker/rendezvous.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { REVIEW } from '../../harness/mcp/sampleReview.ts';

const NOWHERE = { host: '127.0.0.1', port: 1 } as Parameters<TestBroker['add']>[0];

suite('broker socket', () => {
  let broker: TestBroker;
  let socket: Socket;
  let peer: MessageConnection;

  setup(async () => {
    broker = await TestBroker.start();
    broker.add(NOWHERE, { password: 'the-secret' });
    socket = createConnection(broker.server.rendezvous.socket);
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    peer = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    peer.listen();
    socket.once('close', () => {
      peer.dispose(); // rejects what is still waiting
    });
  });
  teardown(async () => {
    socket.destroy();
    await broker.dispose();
  });

  const closed = async (): Promise<void> => {
    if (!socket.destroyed) await once(socket, 'close');
  };
  const id = (): string => broker.profiles[0]?.id ?? '';

  test('the socket lies in a folder of its owner alone', async () => {
    const { mode } = await stat(path.dirname(broker.server.rendezvous.socket));
    assert.equal(mode & 0o777, 0o700);
  });

  test('serves who knows the token, one secret at a time', async () => {
    assert.equal(await peer.sendRequest(AUTHENTICATE, { token: broker.server.rendezvous.token, protocol: PROTOCOL_VERSION }), true);
    const profiles = await peer.sendRequest<object[]>(LIST_PROFILES);
    assert.equal(profiles.length, 1);
    assert.ok(!JSON.stringify(profiles).includes('the-secret'));
    assert.deepEqual(await peer.sendRequest(GET_SECRET, { id: id() }), { password: 'the-secret' });
  });

  test('an approval that is decided leaves nothing behind on its socket', async () => {
    await peer.sendRequest(AUTHENTICATE, { token: broker.server.rendezvous.token, protocol: PROTOCOL_VERSION });
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const request = { id: 'a'.repeat(64), profile: id(), review: REVIEW, waitMs: 1000 };
    for (let i = 0; i < 12; i++) assert.deepEqual(await peer.sendRequest(APPROVE_WRITE, request), { id: request.id, decision: 'reject' });
    await new Promise((resolve) => setImmediate(resolve)); // warnings are told a moment later
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });

  for (const [what, method] of [
    ['the list', LIST_PROFILES],
    ['a secret', GET_SECRET],
  ] as const) {
    test(`gives nobody ${what} before the token, and cuts off`, async () => {
      await assert.rejects(peer.sendRequest(method, { id: id() }), /Not authenticated|disposed|closed/);
      await closed();
    });
  }

  for (const credentials of [
    { token: 'f'.repeat(64), protocol: PROTOCOL_VERSION },
    { token: '', protocol: PROTOCOL_VERSION },
    { token: 'zz', protocol: PROTOCOL_VERSION },
    { protocol: PROTOCOL_VERSION },
    [],
  ]) {
    test(`refuses ${JSON.stringify(credentials).slice(0, 40)}`, async () => {
      assert.equal(await peer.sendRequest(AUTHENTICATE, credentials), false);
      await closed();
      assert.deepEqual(broker.log, ['A peer was refused: wrong token or protocol.']);
    });
  }

  test('cuts off who stays silent or sends nonsense, and goes on serving', async () => {
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await closed();
    const silent = createConnection(broker.server.rendezvous.socket);
    await new Promise((resolve) => silent.once('close', resolve));
    assert.ok(broker.log.includes('A peer was cut off: it did not authenticate in time.'));
    const wordy = createConnection(broker.server.rendezvous.socket);
    const cutOff = new Promise((resolve) => wordy.once('close', resolve));
    wordy.on('error', () => undefined);
    wordy.write(`Content-Length: 99999999999\r\n\r\n${'x'.repeat(1_000_000)}`);
    await cutOff;
    assert.equal(broker.log.filter((line) => line.includes('in time')).length, 1, 'it was cut off before the time of silence was over');
    const again = createConnection(broker.server.rendezvous.socket);
    await new Promise((resolve) => again.once('connect', resolve));
    again.destroy();
  });
});

suite('rendezvous file', () => {
  let folder: string;
  const rendezvous = { protocol: PROTOCOL_VERSION, socket: '/nowhere', token: 'a'.repeat(64), pid: process.pid } as const;

  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-rendezvous-'));
  });
  teardown(() => rm(folder, { recursive: true, force: true }));

  test('is written for its owner alone and read back', async () => {
    const file = path.join(folder, 'a.json');
    await writeRendezvous(file, rendezvous);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readRendezvous(file), rendezvous);
    assert.deepEqual(await readdir(folder), ['a.json']);
  });

  test('is undefined where there is none', async () => {
    assert.equal(await readRendezvous(path.join(folder, 'none.json')), undefined);
  });

  test('files of dead windows are swept with their sockets, those of living ones stay', async () => {
    const dead = 2 ** 22 + 1; // above the highest pid that Linux gives
    const left = await makeSocketFolder();
    await writeRendezvous(path.join(folder, 'living.json'), rendezvous);
    await writeRendezvous(path.join(folder, 'dead.json'), { ...rendezvous, pid: dead, socket: path.join(left, 'broker.sock') });
    await writeRendezvous(path.join(folder, 'elsewhere.json'), { ...rendezvous, pid: dead, socket: path.join(folder, 'broker.sock') });
    await writeFile(path.join(folder, 'broken.json'), 'x');
    const ofAnotherVersion = { ...rendezvous, protocol: 99, more: true };
    await writeFile(path.join(folder, 'other.json'), JSON.stringify(ofAnotherVersion), { mode: 0o600 });
    await writeFile(path.join(folder, 'otherDead.json'), JSON.stringify({ ...ofAnotherVersion, pid: dead }), { mode: 0o600 });
    await sweepRendezvous(folder);
    assert.deepEqual((await readdir(folder)).sort(), ['living.json', 'other.json']);
    await assert.rejects(stat(left), { code: 'ENOENT' });
  });

  test('a temporary file that another window is writing stays, an abandoned one is swept', async () => {
    const hourAgo = Date.now() / 1000 - 3600;
    await writeFile(path.join(folder, 'a.json.0123.tmp'), '');
    await writeFile(path.join(folder, 'b.json.4567.tmp'), '');
    await utimes(path.join(folder, 'b.json.4567.tmp'), hourAgo, hourAgo);
    await sweepRendezvous(folder);
    assert.deepEqual(await readdir(folder), ['a.json.0123.tmp']);
  });
});
