import { activation } from '../test/harness/extensionSuites.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';

/** `npm run bench:activation`: how long `activate()` of the installed VSIX takes in a fresh extension host, five times. */
const RUNS = 5;

await run(process.execPath, ['esbuild.js', '--tests'], { cwd: ROOT });
const times: number[] = [];
for (let i = 0; i < RUNS; i++) {
  const outcome = await activation((line) => {
    const found = /^activation: ([\d.]+) ms/.exec(line)?.[1];
    if (found !== undefined) times.push(Number(found));
  });
  if (outcome.code !== 0) throw new Error('The activation suite failed: run npm test -- activation.');
  console.log(`run ${String(i + 1)}: ${String(times.at(-1))} ms`);
}
times.sort((a, b) => a - b);
console.log(`activation: median ${String(times[Math.floor(RUNS / 2)])} ms of ${times.join(', ')}`);
process.exit(0);
