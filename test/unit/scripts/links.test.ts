import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript } from './run.ts';

suite('links of the documentation', () => {
  test('all of ours lead somewhere [P80]', () => {
    const { code, said } = runScript('links');
    assert.equal(code, 0, said);
  });

  test('a file or a heading that is not there is told; code is no link', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'mpt-links-'));
    try {
      mkdirSync(path.join(root, 'docs'));
      writeFileSync(path.join(root, 'docs/b.md'), '# The "second" page, _here_\n');
      const check = (text: string): { code: number | null; said: string } => {
        writeFileSync(path.join(root, 'a.md'), text);
        return runScript('links', '--root', root);
      };
      assert.equal(
        check('[b](docs/b.md) [h](docs/b.md#the-second-page-_here_) [own](#a-b) `[x](nowhere)`\n\n## A b\n\n```\n[y](nowhere)\n```\n').code,
        0,
      );
      assert.match(check('[b](docs/c.md)').said, /a\.md: docs\/c\.md: there is no such file/);
      assert.match(check('[b](docs/b.md#third)').said, /there is no such heading/);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
