import assert from 'node:assert/strict';
import { fitColumns } from '../../../../src/webview/results/columnWidths.ts';
import { RowCache } from '../../../../src/webview/results/rowCache.ts';

suite('rows in the view', () => {
  test('a row that is missing is asked for once, with those around it', () => {
    const asked: [number, number][] = [];
    const cache = new RowCache((start, count) => asked.push([start, count]));
    assert.equal(cache.row(205), undefined);
    assert.equal(cache.row(206), undefined);
    assert.deepEqual(asked, [[200, 200]]);
    cache.add(
      200,
      Array.from({ length: 200 }, (_, i) => [String(200 + i)]),
    );
    assert.deepEqual(cache.row(205), ['205']);
  });

  test('the oldest pages are forgotten, and asked for again', () => {
    const asked: number[] = [];
    const cache = new RowCache((start) => asked.push(start));
    for (let start = 0; start < 60 * 200; start += 200) cache.add(start, [['x']]);
    assert.equal(cache.row(0), undefined);
    assert.deepEqual(cache.row(59 * 200), ['x']);
    assert.deepEqual(asked, [0]);
  });

  test('columns fit their names and rows, within limits', () => {
    const columns = [
      { name: 'id', align: 'end' },
      { name: 'a_rather_long_name', align: 'start' },
      { name: 'text', align: 'start' },
    ] as const;
    const [id = 0, long = 0, text = 0] = fitColumns(columns, [['1', null, 'x'.repeat(1000)]], 8);
    assert.ok(id >= 48 && id < 80, String(id));
    assert.ok(long > 18 * 8, String(long));
    assert.equal(text, 420);
  });
});
