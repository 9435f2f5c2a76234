import assert from 'node:assert/strict';
import { readLength } from '../../../../src/engine/driver/packet.ts';
import { encodeLength } from '../../../harness/servers/textProtocol.ts';

suite('parts of packets', () => {
  test('lengths of one, three, four and nine bytes', () => {
    for (const length of [0, 250, 251, 0xffff, 0x10000]) assert.equal(readLength(encodeLength(length), 0).length, length);
    const long = encodeLength(2 ** 33);
    assert.deepEqual(readLength(long, 0), { length: 2 ** 33, start: 9 });
  });
});
