import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRateLimiter, RATE_ALGORITHMS } from '../../../../src/engine/policy/rateLimit.ts';

suite('rate limits', () => {
  test('a token bucket lets a burst through, then one each second [P33]', () => {
    const limiter = createRateLimiter({ perMinute: 60, burst: 10, algorithm: 'token_bucket' });
    assert.deepEqual(
      Array.from({ length: 11 }, () => limiter.take(0)),
      [...Array.from({ length: 10 }, () => 0), 1000],
    );
    assert.deepEqual([limiter.take(400), limiter.take(1000), limiter.take(1001)], [600, 0, 999]);
    assert.deepEqual(
      Array.from({ length: 11 }, () => limiter.take(60_000)).filter((wait) => wait === 0).length,
      10,
      'no more is saved than the burst',
    );
  });

  test('a sliding window counts any minute, a fixed one those that follow each other [P34]', () => {
    const sliding = createRateLimiter({ perMinute: 2, burst: 1, algorithm: 'sliding_window' });
    assert.deepEqual(
      [0, 50_000, 59_999, 60_000, 60_001, 110_000].map((at) => sliding.take(at)),
      [0, 0, 1, 0, 49_999, 0],
    );
    const fixed = createRateLimiter({ perMinute: 2, burst: 1, algorithm: 'fixed_window' });
    assert.deepEqual(
      [0, 50_000, 59_999, 60_000, 60_001, 110_000].map((at) => fixed.take(at)),
      [0, 0, 1, 0, 0, 10_000],
    );
  });

  test('whoever waits as long as he is told gets through, and no minute has more than it should (property)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...RATE_ALGORITHMS),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 300 }),
        (algorithm, perMinute, burst, pauses) => {
          const limiter = createRateLimiter({ perMinute, burst, algorithm });
          const passed: number[] = [];
          let now = 0;
          for (const pause of pauses) {
            now += pause;
            const wait = limiter.take(now);
            if (wait > 0) {
              now += wait;
              assert.equal(limiter.take(now), 0);
            }
            passed.push(now);
          }
          // Two fixed windows may meet in one minute; a bucket adds its burst.
          const most = algorithm === 'fixed_window' ? 2 * perMinute : algorithm === 'token_bucket' ? perMinute + burst : perMinute;
          for (const from of passed) assert.ok(passed.filter((at) => at >= from && at < from + 60_000).length <= most);
        },
      ),
    );
  });
});
