import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { EXTENSION_SUITES } from '../../harness/extensionSuites.ts';
import { ROOT } from '../../harness/root.ts';
import { narrowed } from '../../harness/runner/narrowed.ts';
import { SUITES } from '../../harness/runner/suites.ts';

suite('npm test', () => {
  test('runs every file of tests', () => {
    const run = SUITES.flatMap(({ args }) => args.filter((arg) => arg.endsWith('.test.ts'))).flatMap((pattern) =>
      globSync(pattern, { cwd: ROOT }),
    );
    assert.deepEqual(run.sort(), globSync('test/**/*.test.ts', { cwd: ROOT }).sort());
    assert.deepEqual(
      SUITES.map(({ name }) => name).filter((name) => name.startsWith('extension: ')),
      Object.keys(EXTENSION_SUITES),
    );
    assert.equal(new Set(SUITES.map(({ name }) => name)).size, SUITES.length);
  });

  test('runs of a shared window those files that are named, and the others whole', () => {
    const files = (...words: string[]): string[] => SUITES.flatMap((one) => narrowed(one, words)?.args.slice(1) ?? []);
    assert.deepEqual(files('imports'), ['test/workbench/imports.test.ts']);
    assert.deepEqual(files('workbench: tree', 'Korean'), ['test/workbench/tree.test.ts', 'test/workbench/korean.test.ts']);
    assert.deepEqual(
      files(),
      SUITES.flatMap(({ args }) => args.slice(1)),
    );
  });

  test('fails for the name of a suite that does not exist, and lists those that do', function () {
    this.timeout(120_000);
    const { status, stderr } = spawnSync(process.execPath, ['scripts/test.ts', 'unit', 'nosuch'], { cwd: ROOT, encoding: 'utf8' });
    assert.equal(status, 1);
    assert.match(stderr, /No suite has “nosuch” in its name/);
    for (const { name } of SUITES) assert.ok(stderr.includes(name), name);
  });
});
