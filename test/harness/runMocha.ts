import Mocha from 'mocha';
import { globSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { cacheRoot } from './cache.ts';
import { allTests, currentDepth, deferFull, depthOf } from './depth.ts';
import { noteDeferred, notePassed, noteTests } from './passed.ts';
import { handOnServers } from './servers/source.ts';
import { OLD_DIFFERENCES } from './servers/differences.ts';

/**
 * Runs the suites that the patterns name, in their order, and ends with a line `[R] {"passed":…,"failed":…}` for the caller to count. What passed goes to out/passed.jsonl, what
 * there is to out/tests.jsonl. BAIL=1 stops at the first failure, GREP=words runs tests whose titles hold them, PILOT_TEST_DEPTH=pull-request leaves the full depth out.
 */
if (process.env['NODE_V8_COVERAGE'] === undefined) enableCompileCache(path.join(cacheRoot(), 'compiled')); // with it, coverage would not be exact
handOnServers();
const files = process.argv.slice(2).flatMap((pattern) => globSync(pattern).sort());
if (files.length === 0) throw new Error(`No file fits ${process.argv.slice(2).join(' ')}.`);
const { BAIL, GREP } = process.env;
const options = { ui: 'tdd', timeout: 60_000, reporter: 'spec', forbidOnly: true, bail: BAIL !== undefined } as const;
const mocha = new Mocha(GREP === undefined ? options : { ...options, grep: GREP });
for (const file of files) mocha.addFile(path.resolve(file));
await mocha.loadFilesAsync();
if (process.env['MYSQL_TEST_VERSION'] === '5.6') leaveOut(mocha.suite, new Map(Object.entries(OLD_DIFFERENCES)));
const fromRoot = (file = ''): string => path.relative(process.cwd(), file);
noteTests(allTests(mocha.suite).map((test) => ({ file: fromRoot(test.file), title: test.fullTitle(), depth: depthOf(test) })));
if (currentDepth() === 'pull-request') for (const { file, title } of deferFull(mocha.suite)) noteDeferred(fromRoot(file), title);
const runner = mocha.run((failed) => {
  process.stdout.write(`[R] ${JSON.stringify({ passed: runner.stats?.passes ?? 0, failed })}\n`);
  process.exit(failed === 0 ? 0 : 1); // a failed set-up may have left a server or a browser open
});
runner.on('pass', ({ file, title }) => {
  notePassed(fromRoot(file), title);
});

/** Takes out what the chosen server cannot do, and says so. */
function leaveOut(suite: Mocha.Suite, reasons: ReadonlyMap<string, string>): void {
  const left = (title: string): boolean => {
    const reason = reasons.get(title);
    if (reason !== undefined) console.log(`· left out: ${title} (${reason})`);
    return reason === undefined;
  };
  suite.suites = suite.suites.filter((one) => left(one.fullTitle()));
  suite.tests = suite.tests.filter((one) => left(one.fullTitle()));
  for (const one of suite.suites) leaveOut(one, reasons);
}
