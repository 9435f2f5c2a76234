import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run outdated`: which of our packages have newer versions. One that is shipped and a major version behind fails: those are the ones that stop being mended.
 * `--report` (what `npm outdated --json` says) and `--manifest` are for tests.
 */
const { values } = parseArgs({
  options: { report: { type: 'string' }, manifest: { type: 'string', default: path.join(ROOT, 'package.json') } },
});
const EntrySchema = z.object({ current: z.string().optional(), latest: z.string() });
const report = values.report === undefined ? ask() : readFileSync(values.report, 'utf8');
const outdated = z.record(z.string(), z.union([EntrySchema, z.array(EntrySchema).transform((all) => all[0])])).parse(JSON.parse(report));
const { dependencies } = z
  .object({ dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(values.manifest, 'utf8')));
for (const [name, entry] of Object.entries(outdated)) {
  const { current = '', latest = '' } = entry ?? {};
  const behind = name in dependencies && current.split('.')[0] !== latest.split('.')[0];
  console.log(`${name}: ${current}, latest ${latest}${behind ? ': SHIPPED, AND A MAJOR VERSION BEHIND' : ''}`);
  if (behind) process.exitCode = 1;
}

function ask(): string {
  const { stdout, stderr } = spawnSync('npm', ['outdated', '--json'], { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
  if (!stdout.trim().startsWith('{')) throw new Error(`npm outdated gave no list: ${stderr}`);
  return stdout;
}
