import { parseArgs } from 'node:util';
import { ENTRIES, timeOf } from '../test/harness/linear/entries.ts';
import { hostileText, SHAPES } from '../test/harness/linear/shapes.ts';

/** Compares what 100 KB and 1 MB of each hostile shape cost each function that reads such texts: ten times the length may take less than 40 times as long. */
const SHORT = 100_000;
const LONG = 1_000_000;
const MOST = 40;
const TRIES = 3;
/** Below this the clock and the compiler are what is measured. */
const LEAST_MS = 200;

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
let failed = 0;
for (const entry of ENTRIES.filter(({ name }) => name.includes(values.only))) {
  let worst = { ratio: 0, shape: '', ms: 0 };
  for (const shape of SHAPES) {
    const [short, long] = [hostileText(shape, SHORT), hostileText(shape, LONG)];
    let ratio = Infinity;
    let ms = Infinity;
    for (let i = 0; i < TRIES && ratio > MOST; i++) {
      const before = Math.min(timeOf(entry, short), timeOf(entry, short));
      ms = timeOf(entry, long);
      ratio = ms < LEAST_MS ? 0 : Math.min(ratio, ms / before);
    }
    if (ratio > worst.ratio) worst = { ratio, shape: shape.name, ms };
    if (ratio > MOST) {
      failed++;
      console.log(`✖ ${entry.name}, ${shape.name}: 1 MB takes ${ratio.toFixed(0)} times as long as 100 KB (${ms.toFixed(0)} ms)`);
    }
  }
  console.log(
    `${entry.name}: at most ${worst.ratio.toFixed(1)} times${worst.shape === '' ? '' : ` (${worst.shape}, ${worst.ms.toFixed(0)} ms)`}`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;
