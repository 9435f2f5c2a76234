import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../harness/root.ts';

suite('docs/troubleshooting.md', () => {
  test('tells of each error code, and of none that is gone [P79]', () => {
    const union = /export type ErrorCode =([^;]*);/.exec(readFileSync(path.join(ROOT, 'src/engine/errors.ts'), 'utf8'))?.[1] ?? '';
    const codes = [...union.matchAll(/'([a-zA-Z.]+)'/g)].map(([, code = '']) => code);
    assert.ok(codes.length > 20);
    const section = readFileSync(path.join(ROOT, 'docs/troubleshooting.md'), 'utf8').split(/^## /m)[1] ?? '';
    const told = [...section.matchAll(/^\| `([a-zA-Z.]+)`/gm)].map(([, code = '']) => code);
    assert.deepEqual(told.sort(), codes.sort());
  });
});
