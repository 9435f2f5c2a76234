import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Long64 } from '../../../../src/engine/driver/long64.ts';

suite('64-bit integers for the driver', () => {
  test('any number of 64 bits comes back from its halves, as one with a sign and as one without (property)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.boolean(), (bits, signedHalves) => {
        const half = (value: bigint): number => Number(signedHalves ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value));
        const [low, high] = [half(bits), half(bits >> 32n)];
        assert.equal(new Long64(low, high, true).toString(), String(bits));
        assert.equal(new Long64(low, high, false).toString(), String(BigInt.asIntN(64, bits)));
        assert.equal(new Long64(low, high, true).toNumber(), Number(bits));
      }),
    );
  });
});
