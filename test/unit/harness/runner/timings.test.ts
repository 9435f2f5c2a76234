import assert from 'node:assert/strict';
import { suiteTimings, timingTable } from '../../../harness/runner/timings.ts';

suite('the table of timings', () => {
  test('says how often and how long for each suite, the longest first, and for all', () => {
    const outcome = (name: string, seconds: number): Parameters<typeof suiteTimings>[0][number] => ({
      name,
      seconds,
      passed: 1,
      failed: 0,
      lines: [],
    });
    const timings = suiteTimings([outcome('short', 2), outcome('long', 9)], (suite) => (suite === 'long' ? 6 : 1.5), [
      { suite: 'long', kind: 'server', ms: 1500 },
      { suite: 'long', kind: 'server', ms: 500 },
      { suite: 'long', kind: 'pause', ms: 400 },
      { suite: 'short', kind: 'server', ms: 1000 },
      { suite: 'of nobody here', kind: 'server', ms: 9000 },
    ]);
    const rows = timingTable(timings)
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(
      rows.map(([name]) => name),
      ['suite', 'long', 'short', 'all'],
    );
    assert.deepEqual(rows.slice(1), [
      ['long', '9.0', '6.0', '2× 2.0', '1× 0.4'],
      ['short', '2.0', '1.5', '1× 1.0'],
      ['all', '11.0', '7.5', '3× 3.0', '1× 0.4'],
    ]);
  });
});
