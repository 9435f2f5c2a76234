import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UndoFolder, undoDigest } from '../../../../src/engine/writes/undoFolder.ts';
import { parseUndoRecord } from '../../../../src/engine/writes/undoRecord.ts';

suite('scripts to undo', () => {
  let folder: string;
  setup(async () => (folder = await mkdtemp(path.join(tmpdir(), 'mpt-undo-'))));
  teardown(() => rm(folder, { recursive: true }));

  test('say what they are, for their user alone, and go after a day', async () => {
    const undo = new UndoFolder(() => Promise.resolve(path.join(folder, 'undo')), { hasWindow: true });
    await undo.sweep(); // the folder need not be there
    const script = { sql: 'DELETE FROM t;\n', file: 'DELETE FROM t;\n', statements: 1, rows: 3, fires: ['audit (AFTER INSERT)\nx'] };
    const record = { version: 1, server: 'a:3306', tables: [] } as const;
    const names = { connection: 'shop\n; DROP TABLE x', preview: 'ab'.repeat(32) };
    const kept = (await undo.keep(record, script, names)) ?? assert.fail();
    const [file, written] = [kept.script ?? assert.fail(), kept.record ?? assert.fail()];
    assert.equal(written.digest, undoDigest(await readFile(written.file)));
    assert.deepEqual(parseUndoRecord(await readFile(written.file, 'utf8')), record);
    assert.equal((await stat(written.file)).mode & 0o777, 0o600);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('-- '));
    assert.deepEqual(lines, ['DELETE FROM t;']);
    assert.match(await readFile(file, 'utf8'), /^-- A COPY OF DATA: the 3 rows/);
    assert.match(
      await readFile(file, 'utf8'),
      /^-- Running it fires triggers, which may change the rows again, and more: audit \(AFTER INSERT\) x\.$/m,
    );
    const own = path.join(folder, 'undo', 'notes.sql');
    await writeFile(own, 'mine');
    const past = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const one of [file, written.file, own]) await utimes(one, past, past);
    await undo.sweep();
    assert.deepEqual(await readdir(path.join(folder, 'undo')), ['notes.sql']);
  });

  test('without a window no copy of data is kept that only a window could use', async () => {
    const undo = new UndoFolder(() => Promise.resolve(path.join(folder, 'undo')));
    const record = { version: 1, server: 'a:3306', tables: [] } as const;
    const names = { connection: 'shop', preview: 'ab'.repeat(32) };
    assert.equal(await undo.keep(record, undefined, names), undefined);
    const kept = await undo.keep(record, { sql: 'x', file: 'x', statements: 1, rows: 1, fires: [] }, names);
    assert.equal(kept?.record, undefined);
    assert.deepEqual(await readdir(path.join(folder, 'undo')), [path.basename(kept?.script ?? '')]);
  });
});
