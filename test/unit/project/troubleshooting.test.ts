import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '../../../src/engine/errors.ts';
import { ROOT } from '../../harness/root.ts';

suite('docs/troubleshooting.md', () => {
  test('lists every error code, and no other [P79]', () => {
    const section = readFileSync(path.join(ROOT, 'docs/troubleshooting.md'), 'utf8').split(/^## Error codes$/m)[1] ?? '';
    const listed = [...section.matchAll(/^\| `([a-zA-Z.]+)`/gm)].map(([, code = '']) => code);
    assert.deepEqual(listed.sort(), [...ERROR_CODES].sort());
  });
});
