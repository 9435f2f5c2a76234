import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '../../../src/engine/errors.ts';
import { ROOT } from '../../harness/root.ts';

suite('docs/troubleshooting.md', () => {
  test('tells of each error code, and of none that is gone [P79]', () => {
    const section = readFileSync(path.join(ROOT, 'docs/troubleshooting.md'), 'utf8').split(/^## /m)[1] ?? '';
    const told = [...section.matchAll(/^\| `([a-zA-Z.]+)`/gm)].map(([, code = '']) => code);
    assert.deepEqual(told.sort(), [...ERROR_CODES].sort());
  });
});
