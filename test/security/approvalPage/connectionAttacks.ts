import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ask, codeOf, PageHand, post } from '../../harness/mcp/approvalPage.ts';
import { run, token, type Attack } from './parts.ts';

const NOBODY = 65_534;

/** Those by way of the connection, or of what is too much for it. */
export const CONNECTION_ATTACKS: Readonly<Record<string, Attack>> = {
  'a body that is too large, or none that a page sends': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    const large = await post(
      write.address,
      '/say',
      { type: 'reject', ticket: hand.ticket, reason: 'x'.repeat(200_000) },
      token(hand),
    ).catch(
      () => undefined, // it was cut off while it was sent
    );
    assert.ok(large === undefined || large.status === 413);
    const header = await ask(write.address, { headers: { 'x-much': 'x'.repeat(50_000) } });
    assert.equal(header.status, 431);
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '{"type":"run"}',
      '{"type":"approve","ticket":"1"}',
      '{"type":"run","ticket":"1","typed":"","more":1}',
    ])
      assert.equal((await post(write.address, '/say', body, token(hand))).status, 400, body);
    assert.equal(write.now(), 'waiting');
  },
  'many sockets that send nothing, or slowly': async (world) => {
    const write = await world.write();
    const { port } = new URL(write.address);
    const sockets = Array.from({ length: 300 }, (_, i) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      if (i % 2 === 0) socket.write(`POST /say HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 10000\r\n`);
      return socket;
    });
    try {
      await sleep(300);
      const hand = await PageHand.open(write.address);
      await hand.run();
      assert.equal(await write.result, 'run');
      await sleep(7000);
      const left = sockets.filter((socket) => !socket.destroyed && socket.readable && socket.readyState === 'open');
      assert.ok(left.length <= 150, `sockets that are kept: ${String(left.length)}`);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  },
  'another user of this computer': async (world) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return; // only root can be somebody else
    const write = await world.write();
    const script = `fetch('${new URL(write.address).origin}/open', { method: 'POST', headers: { 'content-type': 'application/json', origin: '${new URL(write.address).origin}' }, body: '${JSON.stringify({ code: codeOf(write.address) })}' }).then((r) => console.log(r.status), console.log)`;
    const { stdout } = await promisify(execFile)('node', ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    assert.equal(stdout.trim(), '403');
    await PageHand.open(write.address); // and the code is as good as before
  },
  'another user of this computer who is gone at once': async (world) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return; // only root can be somebody else
    const write = await world.write();
    const { origin, port } = new URL(write.address);
    const body = JSON.stringify({ code: codeOf(write.address) });
    const head = `POST /reject HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${origin}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n`;
    const script = `for (let i = 0; i < 20; i++) { const s = require('net').connect(${port}, '127.0.0.1', () => s.write(${JSON.stringify(head + body)}, () => s.destroy())); s.on('error', () => {}); }`;
    await promisify(execFile)('node', ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    await sleep(300);
    await PageHand.open(write.address); // it still waits
  },
  'a server that is up when nothing waits': async (world) => {
    const write = await world.write({ decisionTimeoutMs: 300 });
    await write.result;
    await sleep(1500);
    await assert.rejects(ask(write.address, {}), /ECONNREFUSED/);
    const next = await world.write();
    await PageHand.open(next.address);
  },
  'another name of this computer': async (world) => {
    const write = await world.write();
    const { port, origin } = new URL(write.address);
    const hand = await PageHand.open(write.address);
    await hand.read();
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port}.evil.example`,
      `[::1]:${port}`,
      `127.1:${port}`,
    ]) {
      assert.equal((await ask(write.address, { headers: { host } })).status, 421, host);
      assert.equal((await post(write.address, '/say', run(hand), { ...token(hand), host })).status, 421);
      assert.equal((await post(write.address, '/say', run(hand), { ...token(hand), host, origin: `http://${host}` })).status, 421);
    }
    assert.equal(write.now(), 'waiting');
    assert.equal(new URL(origin).hostname, '127.0.0.1');
    const others = Object.values(networkInterfaces()).flatMap((all = []) =>
      all.filter(({ internal }) => !internal).map(({ address }) => address),
    );
    for (const address of [...others, '::1']) await assert.rejects(connects(address, Number(port)), address);
  },
};

function connects(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 500 }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject).once('timeout', () => {
      socket.destroy();
      reject(new Error('nobody answers'));
    });
  });
}
