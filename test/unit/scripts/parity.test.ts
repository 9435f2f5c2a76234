import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript } from './run.ts';

suite('parity of pages and tests', () => {
  let root: string;

  const write = (name: string, text: string): void => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const page = (...rows: string[]): string => `# Page\n\n| what | shown by |\n| --- | --- |\n${rows.join('\n')}\n`;
  const titled = (words: string, id: string): string => `${words} [${id}]`;
  /** Source of a file of tests; the ids of these titles are none of this file's. */
  const tests = (...titles: string[]): string => titles.map((title) => `test(\`${title}\`, f);\n`).join('');
  const parity = (...args: string[]): { code: number | null; said: string } => runScript('parity', '--root', root, ...args);
  const ran = (...lines: object[]): void => {
    write('out/passed.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  };
  const A = 'test/unit/a.test.ts';
  const B = 'test/extension/b.suite.ts';

  setup(() => {
    root = mkdtempSync(path.join(tmpdir(), 'mpt-parity-'));
    write(A, tests(titled('adds two numbers', 'F01'), titled('adds ${n} numbers', 'F02')));
    write(B, tests(titled('starts', 'P01')));
    write('docs/features.md', page(`| Adds | [a](../${A}) F01 F02 |`, '| Divides | **open** |'));
    write('docs/parity.md', page(`| Starts | [b](../${B}) P01 |`));
  });
  teardown(() => {
    rmSync(root, { recursive: true });
  });

  test('the pages of the project name tests that exist', () => {
    const { code, said } = runScript('parity', '--out', 'out/none'); // the run that this test is part of is not over
    assert.equal(code, 0, said);
  });

  test('passes when each row has an id or is open, and counts both', () => {
    const { code, said } = parity();
    assert.equal(code, 0, said);
    assert.match(said, /3 rows, 1 open, 3 tests, 0 problems/);
  });

  test('accepts a reworded title', () => {
    write(A, tests(titled('sums up', 'F01'), titled('sums up more', 'F02')));
    assert.equal(parity().code, 0);
  });

  test('fails for a row without an id that is not open', () => {
    write('docs/parity.md', page(`| Starts | [b](../${B}) P01 |`, '| Stops | [b](../test/extension/b.suite.ts) |'));
    assert.match(failure(), /names no test and is not open: \| Stops/);
  });

  test('fails for an id that no test has, that two tests have, or that another file has', () => {
    write(A, tests(titled('adds two numbers', 'F01')));
    assert.match(failure(), /a\.test\.ts has no test F02\./);
    write(A, tests(titled('adds', 'F01'), titled('adds', 'F02'), titled('adds again', 'F02')));
    assert.match(failure(), /F02 is the id of several tests/);
    write(A, tests(titled('adds', 'F01')));
    write(B, tests(titled('starts', 'P01'), titled('adds', 'F02')));
    assert.match(failure(), /a\.test\.ts has no test F02; test\/extension\/b\.suite\.ts has\./);
  });

  test('fails for an id that no page names', () => {
    write(B, tests(titled('starts', 'P01'), titled('stops', 'P02')));
    assert.match(failure(), /No page names P02 of test\/extension\/b\.suite\.ts/);
  });

  test('fails for a test that did not pass although its file ran', () => {
    ran({ file: A, title: titled('adds two numbers', 'F01') });
    assert.match(failure(), /F02 of test\/unit\/a\.test\.ts has not passed/);
    assert.doesNotMatch(failure(), /P01/);
    ran({ file: A, title: titled('adds two numbers', 'F01') }, { file: A, title: titled('adds 7 numbers', 'F02') });
    assert.equal(parity().code, 0);
  });

  test('requires every test in a whole run, except what the depth of the run leaves out', () => {
    ran({ file: A, title: titled('adds two numbers', 'F01') }, { file: A, title: titled('adds 7 numbers', 'F02') });
    write('out/tests.jsonl', `${JSON.stringify({ file: B, title: titled('the extension starts', 'P01'), depth: 'full' })}\n`);
    const depth = process.env['PILOT_TEST_DEPTH'];
    try {
      process.env['PILOT_TEST_DEPTH'] = 'full';
      assert.match(failure('--whole-run'), /P01 of test\/extension\/b\.suite\.ts has not passed/);
      process.env['PILOT_TEST_DEPTH'] = 'pull-request';
      assert.equal(parity('--whole-run').code, 0);
      write('out/tests.jsonl', '');
      assert.match(failure('--whole-run'), /P01 of test\/extension\/b\.suite\.ts has not passed/);
    } finally {
      if (depth === undefined) delete process.env['PILOT_TEST_DEPTH'];
      else process.env['PILOT_TEST_DEPTH'] = depth;
    }
  });

  function failure(...args: string[]): string {
    const { code, said } = parity(...args);
    assert.equal(code, 1, said);
    return said;
  }
});
