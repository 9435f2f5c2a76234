import assert from 'node:assert/strict';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RpcMessage } from '../../../../src/server/protocol/rpc.ts';
import { RPC_CODES, RpcError } from '../../../../src/server/protocol/rpc.ts';
import { RpcPeer } from '../../../../src/server/protocol/rpcPeer.ts';
import { until } from '../../../harness/run.ts';

const NEVER = new AbortController().signal;

suite('one side of JSON-RPC', () => {
  let peer: RpcPeer;
  let other: InMemoryTransport;
  let seen: RpcMessage[];
  const say = (message: object): Promise<void> => other.send({ jsonrpc: '2.0', ...message } as JSONRPCMessage);
  const answered = (id: number): Promise<RpcMessage> =>
    until(() => Promise.resolve(seen.find((one) => one.id === id && one.method === undefined)), `answer ${String(id)}`);

  setup(async () => {
    peer = new RpcPeer();
    seen = [];
    const [one, two] = InMemoryTransport.createLinkedPair();
    other = two;
    other.onmessage = (message) => seen.push(message as RpcMessage);
    await other.start();
    peer.handle('slow', async (_, { signal }) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      return { stopped: true };
    });
    peer.handle('fails', () => {
      throw new RpcError(RPC_CODES.invalidParams, 'so not');
    });
    peer.handle('breaks', () => Promise.reject(new Error('broken')));
    peer.handle('tells', async (params, { notify }) => {
      await notify('notifications/progress', { progress: 1 });
      return { params };
    });
    await peer.connect(one);
  });

  test('requests are answered, each with its own answer or error', async () => {
    await say({ id: 1, method: 'ping' });
    await say({ id: 2, method: 'fails' });
    await say({ id: 3, method: 'breaks' });
    await say({ id: 4, method: 'nowhere' });
    await say({ id: 5, method: 'tells', params: { a: 1 } });
    assert.deepEqual((await answered(1)).result, {});
    assert.deepEqual((await answered(2)).error, { code: -32602, message: 'so not' });
    assert.deepEqual((await answered(3)).error, { code: -32603, message: 'broken' });
    assert.deepEqual((await answered(4)).error, { code: -32601, message: 'Method not found: nowhere' });
    assert.deepEqual((await answered(5)).result, { params: { a: 1 } });
    assert.ok(seen.some(({ method }) => method === 'notifications/progress'));
  });

  test('what is cancelled is stopped, and not answered; so is everything when the other side goes', async () => {
    await say({ id: 1, method: 'slow' });
    await say({ method: 'notifications/cancelled', params: { requestId: 1 } });
    await say({ method: 'notifications/cancelled', params: { requestId: 99 } });
    await say({ id: 2, method: 'ping' });
    await answered(2);
    await sleep(10);
    assert.ok(!seen.some(({ id }) => id === 1));
    let stopped = false;
    peer.handle('watched', async (_, { signal }) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      stopped = true;
    });
    await say({ id: 3, method: 'watched' });
    await other.close();
    await until(() => Promise.resolve(stopped), 'the end of what ran');
    await peer.notify('notifications/message', {}); // to nobody: nothing is thrown
  });

  test('a question to the other side: answered, refused, too late, no longer wanted, cut off', async () => {
    const options = { timeoutMs: 5000, signal: NEVER };
    const question = async (): Promise<number> =>
      Number((await until(() => Promise.resolve(seen.find(({ method }) => method === 'ask')), 'the question')).id);
    const asked = peer.ask('ask', { a: 1 }, options);
    const id = await question();
    await say({ id, result: { yes: true } });
    assert.deepEqual(await asked, { yes: true });

    seen.length = 0;
    const refused = peer.ask('ask', {}, options);
    await say({ id: await question(), error: { code: 7, message: 'no' } });
    await assert.rejects(refused, (error) => error instanceof RpcError && error.code === 7);

    seen.length = 0;
    await assert.rejects(
      peer.ask('ask', {}, { ...options, timeoutMs: 20 }),
      (error) => error instanceof RpcError && error.code === RPC_CODES.requestTimeout,
    );
    const late = await question();
    await until(
      () => Promise.resolve(seen.find(({ method, params }) => method === 'notifications/cancelled' && params?.['requestId'] === late)),
      'the withdrawal',
    );

    seen.length = 0;
    const controller = new AbortController();
    const unwanted = peer.ask('ask', {}, { timeoutMs: 5000, signal: controller.signal });
    controller.abort();
    await assert.rejects(unwanted, RpcError);
    await assert.rejects(peer.ask('ask', {}, { timeoutMs: 5000, signal: AbortSignal.abort() }), RpcError);

    const open = peer.ask('ask', {}, options);
    await other.close();
    await assert.rejects(open, (error) => error instanceof RpcError && error.code === RPC_CODES.connectionClosed);
  });

  test('answers to nothing and what is no message are passed over', async () => {
    await say({ id: 77, result: {} });
    other.onmessage = (message) => seen.push(message as RpcMessage);
    await other.send({ nonsense: true } as unknown as JSONRPCMessage);
    await say({ id: 1, method: 'ping' });
    await answered(1);
  });
});
