import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/harness/root.ts';

/**
 * `npm run parity`: docs/parity.md and docs/features.md name tests by id (`[sqlFiles](../test/workbench/sqlFiles.test.ts) F56 F57`), and the title of such a test
 * ends with its id (`… [F56]`), so that it can be reworded. Each id belongs to exactly one test, in the linked file, and is named by a page; it has passed if its
 * file ran at all, and with `--whole-run` in any case; a run of the depth of pull requests leaves out what belongs to the full one. A row without an id is marked
 * **open**. `--root` and `--out` are for tests.
 */

interface Reported {
  readonly file: string;
  readonly title: string;
  /** In tests.jsonl. */
  readonly depth?: string;
}

const PAGES = ['docs/parity.md', 'docs/features.md'];
const LINK_WITH_IDS = /\]\(\.\.\/(test\/[^)]+)\)((?: [FP]\d{2,})+)/g;
const TITLE_END = / \[([FP]\d{2,})\]['"`]/g;

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: ROOT },
    out: { type: 'string', default: 'out' },
    'whole-run': { type: 'boolean', default: false },
  },
});
const read = (file: string): string => readFileSync(path.join(values.root, file), 'utf8');
const problems: string[] = [];

const filesById = testFilesById();
const passed = readReport('passed');
const deferred = process.env['PILOT_TEST_DEPTH'] === 'pull-request' ? readReport('tests').filter(({ depth }) => depth === 'full') : [];
const rows = PAGES.flatMap(tableRows);
const named = new Set<string>();
let open = 0;
for (const row of rows) {
  const links = [...row.matchAll(LINK_WITH_IDS)];
  if (links.length === 0) open++;
  if (links.length === 0 && !row.includes('**open**')) problems.push(`A row names no test and is not open: ${row.slice(0, 80)}`);
  for (const [, file = '', ids = ''] of links)
    for (const id of ids.trim().split(' ')) {
      named.add(id);
      const problem = problemOf(id, file);
      if (problem !== undefined) problems.push(problem);
    }
}
for (const [id, [file = '']] of filesById) if (!named.has(id)) problems.push(`No page names ${id} of ${file}.`);

for (const problem of problems) console.error(problem);
console.log(`parity: ${String(rows.length)} rows, ${String(open)} open, ${String(named.size)} tests, ${String(problems.length)} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

function problemOf(id: string, file: string): string | undefined {
  const files = filesById.get(id) ?? [];
  if (files.length > 1) return `${id} is the id of several tests: ${files.join(', ')}.`;
  if (files[0] !== file) return `${file} has no test ${id}${files[0] === undefined ? '' : `; ${files[0]} has`}.`;
  const isIt = (one: Reported): boolean => one.file === file && one.title.endsWith(` [${id}]`);
  const mustHaveRun = values['whole-run'] || passed.some((one) => one.file === file);
  return mustHaveRun && !passed.some(isIt) && !deferred.some(isIt) ? `${id} of ${file} has not passed.` : undefined;
}

/** One entry for each title that ends with the id; a test in a loop over server flavors has one title. */
function testFilesById(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync('test/**/*.{test,suite}.ts', { cwd: values.root }).map((name) => name.replaceAll('\\', '/')))
    for (const [, id = ''] of read(file).matchAll(TITLE_END)) found.set(id, [...(found.get(id) ?? []), file]);
  return found;
}

function readReport(name: 'passed' | 'tests'): Reported[] {
  const [report] = globSync(`${values.out}/${name}.jsonl`, { cwd: values.root });
  const lines = report === undefined ? [] : read(report).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Reported);
}

function tableRows(page: string): string[] {
  const lines = read(page).split('\n');
  const isRule = (line = ''): boolean => line.startsWith('| ---');
  return lines.filter((line, i) => line.startsWith('| ') && !isRule(line) && !isRule(lines[i + 1]));
}
