import assert from 'node:assert/strict';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileSink } from '../../../../../src/engine/query/exports/fileSink.ts';
import { rowWriter } from '../../../../../src/engine/query/exports/exportFormats.ts';
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

  test('misses a row that was shown twice and came once', async () => {
    const columns = [{ name: 'a', type: 253, binary: false }];
    const writeShown = async (name: string, rows: readonly string[]): Promise<void> => {
      const file = await open(path.join(folder, name), 'wx');
      try {
        const options = { file, format: 'csv', table: 't', progress: () => undefined, shown: [['same'], ['same'], ['other']] } as const;
        const sink = new FileSink(options, await rowWriter(options));
        sink.columns(columns);
        for (const row of rows) void sink.row([row]);
        await sink.finish();
      } finally {
        await file.close();
      }
    };
    await writeShown('all', ['other', 'same', 'new', 'same']);
    await assert.rejects(writeShown('fewer', ['other', 'same', 'new']), /The rows on the server differ from those shown/);
  });
});
