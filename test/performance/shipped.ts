import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../harness/root.ts';
import { run } from '../harness/run.ts';
import { packageVsix } from '../harness/vscode/packages.ts';
import { spread } from './figures.ts';
import { once, type Value } from './results.ts';
import type { Measured } from './schemas.ts';

const NAME = 'MySQL Pilot';

/** What is installed, and what a window waits for. The scripts of their own measure in a real VS Code. */
export async function shippedFigures(windows: boolean): Promise<Measured[]> {
  const { size } = await stat(await packageVsix());
  const figures: Measured[] = [
    {
      figure: 'Size of the VSIX',
      how: 'As it is published, all webviews in it.',
      unit: 'MB',
      goal: 'at most 2.0 MB',
      values: { [NAME]: once(size / 1e6) },
      reached: (_, value) => value <= 2,
    },
  ];
  if (!windows) return figures;
  const activation = await timesOf('scripts/benchActivation.ts', /^run \d+: ([\d.]+) ms/gm);
  figures.push({
    figure: 'Activation',
    how: '`activate()` of the installed VSIX in a fresh extension host (`npm run bench:activation`).',
    unit: 'ms',
    goal: 'at most 30 ms',
    values: { [NAME]: activation },
    reached: (_, value) => value <= 30,
  });
  figures.push({
    figure: 'First expansion of 5,000 tables in the tree',
    how: 'From the click to the drawn rows, read anew, in the real workbench (`npm run bench:window`).',
    unit: 'ms',
    goal: 'at most 300 ms',
    values: { [NAME]: await timesOf('scripts/benchWindow.ts', /^5000 tables.*median \d+ ms \((.*)\)/gm) },
    reached: (_, value) => value <= 300,
  });
  return figures;
}

async function timesOf(script: string, pattern: RegExp): Promise<Value> {
  const output = await run(process.execPath, [path.join(ROOT, script)], { cwd: ROOT });
  const times = [...output.matchAll(pattern)].flatMap(([, found = '']) => found.split(', ').map(Number));
  return { value: spread(times) };
}
