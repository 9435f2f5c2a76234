import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { full } from '../../harness/depth.ts';
import { ROOT } from '../../harness/root.ts';
import { ScratchRepo } from '../../harness/scratchRepo.ts';

suite('tables that are made from the code', function () {
  this.timeout(60_000);
  let repo: ScratchRepo;

  suiteSetup(async () => {
    repo = await ScratchRepo.create('0.2.0');
    await symlink(path.join(ROOT, 'node_modules'), path.join(repo.folder, 'node_modules'), 'dir');
  });
  suiteTeardown(() => repo.dispose());

  const script = (name: string, ...args: string[]): { code: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${name}.ts`, ...args], { cwd: repo.folder, encoding: 'utf8' });
    return { code: status, said: stdout + stderr };
  };
  const change = async (name: string, from: string, to: string): Promise<void> => {
    const file = path.join(repo.folder, name);
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(from), from);
    await writeFile(file, text.replace(from, to));
  };

  // Seven runs of a script that every run of the tests starts once for itself.
  full(
    test('they are as they should be; one that is stale is told, for tools, settings and variables', async () => {
      assert.equal(script('docs', '--check').code, 0, script('docs', '--check').said);
      await change('docs/reference.md', '`mysql_describe`', '`mysql_descried`');
      assert.equal(script('docs', '--check').code, 1);
      await change('docs/reference.md', '`mysql_descried`', '`mysql_describe`');
      await change('docs/reference.md', '`MYSQL_CACHE_TTL`', '`MYSQL_CACHE_TTL_GONE`');
      assert.equal(script('docs', '--check').code, 1);
      await change('docs/reference.md', '`MYSQL_CACHE_TTL_GONE`', '`MYSQL_CACHE_TTL`');
      await change('package.nls.json', '"Rename Connection"', '"Rename the Connection"');
      assert.equal(script('docs', '--check').code, 1);
      await change('package.nls.json', '"Rename the Connection"', '"Rename Connection"');
      assert.equal(script('docs', '--check').code, 0);
    }),
  );
});
