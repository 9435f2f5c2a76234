import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * `npm run pr:size -- --base origin/main`: nobody reads a change of thousands of lines with care. What a program writes does not count. `--cwd` is for tests.
 */
const LIMIT = 1000;
const WRITTEN_BY_PROGRAMS = [/^package-lock\.json$/, /^CHANGELOG\.md$/, /\/golden\//, /^docs\/benchmarks\.md$/, /\.(?:png|svg)$/];

const { values } = parseArgs({ options: { base: { type: 'string', default: 'origin/main' }, cwd: { type: 'string', default: '.' } } });
const { status, stdout, stderr } = spawnSync('git', ['diff', '--numstat', `${values.base}...HEAD`], { cwd: values.cwd, encoding: 'utf8' });
if (status !== 0) throw new Error(stderr);
const files = stdout
  .trim()
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t'))
  .map(([added, removed, name = '']) => ({ name, lines: (Number(added) || 0) + (Number(removed) || 0) })) // `-` for binary files
  .filter(({ name }) => !WRITTEN_BY_PROGRAMS.some((one) => one.test(name)));
const lines = files.reduce((sum, one) => sum + one.lines, 0);
for (const one of files.toSorted((a, b) => b.lines - a.lines).slice(0, 10)) console.log(`${String(one.lines).padStart(6)}  ${one.name}`);
const fits = lines <= LIMIT;
console.log(
  `${String(lines)} lines in ${String(files.length)} files${fits ? '.' : `: more than ${String(LIMIT)}. Split it, or let a maintainer set the label "large".`}`,
);
process.exitCode = fits ? 0 : 1;
