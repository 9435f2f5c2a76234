import assert from 'node:assert/strict';
import { currentDepth } from '../harness/depth.ts';
import { ENTRIES, timeOf } from '../harness/linear/entries.ts';
import { hostileText, SHAPES } from '../harness/linear/shapes.ts';

/** A pull request gets half of it: what grows by the square of the length is still far over the limit. */
const LENGTH = (currentDepth() === 'full' ? 64 : 32) * 1024;
/** Some fifty times what the slowest needs on an idle machine; what grows by the square of the length needs minutes. `npm run bench:linear` compares lengths. */
const MOST_MS = 3000;
const TRIES = 3;

suite('time by length', function () {
  this.timeout(600_000);
  for (const entry of ENTRIES) {
    test(`${entry.name} reads ${String(SHAPES.length)} hostile shapes in time that grows with their length`, () => {
      for (const shape of SHAPES) {
        const text = hostileText(shape, LENGTH);
        let best = Infinity;
        for (let i = 0; i < TRIES && best > MOST_MS; i++) best = Math.min(best, timeOf(entry, text));
        assert.ok(best <= MOST_MS, `${shape.name}: ${best.toFixed(0)} ms`);
      }
    });
  }
});
