import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Column } from '../../../../src/engine/driver/values.ts';
import { readableCell } from '../../../../src/extension/results/cellText.ts';
import { rowAt, shownRows } from '../../../../src/engine/query/results/rowOrder.ts';
import { selectedCells } from '../../../../src/extension/results/selection.ts';

suite('a cell in an editor', () => {
  test('JSON stands on lines of its own, empty ones on one, numbers to the last digit', () => {
    assert.deepEqual(readableCell('{"a": [1, 12345678901234567890], "b": {}, "c": [ ], "d": "x,{y}: \\"z\\"", "a": null}'), {
      text: '{\n  "a": [\n    1,\n    12345678901234567890\n  ],\n  "b": {},\n  "c": [],\n  "d": "x,{y}: \\"z\\"",\n  "a": null\n}',
      ending: '.jsonl',
    });
  });

  test('what is no JSON stays as it is', () => {
    assert.deepEqual(readableCell(null), { text: 'NULL', ending: '.txt' });
    assert.deepEqual(readableCell('[not JSON'), { text: '[not JSON', ending: '.txt' });
    assert.deepEqual(readableCell('plain\ntext'), { text: 'plain\ntext', ending: '.txt' });
  });

  test('any JSON says the same afterwards', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const { text } = readableCell(json);
        assert.deepEqual(JSON.parse(text), JSON.parse(json));
      }),
    );
  });
});

suite('selected cells', () => {
  const columns: readonly Column[] = ['a', 'b', 'c'].map((name) => ({ name, type: 253, binary: false }));
  const rows = [
    ['1', '2', '3'],
    ['4', '5', '6'],
    ['7', '8', null],
  ];
  const range = (fromRow: number, toRow: number, fromColumn: number, toColumn: number) => ({ fromRow, toRow, fromColumn, toColumn });

  test('without a selection all that are shown, in their order', () => {
    const ordered = { result: { columns, rows }, shown: Uint32Array.of(2, 0) };
    assert.equal(shownRows(ordered), 2);
    assert.deepEqual(rowAt(ordered, 0), ['7', '8', null]);
    assert.equal(rowAt(ordered, 2), undefined);
    assert.deepEqual(selectedCells(ordered, []).rows, [
      ['7', '8', null],
      ['1', '2', '3'],
    ]);
  });

  test('several ranges are one table of their rows and columns', () => {
    const all = { result: { columns, rows }, shown: undefined };
    const selected = selectedCells(all, [range(0, 0, 0, 0), range(2, 9, 2, 2)]);
    assert.deepEqual(
      selected.columns.map(({ name }) => name),
      ['a', 'c'],
    );
    assert.deepEqual(selected.rows, [
      ['1', '3'],
      ['7', null],
    ]);
  });
});
