import assert from 'node:assert/strict';
import { ReadCommand, type Answer } from '../../../../src/engine/driver/readCommand.ts';
import { encodeValue } from '../../../harness/servers/textProtocol.ts';

type Packet = Exclude<Parameters<ReadCommand['execute']>[0], undefined>;
type PacketClass = new (number: number, buffer: Buffer, start: number, end: number) => Packet;

const text = (value: string): Buffer => encodeValue(Buffer.from(value));
const column = (name: string): Buffer =>
  Buffer.concat([...['def', 'shop', 'o', 'orders', name, name].map(text), Buffer.from([12, 255, 0, 40, 0, 0, 0, 253, 0, 0, 0, 0, 0])]);
const end = (warnings: number, status = 2): Buffer => Buffer.from([0xfe, warnings, 0, status, 0]);
const row = (...cells: string[]): Buffer => Buffer.concat(cells.map(text));

/** What a command makes of an answer, and whether the last packet was its end. */
function read(payloads: readonly Buffer[]): { readonly told: unknown[]; readonly over: boolean } {
  const told: unknown[] = [];
  const answer: Answer = {
    columns: (columns) => told.push(columns.map(({ name }) => name)),
    row: (cells) => told.push(cells),
    large: (row) => told.push(row),
    cutsIn: () => undefined,
    changed: ({ affectedRows }) => told.push({ affectedRows }),
    warnings: (count) => told.push({ warnings: count }),
    failed: (error) => told.push(error.message),
    ended: () => told.push('ended'),
  };
  const wire = {
    ...{ config: { charsetNumber: 45 }, serverCapabilityFlags: 0, clientEncoding: 'utf8', serverEncoding: 'utf8' },
    ...{ _mariadbExtendedMetadata: false, _handshakePacket: { capabilityFlags: 0 } },
    _resetSequenceId: () => undefined,
    writePacket: (sent: Packet) => {
      told.push(sent.buffer.subarray(5).toString());
      DriverPacket = sent.constructor;
    },
  };
  let DriverPacket: PacketClass | undefined; // the driver's own, of which it sends one
  const command = new ReadCommand('SELECT 1', 'mysql', answer);
  let over = command.execute(undefined, wire);
  for (const payload of payloads) {
    const buffer = Buffer.concat([Buffer.alloc(4), payload]);
    over = command.execute(DriverPacket && new DriverPacket(0, buffer, 0, buffer.length), wire);
  }
  return { told, over };
}

suite('answers of the text protocol', () => {
  test('columns, rows and warnings, in their order', () => {
    const payloads = [Buffer.from([2]), column('id'), column('näme'), end(0), row('1', 'a'), row('2', 'é'), end(3)];
    const told = ['SELECT 1', ['id', 'näme'], ['1', 'a'], ['2', 'é'], { warnings: 3 }, 'ended'];
    assert.deepEqual(read(payloads), { told, over: true });
    assert.equal(read(payloads.slice(0, -1)).over, false);
  });

  test('a procedure has several results, and a last word', () => {
    const one = [Buffer.from([1]), column('a'), end(0), row('1'), end(0, 8)];
    const { told, over } = read([...one, ...one, Buffer.from([0, 7, 0, 2, 0, 0, 0])]);
    const result = [['a'], ['1'], { warnings: 0 }];
    assert.deepEqual(told, ['SELECT 1', ...result, ...result, [], { affectedRows: 7 }, 'ended']);
    assert.equal(over, true);
  });

  test('an error ends it wherever it comes', () => {
    for (const before of [[], [Buffer.from([1])], [Buffer.from([1]), column('a'), end(0), row('1')]]) {
      const { told, over } = read([...before, Buffer.from('\u00ff\u0028\u0004#42000refused', 'latin1')]);
      assert.equal(told.at(-1), 'refused');
      assert.equal(over, true);
    }
  });

  test('a server that asks for a file gets none, and one that does not end its columns is not believed', () => {
    assert.throws(() => read([Buffer.concat([Buffer.from([0xfb]), Buffer.from('/etc/passwd')])]), /requested a file/);
    assert.throws(() => read([Buffer.from([1]), column('a'), row('1')]), /sent more columns/);
  });
});
