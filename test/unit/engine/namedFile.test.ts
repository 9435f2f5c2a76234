import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loginMethods } from '../../../src/engine/driver/ssh/sshLogin.ts';
import { tlsOptions } from '../../../src/engine/driver/tls.ts';
import { readNamedFile } from '../../../src/engine/namedFile.ts';

suite('files that a connection names', () => {
  let folder: string;
  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-named-'));
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  test('reads a file as it is, up to the limit', async () => {
    const file = path.join(folder, 'ca.pem');
    const bytes = Buffer.from('-----BEGIN\u00e4\n'.repeat(1000));
    await writeFile(file, bytes);
    assert.deepEqual(await readNamedFile(file), bytes);
    assert.deepEqual(await readNamedFile(file, bytes.length), bytes);
    await assert.rejects(readNamedFile(file, bytes.length - 1), /it is larger than/);
    await writeFile(file, '');
    assert.equal((await readNamedFile(file)).length, 0);
  });

  test('rejects with what the system says of a file that is missing', async () => {
    await assert.rejects(readNamedFile(path.join(folder, 'missing')), { code: 'ENOENT' });
  });

  if (process.platform !== 'win32')
    test('reads neither devices that never end, nor pipes that nobody writes to, nor folders', async () => {
      const pipe = path.join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      for (const name of ['/dev/zero', '/dev/tty', '/dev/random', pipe, folder])
        await assert.rejects(readNamedFile(name), (error: Error) => /not a regular file|ENXIO|EISDIR/.test(error.message), name);
    });

  if (process.platform !== 'win32')
    test('certificates and keys of a connection that are none end its login, and hold up no other', async () => {
      const pipe = path.join(folder, 'key');
      execFileSync('mkfifo', [pipe]);
      const route = { host: 'h', port: 22, user: 'u', keyIsNamed: true, agent: undefined, onlyTheseKeys: true, secret: {} };
      for (const file of ['/dev/zero', pipe]) {
        const target = { host: 'h', port: 1, user: 'u', tls: 'verify-ca', tlsFiles: { ca: file } } as const;
        await assert.rejects(tlsOptions(target), { code: 'tls.failed' });
        await assert.rejects(loginMethods({ ...route, keyFiles: [file] } as unknown as Parameters<typeof loginMethods>[0]), {
          code: 'ssh.failed',
        });
      }
    });
});
