import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isElsewhere, workFolders } from '../../../../src/server/start/workFolders.ts';

suite('folders that a program works in', () => {
  let folder: string;
  let own: string;
  let victim: string;

  setup(async () => {
    folder = await realpath(await mkdtemp(path.join(tmpdir(), 'mpt-folders-')));
    own = path.join(folder, 'own');
    victim = path.join(folder, 'victim');
    await mkdir(own);
    await mkdir(path.join(victim, '.git', 'worktrees', 'own'), { recursive: true });
  });
  teardown(() => rm(folder, { recursive: true }));

  const write = (file: string, text: string): Promise<void> => writeFile(path.join(folder, file), text);

  test('a worktree that its main repository knows has the main folder, too', async () => {
    await write('own/.git', `gitdir: ${victim}/.git/worktrees/own\n`);
    await write('victim/.git/worktrees/own/gitdir', `${own}/.git\n`);
    await write('victim/.git/worktrees/own/commondir', '../..\n');
    assert.deepEqual(await workFolders(own), [own, victim]);
  });

  test('a folder that brings what a main repository would say has its own alone', async () => {
    await mkdir(path.join(own, 'fake'));
    await write('own/.git', 'gitdir: fake\n');
    await write('own/fake/gitdir', '../.git\n');
    await write('own/fake/commondir', '../../victim/.git\n');
    assert.deepEqual(await workFolders(own), [own]);
  });

  test('a repository in a worktree is one of its own', async () => {
    await write('own/.git', `gitdir: ${victim}/.git/worktrees/own\n`);
    await write('victim/.git/worktrees/own/gitdir', `${own}/.git\n`);
    await write('victim/.git/worktrees/own/commondir', '../..\n');
    const inner = path.join(own, 'inner');
    await mkdir(path.join(inner, '.git'), { recursive: true });
    assert.deepEqual(await workFolders(inner), [inner]);
  });

  test('a pointer to a device that never ends is not read', async function () {
    if (process.platform === 'win32') this.skip();
    await symlink('/dev/zero', path.join(own, '.git'));
    assert.deepEqual(await workFolders(own), [own]);
  });

  test('a pointer to a share or a device of Windows is not followed, except from the same share', () => {
    const local = 'C:\\work\\.git';
    for (const named of ['\\\\evil\\share\\x', '//evil/share/x', '\\\\?\\UNC\\evil\\share\\x', '\\\\.\\pipe\\x', '\\/evil/share/x']) {
      assert.ok(isElsewhere(local, path.win32.resolve('C:\\work', named), path.win32), named);
      assert.ok(isElsewhere('\\\\good\\share\\work\\.git', path.win32.resolve('\\\\good\\share\\work', named), path.win32), named);
    }
    assert.ok(!isElsewhere(local, 'D:\\main\\.git\\worktrees\\a', path.win32));
    assert.ok(!isElsewhere('\\\\good\\share\\a\\.git', '\\\\GOOD\\share\\main\\.git', path.win32));
    assert.ok(!isElsewhere('/work/.git', '/main/.git', path.posix));
  });
});
