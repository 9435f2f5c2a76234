import coverage, { type CoverageMapData } from 'istanbul-lib-coverage';
import libReport from 'istanbul-lib-report';
import reports from 'istanbul-reports';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/harness/root.ts';
import { byFolder, shortfalls } from './coverage/report.ts';

/**
 * `npm run coverage` ends with this: tells how much of `src` the suites ran, by folder, writes coverage/ (index.html, lcov.info), and fails below the required
 * share. `npm run coverage:merge` adds up what the shards of a run in CI measured, each in a folder of `--shards`; all of them must be there. `--data` is for tests.
 */
const SHARDS = ['static', 'database', 'workbench'];

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: path.join(ROOT, 'out/coverage.json') },
    shards: { type: 'string' },
    out: { type: 'string' },
  },
});
const { shards } = values;
const map = coverage.createCoverageMap();
for (const file of shards === undefined ? [values.data] : SHARDS.map((name) => path.join(shards, `coverage-${name}`, 'coverage.json')))
  map.merge(JSON.parse(readFileSync(file, 'utf8')) as CoverageMapData);
const folder = values.out ?? path.join(ROOT, 'coverage');
const context = libReport.createContext({ dir: folder, coverageMap: map });
for (const report of [reports.create('html'), reports.create('lcovonly'), reports.create('json-summary')]) report.execute(context);
const rows = byFolder(map, ROOT);
console.table(
  rows.map(({ folder: name, files, lines, branches }) => ({ folder: name, files, 'lines %': round(lines), 'branches %': round(branches) })),
);
console.log(`By line: ${path.join(folder, 'index.html')}`);
const whole = rows.at(-1);
const complaints = whole === undefined || whole.files === 0 ? ['No file was measured.'] : shortfalls(whole);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;

function round(figure: number): number {
  return Math.round(10 * figure) / 10;
}
