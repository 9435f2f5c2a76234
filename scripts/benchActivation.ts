import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { activation } from '../test/harness/extensionSuites.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { describeProfile } from '../test/performance/cpuProfile.ts';

/**
 * `npm run bench:activation`: how long the installed VSIX takes to load and activate while a window starts, five times, wall clock and CPU. With `-- --profile` once, and where the time goes; build
 * again before anything else is measured.
 */
const profiled = process.argv.includes('--profile');
const RUNS = profiled ? 1 : 5;
const PROFILE = path.join(ROOT, 'out/bench/activation.cpuprofile');

await mkdir(path.dirname(PROFILE), { recursive: true });
await run(process.execPath, ['esbuild.js', '--tests', ...(profiled ? ['--coverage'] : [])], { cwd: ROOT });
const times: number[] = [];
const cpuTimes: number[] = [];
for (let i = 0; i < RUNS; i++) {
  const outcome = await activation(
    (line) => {
      const [, wall, cpu] = /^activation: ([\d.]+) ms, of CPU ([\d.]+) ms/.exec(line) ?? [];
      if (wall === undefined || cpu === undefined) return;
      times.push(Number(wall));
      cpuTimes.push(Number(cpu));
    },
    profiled ? { PILOT_PROFILE: PROFILE } : {},
  );
  if (outcome.code !== 0) throw new Error('The activation suite failed: run npm test -- activation.');
  console.log(`run ${String(i + 1)}: ${String(times.at(-1))} ms, of CPU ${String(cpuTimes.at(-1))} ms`);
}
times.sort((a, b) => a - b);
console.log(`activation: median ${String(times[Math.floor(RUNS / 2)])} ms of ${times.join(', ')}`);
if (profiled) console.log(await describeProfile(PROFILE, { calls: 0, shown: 40, leftOut: 'beginProfile' }));
process.exit(0);
