import assert from 'node:assert/strict';
import { LATEST_PROTOCOL_VERSION, JSONRPCMessageSchema, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { isMessage, recordParam, RpcError, textParam, textsParam } from '../../../../src/server/protocol/rpc.ts';
import { PROTOCOL_VERSIONS, readIntroduction } from '../../../../src/server/protocol/rpcPeer.ts';
import { currentDepth } from '../../../harness/depth.ts';

suite('messages of JSON-RPC', () => {
  test('what the SDK takes for a message is one, and nothing that it does not', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    const message = fc.record(
      {
        jsonrpc: fc.constantFrom('2.0', '1.0'),
        id: fc.oneof(fc.string(), fc.integer(), fc.constantFrom(null, 1.5, true)),
        method: fc.oneof(fc.string(), fc.constantFrom(1, null)),
        params: fc.oneof(fc.dictionary(fc.string(), part), fc.constantFrom([], 'x', null)),
        result: fc.oneof(fc.dictionary(fc.string(), part), fc.constantFrom('x', null)),
        error: fc.oneof(fc.constant({ code: -1, message: 'm' }), fc.constantFrom({}, 'x', null)),
      },
      { requiredKeys: ['jsonrpc'] },
    );
    fc.assert(
      fc.property(message, (one) => {
        const value: unknown = JSON.parse(JSON.stringify(one));
        if (isMessage(value)) {
          // It refuses what stands beside what it needs; so that we never answer, we need not.
          const { jsonrpc, id, method, params, result, error } = value;
          const known = {
            jsonrpc,
            ...(id === undefined ? {} : { id }),
            ...(method === undefined ? (result === undefined ? { error } : { result }) : { method, params }),
          };
          const meta = (method === undefined ? result : params)?.['_meta'];
          if (meta === undefined)
            assert.ok(JSONRPCMessageSchema.safeParse(JSON.parse(JSON.stringify(known))).success, JSON.stringify(known));
        } else assert.ok(!JSONRPCMessageSchema.safeParse(value).success, JSON.stringify(value));
      }),
      { numRuns: currentDepth() === 'full' ? 10_000 : 1000 },
    );
  });

  test('any other value is none, and nothing is thrown', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => !isMessage(value)));
    for (const value of [undefined, null, [], {}, { jsonrpc: '2.0' }, { jsonrpc: '2.0', id: 1 }]) assert.equal(isMessage(value), false);
  });

  test('parameters of a wrong kind are named', () => {
    assert.equal(textParam({ uri: 'a' }, 'uri'), 'a');
    assert.deepEqual(recordParam({}, 'arguments'), {});
    assert.deepEqual(textsParam({ arguments: { a: 'b' } }, 'arguments'), { a: 'b' });
    for (const wrong of [
      () => textParam({ uri: 1 }, 'uri'),
      () => recordParam({ arguments: [] }, 'arguments'),
      () => textsParam({ arguments: { uri: 1 } }, 'arguments'),
    ])
      assert.throws(wrong, (error) => error instanceof RpcError && error.code === -32602 && /uri|arguments/.test(error.message));
  });

  test('the versions are those of the SDK; a client that asks for another gets the newest', () => {
    assert.deepEqual([...PROTOCOL_VERSIONS].sort(), [...SUPPORTED_PROTOCOL_VERSIONS].sort());
    assert.equal(PROTOCOL_VERSIONS[0], LATEST_PROTOCOL_VERSION);
    assert.equal(readIntroduction({ protocolVersion: '2024-11-05' }).version, '2024-11-05');
    const { version, client, capabilities } = readIntroduction({
      protocolVersion: '1999-01-01',
      clientInfo: { name: 'me' },
      capabilities: { elicitation: {} },
    });
    assert.deepEqual([version, client, capabilities], [LATEST_PROTOCOL_VERSION, 'me', { elicitation: {} }]);
    assert.throws(() => readIntroduction({}), RpcError);
  });
});
