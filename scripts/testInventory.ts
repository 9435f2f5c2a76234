import Mocha from 'mocha';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { allTests, depthOf } from '../test/harness/depth.ts';
import type { KnownTest } from '../test/harness/passed.ts';
import { ROOT } from '../test/harness/root.ts';

/**
 * `node scripts/testInventory.ts`: every test of both depths as a line of JSON with its file, full title and depth, without running any. With `--since REVISION` it
 * fails and names the tests of that revision that are not there any more and not in test/harness/replacedTests.json. A test is the same in another file and with
 * another number or id in its title.
 */
interface Listed extends KnownTest {
  /** Its own title, without those of the suites around it. */
  readonly name: string;
}

interface Replacement {
  /** A regular expression over `file: title`. */
  readonly tests: string;
  /** Files whose tests look at the same today. */
  readonly by: readonly string[];
  readonly why: string;
}

const { values } = parseArgs({ options: { since: { type: 'string' } } });
const tests = [...(await mochaTests()), ...extensionTests()];
if (values.since === undefined) await write(tests.map((test) => `${JSON.stringify(test)}\n`).join(''));
else process.exitCode = compare(testsOf(values.since)) ? 0 : 1;
process.exit(); // what test files open at their top must not keep it running

/** Resolves when all of it is written: what reads it may take its time. */
function write(text: string): Promise<unknown> {
  return new Promise((resolve) => process.stdout.write(text, resolve));
}

function compare(before: readonly Listed[]): boolean {
  const known = new Set(tests.flatMap(keysOf));
  const file = path.join(ROOT, 'test/harness/replacedTests.json');
  const replacements = JSON.parse(readFileSync(file, 'utf8')) as readonly Replacement[];
  const gone = before.filter((test) => !keysOf(test).some((key) => known.has(key)));
  const nameOf = (test: Listed): string => `${test.file}: ${test.title}`;
  const missing = gone.map(nameOf).filter((name) => !replacements.some((one) => new RegExp(one.tests).test(name)));
  const stale = replacements.flatMap(({ by }) => by).filter((name) => !existsSync(path.join(ROOT, name)));
  for (const name of missing) console.error(`missing: ${name}`);
  for (const name of stale) console.error(`test/harness/replacedTests.json names a file that is not there: ${name}`);
  const full = tests.filter(({ depth }) => depth === 'full').length;
  console.log(
    `${String(before.length)} tests before, ${String(tests.length)} now (${String(full)} in the full depth alone); ${String(gone.length)} were replaced or are missing, ${String(missing.length)} without a replacement`,
  );
  return missing.length === 0 && stale.length === 0;
}

async function mochaTests(): Promise<Listed[]> {
  const mocha = new Mocha({ ui: 'tdd' });
  for (const file of globSync('test/**/*.test.ts', { cwd: ROOT }).sort()) mocha.addFile(path.join(ROOT, file));
  await mocha.loadFilesAsync();
  return allTests(mocha.suite).map((test) => ({
    file: path.relative(ROOT, test.file ?? ''),
    title: test.fullTitle(),
    name: test.title,
    depth: depthOf(test),
  }));
}

/** Suites of the extension host cannot be loaded outside of it: their titles are read from the text. */
function extensionTests(): Listed[] {
  return globSync('test/extension/*.suite.ts', { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\btest\(\s*(['"`])(.*?)\1,/g)].map(([, , title = '']): Listed => ({
      file,
      title,
      name: title,
      depth: 'pull-request',
    })),
  );
}

/** The tests of another revision, listed by this script among its files, with the packages of today. */
function testsOf(revision: string): Listed[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'mpt-inventory-'));
  try {
    const archive = execFileSync('git', ['archive', revision], { cwd: ROOT, maxBuffer: 1024 ** 3 });
    execFileSync('tar', ['x'], { cwd: folder, input: archive });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    for (const file of ['scripts/testInventory.ts', 'test/harness/depth.ts']) copyFileSync(path.join(ROOT, file), path.join(folder, file));
    const lines = execFileSync(process.execPath, ['scripts/testInventory.ts'], { cwd: folder, encoding: 'utf8', maxBuffer: 1024 ** 3 });
    return lines.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Listed] : []));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A suite may have another title as long as the test has its own, and the other way round. */
function keysOf({ title, name }: Listed): string[] {
  return [title, name].map((text) => text.replace(/ \[[FP]\d+\]$/, '').replaceAll(/\d[\d,]*/g, '#'));
}
