import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run parity`: each test that docs/parity.md and docs/features.md name must be there, and must have passed in this run of `npm test` if its file ran at
 * all; with `--whole-run` every one must have. A row without a test must be called open.
 */

interface Ran {
  readonly file: string;
  readonly title: string;
}

const NAMED = /\]\(\.\.\/(test\/[^)]+)\): “([^”]+)”/g;

/** A title as it is written in the code; what it takes from a variable may be anything. */
const titled = (title: string): RegExp =>
  new RegExp(
    `^${title
      .split(/\$\{[^{]*\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  );

const PAGES = ['docs/parity.md', 'docs/features.md'];

const rows: string[] = [];
for (const page of PAGES) {
  const lines = (await readFile(path.join(ROOT, page), 'utf8')).split('\n');
  const isRule = (line = ''): boolean => line.startsWith('| ---');
  rows.push(...lines.filter((line, i) => line.startsWith('| ') && !isRule(line) && !isRule(lines[i + 1])));
}
const report = await readFile(path.join(ROOT, 'out/passed.jsonl'), 'utf8').catch(() => '');
const ran = report
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Ran);
const wholeRun = process.argv.includes('--whole-run');
const problems: string[] = [];
let open = 0;
for (const row of rows) {
  const named = [...row.matchAll(NAMED)].map(([, file = '', title = '']) => ({ file, title }));
  if (named.length === 0 && !row.includes('**open**')) problems.push(`A row names no test and is not open: ${row.slice(0, 80)}`);
  if (named.length === 0) open++;
  for (const { file, title } of named) {
    const ofFile = ran.filter((one) => one.file === file);
    const text = await readFile(path.join(ROOT, file), 'utf8').catch(() => '');
    const known = ["'", '"', '`'].some((quote) => text.includes(`${quote}${title.replaceAll(quote, `\\${quote}`)}${quote}`));
    if (!known) problems.push(`${file} has no test “${title}”.`);
    else if ((wholeRun || ofFile.length > 0) && !ofFile.some((one) => titled(title).test(one.title)))
      problems.push(`“${title}” of ${file} has not passed.`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`parity: ${String(rows.length)} rows, ${String(open)} open, ${String(problems.length)} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
