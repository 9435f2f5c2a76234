import assert from 'node:assert/strict';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AuditLog } from '../../../../src/engine/observability/auditLog.ts';
import { readAuditLog } from '../../../../src/extension/audit/auditFiles.ts';

suite('the files of the audit log, read for a table', () => {
  let folder: string;
  setup(async () => (folder = await mkdtemp(path.join(tmpdir(), 'mpt-audit-'))));
  teardown(() => rm(folder, { recursive: true }));

  const line = (call: number, more: object = {}): string =>
    JSON.stringify({
      time: new Date(Date.UTC(2026, 0, 1) + call * 1000).toISOString(),
      session: '1-a',
      event: 'call',
      call,
      tool: 't',
      ...more,
    });
  const write = async (name: string, age: number, text: string): Promise<string> => {
    const file = path.join(folder, `audit-${name}.jsonl`);
    await writeFile(file, text);
    await utimes(file, new Date(), new Date(Date.now() - age * 1000));
    return file;
  };
  const calls = async (limits = { maxBytes: 1_000_000, maxCalls: 1000 }): Promise<{ numbers: number[]; isWhole: boolean }> => {
    const { calls, isWhole } = await readAuditLog(folder, limits);
    return { numbers: calls.map(({ call }) => call), isWhole };
  };

  test('there is none where no folder is, or no file of it', async () => {
    assert.equal((await readAuditLog(path.join(folder, 'missing'))).newest, undefined);
    await writeFile(path.join(folder, 'mine.txt'), line(1));
    assert.equal((await readAuditLog(folder)).newest, undefined);
  });

  test('what the audit log has written is read as it was written', async () => {
    const log = new AuditLog(() => Promise.resolve(folder), { session: () => '1-a', client: () => 'Agent' });
    await log.write({ event: 'call', call: 1, tool: 'mysql_query', connection: 'shop', sql: 'SELECT 1', milliseconds: 3 });
    await log.close();
    const { calls, newest, isWhole, unreadable } = await readAuditLog(folder);
    const [call] = calls;
    assert.deepEqual([call?.agent, call?.sql, call?.milliseconds, call?.place], ['Agent', 'SELECT 1', 3, { file: newest, line: 0 }]);
    assert.ok(isWhole);
    assert.equal(unreadable, 0);
  });

  test('a write that goes on in the next file of its session is one call', async () => {
    await write('0', 60, `${line(1, { event: 'intent' })}\n`);
    await write('1', 0, `${line(1, { event: 'outcome', outcome: 'committed' })}\n`);
    const { calls } = await readAuditLog(folder);
    assert.deepEqual(
      calls.map(({ outcome }) => outcome),
      ['committed'],
    );
  });

  test('no line end in a statement begins a line of its own', async () => {
    const forged = line(2, { tool: 'forged' });
    const lines = ['\u2028', '\u2029', '\u0085', '\r', '\r\n', '\n'].map((end, i) =>
      line(10 + i, { sql: `SELECT 1${end}${forged}${end}` }),
    );
    await write('0', 0, `${lines.join('\n')}\n`);
    const { calls, unreadable } = await readAuditLog(folder);
    assert.deepEqual(
      calls.map(({ call, tool }) => [call, tool]),
      [15, 14, 13, 12, 11, 10].map((call) => [call, 't']),
    );
    assert.equal(unreadable, 0);
  });

  test('a letter that two pieces of a file share is whole, and a last line without its end counts', async () => {
    const long = Array.from({ length: 20 }, (_, i) => line(i, { sql: 'ä한'.repeat(9000) }));
    await write('0', 0, long.join('\n'));
    const { calls } = await readAuditLog(folder);
    assert.equal(calls.length, 20);
    for (const { sql } of calls) assert.match(sql ?? '', /^[ä한]+$/);
  });

  test('older files and calls are left out where there are too many, which is told', async () => {
    const older = `${line(1)}\n${line(2)}\n`;
    await write('0', 60, older);
    await write('1', 0, `${line(3)}\n${line(4)}\n`);
    assert.deepEqual(await calls(), { numbers: [4, 3, 2, 1], isWhole: true });
    assert.deepEqual(await calls({ maxBytes: older.length + 1, maxCalls: 1000 }), { numbers: [4, 3], isWhole: false });
    assert.deepEqual(await calls({ maxBytes: 1_000_000, maxCalls: 3 }), { numbers: [4, 3, 2], isWhole: false });
    assert.deepEqual(await calls({ maxBytes: 10, maxCalls: 1000 }), { numbers: [], isWhole: false });
  });
});
