import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWholeFile } from '../../../src/extension/files/wholeFile.ts';

suite('files that are written whole or not at all', () => {
  let folder: string;
  let target: string;

  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-whole-'));
    target = path.join(folder, 'orders.csv');
  });
  teardown(() => rm(folder, { recursive: true }));

  test('leaves the file that was there as it was where writing fails half-way', async () => {
    await writeFile(target, 'of last year');
    const failing = writeWholeFile(target, async (file) => {
      await file.writeFile('id,no');
      throw new Error('The server is gone.');
    });
    await assert.rejects(failing, /The server is gone/);
    assert.equal(await readFile(target, 'utf8'), 'of last year');
    assert.deepEqual(await readdir(folder), ['orders.csv']);
  });

  test('takes no file of somebody else beside it', async () => {
    await writeFile(`${target}.part`, 'of somebody');
    assert.equal(
      await writeWholeFile(target, async (file) => {
        await file.writeFile('id\r\n');
        return 1;
      }),
      1,
    );
    assert.equal(await readFile(`${target}.part`, 'utf8'), 'of somebody');
    assert.equal(await readFile(target, 'utf8'), 'id\r\n');
    assert.deepEqual((await readdir(folder)).sort(), ['orders.csv', 'orders.csv.part']);
  });

  test('keeps who may read a file that it replaces, and lets nobody else read a new one', async function () {
    if (process.platform === 'win32') this.skip();
    const modeOf = async (): Promise<number> => (await stat(target)).mode & 0o777;
    await writeWholeFile(target, (file) => file.writeFile('a'));
    assert.equal(await modeOf(), 0o600);
    await chmod(target, 0o664);
    await writeWholeFile(target, (file) => file.writeFile('b'));
    assert.equal(await modeOf(), 0o664);
  });
});
