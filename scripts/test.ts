import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DEPTH_VARIABLE, type Depth } from '../test/harness/depth.ts';
import { ROOT } from '../test/harness/root.ts';
import { failureReport, runSuite, type Outcome } from '../test/harness/runner/child.ts';
import { runInLanes } from '../test/harness/runner/lanes.ts';
import { ProcessorTime } from '../test/harness/runner/processorTime.ts';
import { narrowed } from '../test/harness/runner/narrowed.ts';
import { check, SUITES, type Suite } from '../test/harness/runner/suites.ts';
import { suiteTimings, timingTable } from '../test/harness/runner/timings.ts';
import { Collector } from './coverage/collect.ts';
import { checkedOut, recordFullRun } from './release/tested.ts';

/**
 * `npm test`: every suite, or those whose names hold one of the given words (`npm test -- unit lint`), beside each other where there is more than one core.
 * `npm run test:full` runs it with `--full`: the tests of the full depth, too. Prints `N passed, N failed` at the end; exits with 1 if anything failed.
 * `--timings` adds a table of what the suites used of a processor and spent on their set-up (always in out/timings.json), `--lanes 1` runs one after the other.
 * `npm run coverage` runs it with `--coverage`: the suites that run our code, and how much of it they ran. `--shard static`, `database` or `workbench` runs the
 * suites of one kind, for CI: with `--coverage` what they ran is left in out/coverage.json for `npm run coverage:merge`.
 */
const { values: flags, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    coverage: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    timings: { type: 'boolean', default: false },
    lanes: { type: 'string', default: String(Math.min(3, availableParallelism())) },
    shard: { type: 'string' },
  },
});
const OUT = path.join(ROOT, 'out');
const PROGRESS_MS = 30_000;

const unknown = words.filter((word) => !SUITES.some((suite) => narrowed(suite, [word]) !== undefined) && !'parity'.includes(word));
if (unknown.length > 0) {
  console.error(`No suite has ${unknown.map((word) => `“${word}”`).join(' or ')} in its name. There are:`);
  for (const { name } of SUITES) console.error(`  ${name}`);
  process.exit(1);
}

if (flags.shard !== undefined && !SUITES.some(({ kind }) => kind === flags.shard)) {
  console.error(`There is no shard ${flags.shard}. There are static, database and workbench.`);
  process.exit(1);
}

const depth: Depth = flags.full ? 'full' : 'pull-request';
const isBuild = ({ name }: Suite): boolean => name.startsWith('build');
const named = (suite: Suite): readonly Suite[] => (isBuild(suite) ? [suite] : [narrowed(suite, words) ?? []].flat());
const chosen = SUITES.flatMap(named)
  .filter((suite) => flags.full || !suite.full)
  .filter((suite) => flags.shard === undefined || suite.kind === flags.shard || isBuild(suite))
  .filter((suite) => !flags.coverage || flags.shard !== undefined || suite.covers || isBuild(suite))
  .filter(canRun);
const last = chosen.map(({ name }) => name);
const parity = check('parity', 1, ['scripts/parity.ts', ...(words.length > 0 ? [] : ['--whole-run'])], { after: last });
const gate = check('coverage', 10, ['scripts/coverage.ts'], { after: last });
const isPart = flags.shard !== undefined;
const jobs = [...chosen, ...(isPart ? [] : flags.coverage ? [gate] : narrowed(parity, words) !== undefined ? [parity] : [])];

/** A release needs a whole run in full depth of exactly its commit. */
const before = flags.full && words.length === 0 && !isPart ? await checkedOut(ROOT) : undefined;
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const started = Date.now();
const processorTime = new ProcessorTime();
processorTime.start();
const collector = flags.coverage ? new Collector() : undefined;
const outcomes: Outcome[] = [];
const running = new Set<string>();
/** A suite that somebody looks at is shown line by line. */
const single = chosen.filter((suite) => !isBuild(suite)).length <= 1;
const progress = setInterval(() => {
  console.log(`· ${clock()}: ${String(outcomes.length)} of ${String(jobs.length)} suites have ended; running: ${[...running].join(', ')}`);
}, PROGRESS_MS);
await runInLanes(jobs, Number(flags.lanes), async (suite) => {
  running.add(suite.name);
  if (suite === gate) collector?.write();
  const outcome = await runSuite(flags.coverage && isBuild(suite) ? { ...suite, args: [...suite.args, '--coverage'] } : suite, {
    env: { [DEPTH_VARIABLE]: depth, ...coverageOf(suite) },
    onLine: single ? console.log : undefined,
    onStart: (pid) => {
      processorTime.add(suite.name, pid);
    },
  });
  running.delete(suite.name);
  outcomes.push(outcome);
  if (!single) console.log(`\n━━ ${headline(outcome)}\n${outcome.lines.join('\n')}`.trimEnd());
  if (suite.covers) fold(suite);
});
clearInterval(progress);
processorTime.stop();
if (isPart) collector?.write();
report();
if (before !== undefined) await recordFullRun(before, { passed: total('passed'), failed: total('failed') });

function report(): void {
  const failures = outcomes.filter(({ failed }) => failed > 0);
  if (!single) for (const { name, lines } of failures) console.log(`\n━━ ${name}: what failed\n${failureReport(lines).join('\n')}`);
  const timings = suiteTimings(outcomes, (suite) => processorTime.seconds(suite));
  writeFileSync(path.join(OUT, 'timings.json'), JSON.stringify(timings, undefined, 1));
  if (flags.timings) console.log(`\n${timingTable(timings)}`);
  console.log('');
  for (const { name } of jobs) for (const outcome of outcomes) if (outcome.name === name) console.log(headline(outcome));
  console.log(`\nafter ${clock()} in ${flags.lanes} lanes\n${String(total('passed'))} passed, ${String(total('failed'))} failed`);
  process.exitCode = total('failed') === 0 ? 0 : 1;
}

function total(key: 'passed' | 'failed'): number {
  return outcomes.reduce((sum, counts) => sum + counts[key], 0);
}

function headline({ name, passed, failed, seconds }: Outcome): string {
  return `${failed === 0 ? '✔' : '✘'} ${name}: ${String(passed)} passed, ${String(failed)} failed (${seconds.toFixed(1)} s)`;
}

function clock(): string {
  const seconds = Math.round((Date.now() - started) / 1000);
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}

function canRun({ name, kind }: Suite): boolean {
  const runsHere = kind !== 'workbench' || process.platform === 'linux';
  if (!runsHere) console.log(`━━ ${name}: left out, code-server runs on Linux only here; npm run test:desktop tries a desktop VS Code`);
  return runsHere;
}

/** Processes of each suite report into a folder of their own, so that nobody reads what another suite still writes. */
function reportsOf({ name }: Suite): string {
  return path.join(OUT, 'v8-suites', name.replaceAll(/[^a-z0-9]+/gi, '-'));
}

function coverageOf(suite: Suite): Record<string, string> {
  return collector !== undefined && suite.covers ? { NODE_V8_COVERAGE: reportsOf(suite) } : {};
}

function fold(suite: Suite): void {
  if (collector === undefined) return;
  const folder = reportsOf(suite);
  mkdirSync(folder, { recursive: true }); // on disk before the first process ends, or never written to
  for (const name of readdirSync(folder)) renameSync(path.join(folder, name), path.join(OUT, 'v8', name));
  console.log(`${suite.name}: ${String(collector.fold())} scripts of ours reported what they ran`);
}
