import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import * as z from 'zod';
import { PilotError } from '../../../../src/engine/errors.ts';
import { errorText } from '../../../../src/engine/observability/logger.ts';
import { BrokerServer, type BrokerHost } from '../../../../src/broker/brokerServer.ts';
import { until } from '../../../harness/run.ts';

const CANARY = 'hunter2';

const thrownBy = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
};

suite('what a log says of an error', () => {
  test('no word that a library, a server or a peer may have quoted', async () => {
    const errors: readonly unknown[] = [
      await thrownBy(() => JSON.parse(`{"password": ${CANARY}`)),
      await thrownBy(() => Buffer.alloc(CANARY as never)),
      await thrownBy(() => z.strictObject({}).parse({ [CANARY]: 1 })),
      await thrownBy(() => new URL(`//${CANARY}`)),
      new PilotError('statement.failed', `near 'IDENTIFIED BY '${CANARY}''`, { errno: 1064, sqlState: '42000' }),
      new PilotError('login.refused', CANARY, { untrusted: true }),
      new PilotError('internal', CANARY, { cause: new Error(CANARY) }),
      Object.assign(new Error(CANARY), { name: `${CANARY} of a name`, code: `${CANARY} of a code` }),
      Object.assign(new Error(`a\n    at ${CANARY} (${CANARY})`), { code: 'ER_ODD' }),
      { message: CANARY, [CANARY]: CANARY },
      [CANARY],
    ];
    for (const error of errors) {
      const text = errorText(error) ?? '';
      assert.ok(text !== '' && !text.includes(CANARY), text);
    }
  });

  test('our own words, those of a call of the system, and of all others the codes and the place', async () => {
    assert.equal(errorText(new PilotError('input.invalid', 'Our words.', {})), 'Our words.');
    assert.match(String(errorText(await thrownBy(() => readFile('/not/there')))), /ENOENT.*\/not\/there/);
    assert.match(String(errorText(await thrownBy(() => JSON.parse('{')))), /^SyntaxError at \S*logger\.test\.ts:\d+:\d+$/);
    assert.match(
      String(errorText(new PilotError('statement.failed', 'x', { errno: 1064, sqlState: '42000' }))),
      /statement\.failed 1064 42000/,
    );
    assert.equal(errorText('a text of ours'), 'a text of ours');
  });

  test('a peer of the broker that sends no JSON-RPC is told without its text', async () => {
    const told: string[] = [];
    const never = (): never => assert.fail('no peer has proven itself');
    const host: Partial<BrokerHost> = { log: (message, error) => void told.push([message, errorText(error)].join(' ')), peerGone: never };
    const broker = await BrokerServer.listen(host as BrokerHost);
    const socket = connect(broker.rendezvous.socket);
    socket.on('error', () => undefined);
    const body = `{"password": ${CANARY}`;
    socket.write(`Content-Length: ${String(body.length)}\r\n\r\n${body}`);
    try {
      await until(() => told.length > 0, 'the broker to say something');
      assert.match(told[0] ?? '', /isn't JSON-RPC/);
      assert.ok(!told.join().includes(CANARY), told.join());
    } finally {
      socket.destroy();
      await broker.close();
    }
  });
});
