import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { extensionSuites } from '../../harness/extensionSuites.ts';
import { ROOT } from '../../harness/root.ts';

suite('npm test', () => {
  test('runs every file of tests', async () => {
    const script = await readFile(path.join(ROOT, 'scripts/test.ts'), 'utf8');
    const patterns = [...script.matchAll(/'(test\/[^']+\.test\.ts)'/g)].map(([, pattern = '']) => pattern);
    const run = new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })));
    assert.deepEqual(
      globSync('test/**/*.test.ts', { cwd: ROOT }).filter((file) => !run.has(file)),
      [],
    );
    assert.ok(extensionSuites().length > 0);
  });
});
