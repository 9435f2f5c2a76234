import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { full } from '../../harness/depth.ts';
import { runScript } from './run.ts';

suite('what a change must keep to', function () {
  this.timeout(60_000);

  // Eight starts of commitlint; the title of a pull request is judged by a job of its own.
  full(
    test('a title is the subject of a Conventional Commit', () => {
      for (const title of ['feat: a cache of results', 'fix(driver)!: sessions end', 'docs: what is true'])
        assert.equal(runScript('prTitle', title).code, 0, title);
      for (const title of ['Add a cache', 'feature: a cache', 'feat: ', '', `feat: ${'x'.repeat(200)}`]) {
        const { code, said } = runScript('prTitle', title);
        assert.equal(code, 1, title);
        assert.match(said, /Not a title for main/);
      }
    }),
  );

  test('a change of a readable size passes, one of 2,000 lines does not, and what programs write does not count', () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'mpt-size-'));
    const git = (...args: string[]): void => {
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false', ...args], { cwd, stdio: 'pipe' });
    };
    const write = (name: string, lines: number): void => {
      writeFileSync(path.join(cwd, name), 'a line\n'.repeat(lines));
      git('add', '.');
      git('commit', '--quiet', '--message', name);
    };
    try {
      git('init', '--quiet', '--initial-branch', 'main');
      write('first', 10);
      git('checkout', '--quiet', '-b', 'change');
      write('package-lock.json', 5000);
      write('small.ts', 999);
      const fits = runScript('prSize', '--base', 'main', '--cwd', cwd);
      assert.deepEqual([fits.code, fits.said.includes('999 lines in 1 files.')], [0, true], fits.said);
      write('large.ts', 1001);
      const large = runScript('prSize', '--base', 'main', '--cwd', cwd);
      assert.deepEqual([large.code, large.said.includes('2000 lines in 2 files: more than 1000')], [1, true], large.said);
      assert.notEqual(runScript('prSize', '--base', 'nowhere', '--cwd', cwd).code, 0);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
