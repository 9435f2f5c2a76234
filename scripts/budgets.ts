import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { limitsOf } from '../src/server/limits/limits.ts';
import { allTools } from '../src/server/tools/builtInTools.ts';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run budgets`, after a build: what is shipped and what every agent reads has not grown unnoticed. Sizes in bytes, bundles compressed; growth by more than a
 * twentieth fails until somebody writes the new numbers down (`-- --update`) and says why. `--budgets` is for tests.
 */
const TOLERANCE = 1.05;

const { values } = parseArgs({
  options: { budgets: { type: 'string', default: path.join(ROOT, '.github/budgets.json') }, update: { type: 'boolean', default: false } },
});
const dist = path.join(ROOT, 'dist');
const bundles = ['', 'webview'].flatMap((folder) =>
  readdirSync(path.join(dist, folder))
    .filter((name) => /\.(?:js|css|html)$/.test(name))
    .map((name) => path.posix.join(folder, name)),
);
const tools = allTools(limitsOf()).map(({ name, title, description, inputSchema }) => ({ name, title, description, inputSchema }));
const measured: Record<string, number> = {
  ...Object.fromEntries(bundles.sort().map((name) => [`dist/${name}`, gzipSync(readFileSync(path.join(dist, name))).length])),
  'tools/list': Buffer.byteLength(JSON.stringify(tools)),
};
if (values.update) {
  writeFileSync(values.budgets, `${JSON.stringify(measured, undefined, 2)}\n`);
} else {
  const budgets = z.record(z.string(), z.int().positive()).parse(JSON.parse(readFileSync(values.budgets, 'utf8')));
  for (const [what, bytes] of Object.entries(measured)) {
    const budget = budgets[what];
    const state = budget === undefined ? 'HAS NO BUDGET' : bytes > budget * TOLERANCE ? 'IS TOO LARGE' : 'fits';
    if (state !== 'fits') process.exitCode = 1;
    const growth = budget === undefined ? '' : `, ${(100 * (bytes / budget - 1)).toFixed(1)} %`;
    console.log(`${what}: ${String(bytes)} of ${String(budget ?? 0)} bytes${growth}: ${state}`);
  }
}
