import assert from 'node:assert/strict';
import { durationText } from '../../../../src/extension/results/duration.ts';
import { translate } from '../../review/shownWrite.ts';

suite('durations for people', () => {
  for (const [milliseconds, text] of [
    [12, '12 ms'],
    [3449, '3.4 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 0 s'],
    [119_600, '2 min 0 s'],
    [125_000, '2 min 5 s'],
  ] as const)
    test(`${String(milliseconds)} ms are shown as ${text}`, () => {
      assert.equal(durationText(milliseconds, translate), text);
    });
});
