import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownFolder, useCompileCache } from '../../../../src/server/start/compileCache.ts';

suite('the folder of compiled code', function () {
  let home: string;
  setup(async function () {
    if (process.getuid === undefined) this.skip(); // no rights of that kind there
    home = await mkdtemp(path.join(tmpdir(), 'mpt-code-'));
  });
  teardown(() => rm(home, { recursive: true, force: true }));

  test('is made for its user alone, and found again', async () => {
    const folder = ownFolder(home);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal(ownFolder(home), folder);
  });

  test('is not used where others could write, or put another in its place', async () => {
    const folder = ownFolder(home);
    await chmod(folder, 0o755);
    assert.throws(() => ownFolder(home), /Other users can access/);
    await chmod(folder, 0o700);
    await chmod(home, 0o777);
    assert.throws(() => ownFolder(home), /Other users can access/);
    await chmod(home, 0o700);
    await rm(folder, { recursive: true });
    await mkdir(path.join(home, 'elsewhere'), { mode: 0o700 });
    await symlink(path.join(home, 'elsewhere'), folder);
    assert.throws(() => ownFolder(home), /Other users can access/);
  });
});

suite('the compile cache', () => {
  test('is left out on a Node that has none, as 22.0', () => {
    const coverage = process.env['NODE_V8_COVERAGE'];
    delete process.env['NODE_V8_COVERAGE'];
    try {
      useCompileCache({});
    } finally {
      if (coverage !== undefined) process.env['NODE_V8_COVERAGE'] = coverage;
    }
  });
});
