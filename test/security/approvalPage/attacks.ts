import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { decisionOf } from '../../../src/server/mcp/pageApprover.ts';
import { ask, codeOf, PageHand, post } from '../../harness/mcp/approvalPage.ts';
import { CONNECTION_ATTACKS } from './connectionAttacks.ts';
import { run, token, type Attack } from './parts.ts';

/** Each is an attempt to decide, to read or to hinder that must fail; it throws where it succeeds. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  ...CONNECTION_ATTACKS,
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
    assert.match(hand.notice, /opened a second time\. If that wasn't you, reject/);
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
        const reply = await post(write.address, path, run(hand), headers);
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
    const policy = String(headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    assert.equal(
      policy,
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    assert.notEqual(nonce, /'nonce-([^']+)'/.exec(String((await ask(write.address, {})).headers['content-security-policy']))?.[1]);
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
    assert.match(String(state.headers['content-security-policy']), /frame-ancestors 'none'/);
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
    const late = await world.write({ decisionTimeoutMs: 2500 });
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
    const unopened = await world.write({ decisionTimeoutMs: 300 });
    assert.equal(await unopened.result, 'approval.expired');
    const tooLate = await PageHand.open(unopened.address);
    assert.equal(tooLate.shown?.phase, 'expired', 'whoever opens it too late is told so');
  },
  'a yes that nobody comes for in time': async (world) => {
    const page = await world.open();
    const hand = await PageHand.open(page.address);
    await hand.run();
    assert.equal(hand.shown?.phase, 'running');
    await sleep(1300);
    await hand.look();
    assert.equal(hand.shown.phase, 'expired');
    assert.match(hand.shown.text, /didn't continue\. Nothing was changed/);
    await assert.rejects(decisionOf(page, new AbortController().signal), /expired without a decision/);
    const next = await world.open();
    const other = await PageHand.open(next.address);
    await other.run();
    await decisionOf(next, new AbortController().signal);
  },
  'more writes than a person can decide about': async (world) => {
    const waiting = await Promise.all(Array.from({ length: 8 }, () => world.write()));
    await assert.rejects(world.open(), /too many requests wait/);
    waiting[0]?.cancel();
    await waiting[0]?.result;
    await world.write();
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
};
