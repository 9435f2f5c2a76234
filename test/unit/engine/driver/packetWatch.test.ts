import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PacketWatch } from '../../../../src/engine/driver/packetWatch.ts';
import { readLength } from '../../../../src/engine/driver/packet.ts';
import type { CutCell } from '../../../../src/engine/driver/largeRow.ts';
import { encodeValue } from '../../../harness/servers/textProtocol.ts';

const FULL = 0xffffff;
const WHOLE = 4 * 1024 * 1024;

/** A message as packets, the first one with this number. */
function message(payload: Buffer, number: number): Buffer[] {
  const packets: Buffer[] = [];
  let at = 0;
  do {
    const part = payload.subarray(at, at + FULL);
    const header = Buffer.alloc(4);
    header.writeUIntLE(part.length, 0, 3);
    header[3] = (number + packets.length) & 0xff;
    packets.push(Buffer.concat([header, part]));
    at += FULL;
  } while (at <= payload.length);
  return packets;
}

interface Seen {
  readonly number: number;
  readonly payload: Buffer;
  readonly cuts: readonly CutCell[] | undefined;
}

/** What comes out of a stream that arrives in pieces of these lengths, message by message. */
function pass(stream: Buffer, pieces: readonly number[]): Seen[] {
  const seen: Seen[] = [];
  let rest = Buffer.alloc(0);
  const split = (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const end = 4 + rest.readUIntLE(0, 3);
      if (rest.length < end) return;
      seen.push({ number: rest[3] ?? -1, payload: rest.subarray(4, end), cuts: undefined });
      rest = rest.subarray(end);
    }
  };
  const watch = new PacketWatch({
    chunk: split,
    row: (packet, cuts) => {
      assert.equal(rest.length, 0);
      seen.push({ number: packet[3] ?? -1, payload: packet.subarray(4), cuts });
    },
  });
  watch.expect(true);
  for (let at = 0, i = 0; at < stream.length; i++) {
    const end = at + (pieces[i % Math.max(pieces.length, 1)] ?? stream.length);
    watch.feed(Buffer.from(stream.subarray(at, end)));
    at = end;
  }
  return seen;
}

suite('rows that are too large', () => {
  test('small messages pass as they came, however the bytes are cut into pieces (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 700 })),
        (payloads, pieces) => {
          const seen = pass(Buffer.concat(payloads.flatMap((payload, i) => message(Buffer.from(payload), i + 1))), pieces);
          assert.deepEqual(
            seen.map(({ number, payload }) => [number, payload.toString('hex')]),
            payloads.map((payload, i) => [i + 1, Buffer.from(payload).toString('hex')]),
          );
        },
      ),
    );
  });

  for (const size of [WHOLE, FULL - 20, FULL, FULL + 1, 2 * FULL + 100])
    for (const piece of [64 * 1024, 65_537, 3])
      test(`cells of a row of ${String(size)} bytes are cut, in pieces of ${String(piece)}, and those behind it count on`, function () {
        if (piece === 3 && size > WHOLE) this.skip(); // which takes long and tells nothing more
        const cells = [Buffer.from('1'), null, Buffer.alloc(size, 'x'), Buffer.from('end'), Buffer.alloc(0)];
        const row = Buffer.concat(cells.map(encodeValue));
        const packets = message(row, 7);
        const seen = pass(
          Buffer.concat([...message(Buffer.from('before'), 6), ...packets, ...message(Buffer.from('behind'), 7 + packets.length)]),
          [piece],
        );
        assert.deepEqual(
          seen.map(({ number, cuts }) => [number, cuts]),
          [
            [6, undefined],
            [7, [{ column: 2, bytes: size }]],
            [8, undefined],
          ],
        );
        const [, cut] = seen;
        assert.ok(cut !== undefined && cut.payload.length < WHOLE);
        const { length, start } = readLength(cut.payload, 3);
        assert.deepEqual([cut.payload.subarray(0, 3).toString('hex'), length], ['0131fb', 1024 * 1024]);
        assert.equal(cut.payload.subarray(start + length).toString('latin1'), '\u0003end\u0000');
      });

  test('many cells that are small alone fit into one packet', () => {
    const cells = Array.from({ length: 4096 }, () => Buffer.alloc(20_000, 'x'));
    const [row] = pass(Buffer.concat(message(Buffer.concat(cells.map(encodeValue)), 1)), [64 * 1024]);
    assert.ok(row !== undefined && row.payload.length < FULL);
    assert.ok((row.cuts?.length ?? 0) > 3000);
  });

  test('nothing is cut where no rows are expected', () => {
    const seen: number[] = [];
    const watch = new PacketWatch({ chunk: (chunk) => seen.push(chunk.length), row: () => assert.fail() });
    const [packet] = message(Buffer.alloc(WHOLE + 1), 1);
    watch.feed(packet ?? Buffer.alloc(0));
    assert.deepEqual(seen, [4 + WHOLE + 1]);
  });
});
