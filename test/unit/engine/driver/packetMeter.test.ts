import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PacketMeter } from '../../../../src/engine/driver/packetMeter.ts';

function packet(length: number): Buffer {
  const bytes = Buffer.alloc(4 + length);
  bytes.writeUIntLE(length, 0, 3);
  return bytes;
}

suite('packet meter', () => {
  test('finds the longest packet, however the bytes are cut into chunks (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { minLength: 1, maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 700 })), (lengths, cuts) => {
        const stream = Buffer.concat(lengths.map(packet));
        const meter = new PacketMeter();
        let longest = 0;
        for (let at = 0, i = 0; at < stream.length; i++) {
          const end = at + (cuts[i] ?? stream.length);
          longest = Math.max(longest, meter.feed(stream.subarray(at, end)));
          at = end;
        }
        assert.equal(longest, Math.max(...lengths));
      }),
    );
  });

  test('adds up a message that goes on in the next packet, and tells it at the header', () => {
    const meter = new PacketMeter();
    assert.equal(meter.feed(packet(0xffffff)), 0xffffff);
    const next = packet(1000);
    assert.equal(meter.feed(next.subarray(0, 4)), 0xffffff + 1000);
  });
});
