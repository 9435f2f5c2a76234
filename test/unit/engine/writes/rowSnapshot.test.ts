import assert from 'node:assert/strict';
import { RowSetDigest } from '../../../../src/engine/writes/rowSetDigest.ts';
import { RowSnapshot } from '../../../../src/engine/writes/rowSnapshot.ts';

suite('rows that are kept of many', () => {
  const long = 'x'.repeat(200_000);
  const rows = [
    ['1', 'a'],
    ['2', long],
    ['3', 'c'],
  ];

  test('are the first ones: none is missing in between', () => {
    const snapshot = new RowSnapshot(10, 100_000);
    const digest = new RowSetDigest();
    for (const row of rows) {
      snapshot.row([...row]);
      digest.row([...row]);
    }
    assert.deepEqual(
      [snapshot.table.rows, digest.sample.rows].map((kept) => kept.map(([id]) => id)),
      [['1'], ['1']],
    );
    assert.deepEqual([snapshot.count, snapshot.allKept, snapshot.whole], [3, false, true]);
  });

  test('are all of them where they fit', () => {
    const snapshot = new RowSnapshot(3, 300_000);
    for (const row of rows) snapshot.row([...row]);
    assert.deepEqual([snapshot.table.rows.length, snapshot.allKept], [3, true]);
  });
});
