import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2';
import { addCommand, DriverCommandBase, lacksOf, replaceParser, streamOf } from '../../../../src/engine/driver/mysql2Internals.ts';

suite('what is used of the driver beside its public API', () => {
  let line: PassThrough;
  let connection: Connection;

  setup(() => {
    line = new PassThrough();
    connection = createConnection({ stream: line, user: 'nobody', connectTimeout: 0 });
    connection.on('error', () => undefined);
  });
  teardown(() => {
    connection.destroy();
  });

  test('is there', () => {
    assert.deepEqual(lacksOf(connection), []);
    assert.equal(streamOf(connection), line);
  });

  for (const part of ['stream', 'packetParser', 'addCommand', '_resetSequenceId', 'writePacket', '_mariadbExtendedMetadata', 'config']) {
    test(`is missed by its name: ${part}`, () => {
      const other = new Proxy(connection, { get: (target, key) => (key === part ? undefined : (Reflect.get(target, key) as unknown)) });
      assert.match(lacksOf(other).join(), new RegExp(`^${part}(?:\\.\\w+)?$`));
    });
  }

  test('is missed by its name: the methods of a command', () => {
    const prototype = DriverCommandBase.prototype as unknown as Record<string, unknown>;
    const owner = [prototype, Object.getPrototypeOf(prototype) as Record<string, unknown>].find((one) => Object.hasOwn(one, 'start'));
    const start = owner?.['start'];
    assert.ok(owner !== undefined && start !== undefined);
    try {
      owner['start'] = undefined;
      assert.deepEqual(lacksOf(connection), ['Query.start']);
    } finally {
      owner['start'] = start;
    }
  });

  test('what arrives goes where it is told, and to the parser from there', async () => {
    const arrived: Buffer[] = [];
    const parse = replaceParser(connection, (chunk) => arrived.push(chunk));
    const refused = new Promise((resolve) => {
      connection.connect(resolve);
    });
    line.push(Buffer.from([17, 0, 0, 0, 0xff, 0x10, 0x04, ...Buffer.from('#08004Too many')]));
    await setImmediate();
    assert.equal(arrived.length, 1);
    for (const chunk of arrived) parse(chunk);
    assert.match(String(await refused), /Too many/);
  });

  test('a command gets its turn behind the login', () => {
    const packets: unknown[] = [];
    addCommand(connection, { execute: (packet) => packets.push(packet) > 0 });
    assert.deepEqual(packets, []);
  });
});
