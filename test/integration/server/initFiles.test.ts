import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';

const HUGE = 3 * 1024 ** 3;
const NOBODY = 65_534;

suite('mysql-pilot init: files that are not as usual', function () {
  this.timeout(60_000);
  let home: string;
  let file: string;

  suiteSetup(function () {
    if (process.platform === 'win32') this.skip();
  });
  setup(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'mpt-init-'));
    file = path.join(home, '.cursor/mcp.json');
    await mkdir(path.dirname(file));
  });
  teardown(() => rm(home, { recursive: true, force: true }));

  const init = (...more: string[]): Promise<{ code: number; out: string }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [SERVER_BUNDLE, 'init', '--client', 'cursor', '--yes', ...more],
        { env: { HOME: home, PATH: process.env['PATH'] }, cwd: home, timeout: 10_000 },
        (error, stdout) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), out: stdout });
        },
      );
    });

  const refusals: Readonly<Record<string, () => Promise<unknown>>> = {
    'a pipe that nobody writes to': () => Promise.resolve(spawnSync('mkfifo', [file])),
    'a link to a device that never ends': () => symlink('/dev/zero', file),
    'a link to a file that does not exist': () => symlink('../dotfiles/mcp.json', file),
    'a link to itself': () => symlink('mcp.json', file),
    'a folder': () => mkdir(file),
    'a file of 3 GB': async () => {
      await writeFile(file, '');
      await truncate(file, HUGE);
    },
    'a file that its owner has made read-only': async () => {
      await writeFile(file, '{}');
      await chmod(file, 0o444);
    },
    'a read-only file behind a link': async () => {
      await writeFile(path.join(home, 'real.json'), '{}');
      await chmod(path.join(home, 'real.json'), 0o444);
      await symlink('../real.json', file);
    },
  };
  for (const [title, make] of Object.entries(refusals))
    test(`${title} is left as it is, and said at once`, async () => {
      await make();
      const before = await lstat(file);
      const { code, out } = await init();
      assert.equal(code, 1, out);
      assert.match(out, /\n {2}(?:The|This) .*\.\n/);
      const after = await lstat(file);
      assert.deepEqual([after.ino, after.mode, after.size], [before.ino, before.mode, before.size]);
      assert.deepEqual(await readdir(path.dirname(file)), ['mcp.json']);
      if (before.isSymbolicLink()) assert.ok((await readlink(file)).length > 0);
      if (title.startsWith('a read-only')) assert.equal(await readFile(file, 'utf8'), '{}');
    });

  test('the owner of a file stays', async function () {
    if (process.getuid?.() !== 0) this.skip(); // only root can write files of others here
    await writeFile(file, '{}', { mode: 0o600 });
    await chown(file, NOBODY, NOBODY);
    assert.equal((await init()).code, 0);
    const { uid, gid, mode } = await stat(file);
    assert.deepEqual([uid, gid, mode & 0o777], [NOBODY, NOBODY, 0o600]);
  });

  test('a second name of a file is not left with the old text unsaid', async () => {
    await writeFile(file, '{}');
    await link(file, path.join(home, 'second.json'));
    const { code, out } = await init();
    assert.equal(code, 1, out);
    assert.match(out, /other names/);
    assert.deepEqual([await readFile(file, 'utf8'), await readFile(path.join(home, 'second.json'), 'utf8')], ['{}', '{}']);
  });
});
