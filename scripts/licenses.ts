import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import satisfies from 'spdx-satisfies';
import { ROOT } from '../test/harness/root.ts';
import { shippedPackages, type Shipped } from './shipped.ts';

/**
 * `npm run licenses`, after a build: every package that went into a bundle has a license that may be shipped, and what these licenses ask to be told
 * stands in dist/NOTICE.txt. `--root` and `--out` are for tests.
 */

/** CC-BY-4.0 (icons of VS Code) asks to be named, which the notice does. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC-BY-4.0', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];
const { values } = parseArgs({ options: { root: { type: 'string', default: ROOT }, out: { type: 'string' } } });
const root = path.resolve(values.root);
const shipped = await shippedPackages(root);
const problems = shipped.flatMap(({ name, version, license, texts }) => {
  const whole = `${name}@${version}`;
  if (!isAllowed(license)) return [`${whole}: the license ${license === '' ? 'is not told' : `"${license}" is none that may be shipped`}`];
  return texts.length === 0 ? [`${whole}: ships no text of its license`] : [];
});
for (const problem of problems) console.error(problem);
if (problems.length === 0) {
  const out = values.out ?? path.join(root, 'dist/NOTICE.txt');
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, notice(shipped));
  console.log(
    `${String(shipped.length)} packages are in the bundles: ${[...new Set(shipped.map(({ license }) => license))].sort().join(', ')}.`,
  );
}
process.exitCode = problems.length === 0 ? 0 : 1;

function isAllowed(license: string): boolean {
  try {
    return satisfies(license, ALLOWED);
  } catch {
    return false; // no expression of SPDX
  }
}

function notice(all: readonly Shipped[]): string {
  const head = 'MySQL Pilot contains the packages below. Each stands under its own license, whose text follows.\n';
  const parts = all.map(({ name, version, license, source, texts }) =>
    ['='.repeat(80), `${name} ${version} (${license})`, ...(source === '' ? [] : [source]), '', ...texts, ''].join('\n'),
  );
  return [head, ...parts].join('\n');
}
