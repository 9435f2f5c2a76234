import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportRows } from '../../../../../src/engine/query/exports/exportRead.ts';

suite('a file that rows go to', () => {
  let folder: string;
  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-sink-'));
  });
  suiteTeardown(() => rm(folder, { recursive: true }));

  test('takes no more than the disk has room for', async () => {
    const rows = Array.from({ length: 5 }, () => ['x'.repeat(300_000)]);
    const columns = [
      { name: 'a', type: 253, enumerated: false, binary: false, geometry: undefined, numeric: undefined, source: undefined },
    ];
    const write = async (name: string, maxBytes: number | undefined): Promise<number> => {
      const file = await open(path.join(folder, name), 'wx');
      try {
        return (await exportRows({ columns, rows } as never, { file, maxBytes, format: 'jsonl', table: 't', progress: () => undefined }))
          .rows;
      } finally {
        await file.close();
      }
    };
    await assert.rejects(write('small', 100_000), /^PilotError: The disk is too full for the whole result\./);
    assert.equal(await write('large', 10_000_000), 5);
    assert.equal(await write('any', undefined), 5);
  });
});
