import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ask, codeOf, PageHand, post } from '../../harness/mcp/approvalPage.ts';
import type { World } from './world.ts';

type Attack = (world: World) => Promise<void>;

const NOBODY = 65_534;
const token = (hand: PageHand) => ({ 'x-mysql-pilot-token': hand.token });
const run = (hand: PageHand) => ({ type: 'run', ticket: hand.ticket, typed: hand.review?.typed?.value ?? '' });

/** Each is an attempt to decide, to read or to hinder that must fail; it throws where it succeeds. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  'a wrong code': async (world) => {
    const write = await world.write();
    for (const code of [
      '',
      'A'.repeat(43),
      codeOf(write.address).slice(1),
      codeOf(write.address).toLowerCase(),
      `${codeOf(write.address)} `,
    ])
      assert.equal((await post(write.address, '/open', { code })).status, 404, code);
    assert.equal((await post(write.address, '/open', { code: 'x'.repeat(500) })).status, 400);
    assert.equal((await post(write.address, '/open', { code: { toString: 'x' } })).status, 400);
    assert.equal(codeOf(write.address).length, 43, '256 bits');
    const other = await world.write();
    assert.notEqual(codeOf(write.address), codeOf(other.address));
  },
  'a second use of the code': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    const again = await post(write.address, '/open', { code: codeOf(write.address) });
    assert.equal(again.status, 409);
    assert.match(again.text, /already opened/);
    await hand.look();
    assert.match(hand.notice, /opened a second time\. If that was not you, reject/);
    assert.equal((await post(write.address, '/reject', { code: codeOf(write.address) })).status, 200, 'who has the code may say no');
    assert.equal(await write.result, 'approval.denied');
  },
  'another browser': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    await hand.read();
    for (const headers of [
      {},
      { 'x-mysql-pilot-token': '' },
      { 'x-mysql-pilot-token': codeOf(write.address) },
      { cookie: `token=${hand.token}` },
    ])
      for (const path of ['/say', '/state']) {
        const reply = await post(write.address, path, run(hand), headers as Record<string, string>);
        assert.equal(reply.status, 404);
        assert.ok(!reply.text.includes('waiting'));
      }
    assert.equal(write.now(), 'waiting');
  },
  'a request of another site': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    await hand.read();
    const { port } = new URL(write.address);
    for (const origin of [
      'https://evil.example',
      'null',
      '',
      `http://localhost:${port}`,
      'http://127.0.0.1',
      'http://127.0.0.1:1',
      `https://127.0.0.1:${port}`,
    ]) {
      const reply = await post(write.address, '/say', run(hand), { ...token(hand), origin });
      assert.equal(reply.status, 403, origin);
      assert.equal(reply.headers['access-control-allow-origin'], undefined);
    }
    const noOrigin = {
      method: 'POST',
      path: '/say',
      body: JSON.stringify(run(hand)),
      headers: { 'content-type': 'application/json', ...token(hand) },
    };
    assert.equal((await ask(write.address, noOrigin)).status, 403);
    for (const site of ['cross-site', 'same-site', 'none'])
      assert.equal((await post(write.address, '/say', run(hand), { ...token(hand), 'sec-fetch-site': site })).status, 403);
    await sleep(20);
    assert.equal(write.now(), 'waiting');
  },
  'a form': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    await hand.read();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json; charset=utf-8'])
      assert.equal((await post(write.address, '/say', run(hand), { ...token(hand), 'content-type': type })).status, 415, type);
    assert.equal(write.now(), 'waiting');
  },
  'a GET or HEAD that decides, or that uses the code up': async (world) => {
    const write = await world.write();
    const code = codeOf(write.address);
    const paths = ['/', `/?code=${code}`, `/open?code=${code}`, '/open', '/say', '/state', `/reject?code=${code}`, '/reject', `/${code}`];
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])
      for (const path of paths) {
        const { status, text } = await ask(write.address, { method, path, body: '' });
        assert.equal(status, ['GET', 'HEAD'].includes(method) ? (path === '/' ? 200 : 404) : 405, `${method} ${path}`);
        assert.ok(!text.includes('UPDATE'), 'nothing of the write');
      }
    const hand = await PageHand.open(write.address);
    await hand.read();
    for (const method of ['GET', 'HEAD', 'PUT'])
      await ask(write.address, {
        method,
        path: '/say',
        body: JSON.stringify(run(hand)),
        headers: { ...token(hand), origin: new URL(write.address).origin },
      });
    assert.equal(write.now(), 'waiting');
    await hand.run();
    assert.equal(await write.result, 'run', 'what previews of links have fetched before is of no account');
  },
  'a frame, a cache, a window that keeps hold of the page': async (world) => {
    const write = await world.write();
    const { headers, text } = await ask(write.address, {});
    const policy = headers['content-security-policy'] ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    assert.equal(
      policy,
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    assert.notEqual(nonce, /'nonce-([^']+)'/.exec((await ask(write.address, {})).headers['content-security-policy'] ?? '')?.[1]);
    const expected = {
      ...{ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
      ...{ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' },
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(headers[name], value, name);
    for (const to of ['iframe', 'object', 'embed', 'script', 'style', 'image'])
      assert.equal((await ask(write.address, { headers: { 'sec-fetch-dest': to } })).status, 403, to);
    assert.deepEqual(text.match(/(?:src|href|url\()\s*=?\s*["']?https?:[^"')\s]*/g), null, 'nothing comes from elsewhere');
    assert.ok(!text.includes('%NONCE%') && !text.includes('%STRINGS%'));
    const state = await post(write.address, '/state', {}, {});
    assert.match(state.headers['content-security-policy'] ?? '', /frame-ancestors 'none'/);
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
  'the ticket of one write with the token of another': async (world) => {
    const [one, other] = [await world.write(), await world.write()];
    const [first, second] = [await PageHand.open(one.address), await PageHand.open(other.address)];
    await first.read();
    await second.read();
    await post(one.address, '/say', run(second), token(first));
    await post(one.address, '/say', run(first), token(second));
    await post(one.address, '/say', { type: 'run', ticket: '', typed: run(first).typed }, token(first));
    await sleep(20);
    assert.deepEqual([one.now(), other.now()], ['waiting', 'waiting']);
    await first.run();
    assert.equal(await one.result, 'run');
    assert.equal(other.now(), 'waiting');
    await second.reject();
    assert.equal(await other.result, 'approval.denied');
  },
  'a yes before anybody could have read': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    const { ticket } = hand;
    const said = async (...types: ('drawn' | 'sight' | 'seen')[]): Promise<void> => {
      for (const type of types) await hand.say(type === 'sight' ? { type, ticket, visible: true } : { type, ticket });
      await post(write.address, '/say', run(hand), token(hand));
      assert.equal(write.now(), 'waiting', types.join());
    };
    await said();
    await said('drawn', 'seen');
    await said('sight');
    await sleep(1700);
    await hand.say({ type: 'typing', ticket });
    await said();
    await hand.say({ type: 'sight', ticket, visible: false });
    await sleep(1700);
    await said();
    await hand.say({ type: 'sight', ticket, visible: true });
    await sleep(1700);
    await post(write.address, '/say', { type: 'run', ticket, typed: 'another name' }, token(hand));
    assert.equal(write.now(), 'waiting');
  },
  'a page that was closed long before its yes': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    const { ticket } = hand;
    await hand.say({ type: 'drawn', ticket });
    await hand.say({ type: 'sight', ticket, visible: true });
    await hand.say({ type: 'seen', ticket });
    await sleep(5200);
    await post(write.address, '/say', run(hand), token(hand));
    assert.equal(write.now(), 'waiting');
  },
  'a yes after the time, after a no, after a cancel': async (world) => {
    const late = await world.write({ patienceMs: 2500 });
    const hand = await PageHand.open(late.address);
    await hand.read();
    assert.equal(await late.result, 'approval.expired');
    await hand.say({ type: 'run', ticket: hand.ticket, typed: run(hand).typed });
    assert.equal(hand.shown?.phase, 'expired');
    assert.match(hand.shown.text, /expired\. Nothing was changed/);
    const refused = await world.write();
    const second = await PageHand.open(refused.address);
    await second.read();
    await second.reject('no');
    await second.say({ type: 'run', ticket: second.ticket, typed: run(second).typed });
    assert.equal(await refused.result, 'approval.denied');
    assert.equal(second.shown?.phase, 'rejected');
    const stopped = await world.write();
    const third = await PageHand.open(stopped.address);
    await third.read();
    stopped.cancel();
    assert.equal(await stopped.result, 'approval.denied');
    await third.say({ type: 'run', ticket: third.ticket, typed: run(third).typed });
    assert.match(third.shown?.text ?? '', /canceled the request\. Nothing was changed/);
    const unopened = await world.write({ patienceMs: 300 });
    assert.equal(await unopened.result, 'approval.expired');
    const tooLate = await PageHand.open(unopened.address);
    assert.equal(tooLate.shown?.phase, 'expired', 'whoever opens it too late is told so');
  },
  'a yes that is sent again': async (world) => {
    const write = await world.write();
    const hand = await PageHand.open(write.address);
    await hand.run();
    assert.equal(await write.result, 'run');
    await post(write.address, '/say', run(hand), token(hand));
    await hand.reject('too late');
    assert.equal(hand.shown?.phase, 'running', 'what is decided is decided');
  },
  'another user of this computer': async (world) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return; // only root can be somebody else
    const write = await world.write();
    const script = `fetch('${new URL(write.address).origin}/open', { method: 'POST', headers: { 'content-type': 'application/json', origin: '${new URL(write.address).origin}' }, body: '${JSON.stringify({ code: codeOf(write.address) })}' }).then((r) => console.log(r.status), console.log)`;
    const { stdout } = await promisify(execFile)('node', ['-e', script], { uid: NOBODY, gid: NOBODY, cwd: '/' });
    assert.equal(stdout.trim(), '403');
    await PageHand.open(write.address); // and the code is as good as before
  },
  'a server that is up when nothing waits': async (world) => {
    const write = await world.write({ patienceMs: 300 });
    await write.result;
    await sleep(1500);
    await assert.rejects(ask(write.address, {}), /ECONNREFUSED/);
    const next = await world.write();
    await PageHand.open(next.address);
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
