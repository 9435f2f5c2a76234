import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../harness/root.ts';
import { runScript } from './run.ts';

suite('budgets of size', () => {
  test('what is built fits; a bundle that is 10 % larger than its budget does not, and neither does one without', () => {
    assert.equal(runScript('budgets').code, 0, runScript('budgets').said);
    const folder = mkdtempSync(path.join(tmpdir(), 'mpt-budgets-'));
    const file = path.join(folder, 'budgets.json');
    try {
      assert.equal(runScript('budgets', '--budgets', file, '--update').code, 0);
      const now = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
      assert.deepEqual(Object.keys(now), Object.keys(JSON.parse(readFileSync(path.join(ROOT, '.github/budgets.json'), 'utf8')) as object));
      const check = (budgets: object): { code: number | null; said: string } => {
        writeFileSync(file, JSON.stringify(budgets));
        return runScript('budgets', '--budgets', file);
      };
      const smaller = check({ ...now, 'dist/server.js': Math.floor((now['dist/server.js'] ?? 0) / 1.1) });
      assert.deepEqual([smaller.code, /dist\/server\.js: .* 10\.\d %: IS TOO LARGE/.test(smaller.said)], [1, true], smaller.said);
      const { 'tools/list': _, ...without } = now;
      assert.match(check(without).said, /tools\/list: .*HAS NO BUDGET/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
