import Mocha from 'mocha';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { allTests, depthOf } from '../test/harness/depth.ts';
import type { KnownTest } from '../test/harness/passed.ts';
import { ROOT } from '../test/harness/root.ts';

/**
 * `node scripts/testInventory.ts`: every test as a line of JSON with its file, full title and depth, without running any. With `--against FILE` (such lines of an
 * earlier tree) it fails and names the tests that are not there any more; an id like `[F12]` at the end of a title is not compared.
 */
const { values } = parseArgs({ options: { against: { type: 'string' } } });
const tests = [...(await mochaTests()), ...extensionTests()];
if (values.against === undefined) {
  for (const test of tests) console.log(JSON.stringify(test));
} else {
  const known = new Set(tests.map(keyOf));
  const before = readLines(values.against);
  const missing = before.filter((test) => !known.has(keyOf(test)));
  for (const { file, title } of missing) console.error(`${file}: ${title}`);
  const full = tests.filter(({ depth }) => depth === 'full').length;
  console.log(
    `${String(before.length)} tests before, ${String(tests.length)} now (${String(full)} in the full depth alone), ${String(missing.length)} missing`,
  );
  process.exitCode = missing.length === 0 ? 0 : 1;
}
process.exit(); // what test files open at their top must not keep it running

async function mochaTests(): Promise<KnownTest[]> {
  const mocha = new Mocha({ ui: 'tdd' });
  for (const file of globSync('test/**/*.test.ts', { cwd: ROOT }).sort()) mocha.addFile(path.join(ROOT, file));
  await mocha.loadFilesAsync();
  return allTests(mocha.suite).map((test) => ({
    file: path.relative(ROOT, test.file ?? ''),
    title: test.fullTitle(),
    depth: depthOf(test),
  }));
}

/** Suites of the extension host cannot be loaded outside of it: their titles are read from the text. */
function extensionTests(): KnownTest[] {
  return globSync('test/extension/*.suite.ts', { cwd: ROOT }).flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\btest\(\s*(['"`])(.*?)\1,/g)].map(([, , title = '']): KnownTest => ({
      file,
      title,
      depth: 'pull-request',
    })),
  );
}

function readLines(file: string): KnownTest[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as KnownTest);
}

function keyOf({ file, title }: KnownTest): string {
  return `${file}\0${title.replace(/ \[[FP]\d+\]$/, '')}`;
}
