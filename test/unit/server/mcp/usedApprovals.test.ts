import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FolderRecord, ProcessRecord } from '../../../../src/server/mcp/usedApprovals.ts';

suite('the record of used approvals', () => {
  let folder: string;
  setup(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'mpt-approvals-')), 'approvals');
  });
  teardown(() => rm(path.dirname(folder), { recursive: true }));

  test('lets each be used once, in one process', async () => {
    const record = new ProcessRecord(60_000);
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
    assert.deepEqual([await record.use(one), await record.use(one), await record.use(other)], [true, false, true]);
    assert.notEqual(await record.name(), await new ProcessRecord(60_000).name());
  });

  test('lets each be used once where several share a folder, and has one name there', async () => {
    const records = Array.from({ length: 5 }, () => new FolderRecord(folder, 60_000));
    const [first] = records;
    const name = await first?.name();
    assert.deepEqual(
      await Promise.all(records.map((record) => record.name())),
      Array.from({ length: 5 }, () => name),
    );
    const nonce = crypto.randomUUID();
    const used = await Promise.all(records.map((record) => record.use(nonce)));
    assert.equal(used.filter(Boolean).length, 1);
  });

  test('refuses what is no number of an approval, and whatever it cannot write down', async () => {
    const record = new FolderRecord(folder, 60_000);
    await record.name();
    await assert.rejects(record.use('../elsewhere'));
    await assert.rejects(record.use(''));
    await writeFile(path.join(path.dirname(folder), 'file'), '');
    const broken = new FolderRecord(path.join(path.dirname(folder), 'file'), 60_000);
    await assert.rejects(broken.name());
    await assert.rejects(broken.use(crypto.randomUUID()));
  });

  test('forgets those that are no longer valid, and no others', async () => {
    const record = new FolderRecord(folder, 1000);
    await record.name();
    const [old, recent] = [crypto.randomUUID(), crypto.randomUUID()];
    assert.ok((await record.use(old)) && (await record.use(recent)));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path.join(folder, old), longAgo, longAgo);
    await record.use(crypto.randomUUID());
    const files = await readdir(folder);
    assert.ok(!files.includes(old) && files.includes(recent) && files.includes('name'));
  });
});
