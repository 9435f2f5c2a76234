import fc from 'fast-check';
import assert from 'node:assert/strict';
import { formatVersion, isStable, nextStable, parseVersion, preRelease, type Change } from '../../../scripts/release/versions.ts';

suite('versions', () => {
  const STABLE: readonly [now: string, change: Change, next: string][] = [
    ['0.2.0', 'fix', '0.2.1'],
    ['0.2.9', 'fix', '0.2.10'],
    ['0.2.1', 'feature', '0.4.0'],
    ['0.8.3', 'feature', '0.10.0'],
    ['0.4.7', 'breaking', '1.0.0'],
    ['1.0.0', 'fix', '1.0.1'],
    ['1.0.1', 'feature', '1.2.0'],
    ['1.6.2', 'breaking', '2.0.0'],
    // Before the first release the package has an odd minor.
    ['0.1.0', 'fix', '0.2.0'],
    ['0.1.0', 'feature', '0.2.0'],
    ['0.1.0', 'breaking', '1.0.0'],
  ];
  for (const [now, change, next] of STABLE)
    test(`after ${now}, with a ${change}: ${next}`, () => {
      assert.equal(formatVersion(nextStable(parseVersion(now), change)), next);
    });

  for (const [stable, build, expected] of [
    ['0.1.0', 133, '0.1.133'],
    ['0.2.0', 140, '0.3.140'],
    ['0.2.1', 141, '0.3.141'],
    ['0.4.0', 150, '0.5.150'],
    ['1.0.0', 200, '1.1.200'],
  ] as const)
    test(`the pre-release after ${stable}, build ${String(build)}: ${expected}`, () => {
      assert.equal(formatVersion(preRelease(parseVersion(stable), build)), expected);
    });

  test('whatever is released in whatever order: stable minors are even, and each version is above those before it in its channel', () => {
    const number = ({ major, minor, patch }: { major: number; minor: number; patch: number }): number => major * 1e12 + minor * 1e6 + patch;
    const step = fc.record({ change: fc.constantFrom<Change>('fix', 'feature', 'breaking'), commits: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let stable = parseVersion('0.2.0');
        let commits = 1;
        let odd = number(preRelease(stable, commits));
        for (const { change, commits: more } of steps) {
          const next = nextStable(stable, change);
          commits += more;
          const pre = preRelease(stable, commits);
          assert.ok(isStable(next) && !isStable(pre));
          assert.ok(number(next) > number(stable));
          assert.ok(number(pre) > odd, 'who is on the channel gets it');
          assert.ok(number(pre) > number(stable));
          if (change !== 'fix') assert.ok(number(pre) < number(next), 'and the next stable one after it');
          [stable, odd] = [next, number(pre)];
        }
      }),
    );
  });

  test('what is no version is refused', () => {
    for (const text of ['', '1.2', 'v1.2.0', '1.2.0-beta', '01.2.0', '1.2.3.4', ' 1.2.0'])
      assert.throws(() => parseVersion(text), /is not a version/);
  });
});
