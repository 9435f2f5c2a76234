import Mocha from 'mocha';
import { globSync } from 'node:fs';
import path from 'node:path';
import { notePassed } from './passed.ts';
import { OLD_DIFFERENCES } from './servers/differences.ts';

/** Runs the suites that the patterns name and ends with a line `[R] {"passed":…,"failed":…}` for the caller to count. What passed goes to out/passed.jsonl.
 * BAIL=1 stops at the first failure, GREP=words runs tests whose titles hold them. */
const files = process.argv.slice(2).flatMap((pattern) => globSync(pattern));
if (files.length === 0) throw new Error(`No file fits ${process.argv.slice(2).join(' ')}.`);
const { BAIL, GREP } = process.env;
const options = { ui: 'tdd', timeout: 20_000, reporter: 'spec', forbidOnly: true, bail: BAIL !== undefined } as const;
const mocha = new Mocha(GREP === undefined ? options : { ...options, grep: GREP });
for (const file of files.sort()) mocha.addFile(path.resolve(file));
await mocha.loadFilesAsync();
if (process.env['MYSQL_TEST_VERSION'] === '5.6') leaveOut(mocha.suite, new Map(Object.entries(OLD_DIFFERENCES)));
const runner = mocha.run((failed) => {
  process.stdout.write(`[R] ${JSON.stringify({ passed: runner.stats?.passes ?? 0, failed })}\n`);
  process.exit(failed === 0 ? 0 : 1); // a failed set-up may have left a server or a browser open
});
runner.on('pass', ({ file = '', title }) => {
  notePassed(path.relative(process.cwd(), file), title);
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
