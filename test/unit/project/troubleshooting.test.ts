import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ERROR_CODES } from '../../../src/engine/errors.ts';
import { ROOT } from '../../harness/root.ts';

suite('docs/troubleshooting.md', () => {
  test('links the page that lists every error code, and no other [P79]', () => {
    assert.match(page('troubleshooting.md'), /\]\(errors\.md#codes\)/);
    const section =
      page('errors.md')
        .split(/^## /m)
        .find((one) => one.startsWith('Codes\n')) ?? '';
    const listed = [...section.matchAll(/^\| `([a-zA-Z.]+)`/gm)].map(([, code = '']) => code);
    assert.deepEqual(listed.sort(), [...ERROR_CODES].sort());
  });
});

function page(name: string): string {
  return readFileSync(path.join(ROOT, 'docs', name), 'utf8');
}
