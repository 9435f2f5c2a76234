import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditLog } from '../../../../src/engine/observability/auditLog.ts';

suite('the record of calls', () => {
  let folder: string;
  setup(async () => (folder = await mkdtemp(path.join(tmpdir(), 'mpt-audit-'))));
  teardown(() => rm(folder, { recursive: true }));

  const open = (session = '1-a'): AuditLog =>
    new AuditLog(() => Promise.resolve(path.join(folder, 'audit')), { session: () => session, client: () => 'test' });
  const lines = async (): Promise<string[]> => {
    const names = await readdir(path.join(folder, 'audit'));
    const texts = await Promise.all(names.sort().map((name) => readFile(path.join(folder, 'audit', name), 'utf8')));
    return texts.join('').trimEnd().split('\n');
  };

  test('one line each, in order, with who and when', async () => {
    const log = open();
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => log.write({ event: 'call', call: i, tool: 'mysql_query', sql: 'a\nb' }, i % 10 === 0)),
    );
    await log.close();
    const read = (await lines()).map((line) => JSON.parse(line) as { call: number; session: string; client: string; time: string });
    assert.deepEqual(
      read.map(({ call }) => call),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.deepEqual([read[0]?.session, read[0]?.client], ['1-a', 'test']);
    assert.ok(Math.abs(Date.parse(read[0]?.time ?? '') - Date.now()) < 60_000);
  });

  test('for its user alone; a full file is followed by the next', async () => {
    const log = open();
    const sql = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 12; i++) await log.write({ event: 'call', call: i, tool: 't', sql });
    await log.close();
    const names = await readdir(path.join(folder, 'audit'));
    assert.equal(names.length, 2);
    for (const name of names) assert.equal((await stat(path.join(folder, 'audit', name))).mode & 0o777, 0o600);
    assert.equal((await lines()).length, 12);
  });

  test('old files go, others stay', async () => {
    const first = open('2-b');
    await first.write({ event: 'call', call: 1, tool: 't' });
    await first.close();
    const audit = path.join(folder, 'audit');
    const old = path.join(audit, 'audit-2020-01-01-1-a-0.jsonl');
    await writeFile(old, '{}\n');
    await writeFile(path.join(audit, 'mine.txt'), '');
    const past = new Date(Date.now() - 100 * 24 * 3600 * 1000);
    await utimes(old, past, past);
    await utimes(path.join(audit, 'mine.txt'), past, past);
    const log = open('3-c');
    await log.write({ event: 'call', call: 1, tool: 't' });
    await log.close();
    const names = await readdir(audit);
    assert.ok(!names.includes(path.basename(old)) && names.includes('mine.txt') && names.length === 3, names.join());
  });

  test('what cannot be written is told, and the next line is tried again', async () => {
    await writeFile(path.join(folder, 'audit'), 'a file in the way');
    const log = open();
    await assert.rejects(log.write({ event: 'intent', call: 1, tool: 't' }, true));
    await rm(path.join(folder, 'audit'));
    await log.write({ event: 'intent', call: 2, tool: 't' }, true);
    await log.close();
    assert.equal((await lines()).length, 1);
  });
});
