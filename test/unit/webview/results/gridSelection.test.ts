import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GridSelection } from '../../../../src/webview/results/gridSelection.ts';

const SIZE = { rows: 100, columns: 5, page: 10 };
const key = (name: string, modifiers: { ctrlKey?: boolean; shiftKey?: boolean } = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...modifiers,
});

suite('the selection of a grid', () => {
  test('arrows move and stop at the edges; above the first row is the header', () => {
    const selection = new GridSelection();
    for (const name of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) assert.ok(selection.press(key(name), SIZE));
    assert.deepEqual(selection.active, { row: 1, column: 1 });
    for (let i = 0; i < 5; i++) selection.press(key('ArrowUp'), SIZE);
    assert.deepEqual(selection.active, { row: -1, column: 1 });
    assert.deepEqual(selection.ranges, []);
  });

  test('Shift extends from where it began, in any direction', () => {
    const selection = new GridSelection();
    selection.select({ row: 5, column: 2 });
    for (const name of ['ArrowUp', 'ArrowLeft']) selection.press(key(name, { shiftKey: true }), SIZE);
    assert.deepEqual(selection.ranges, [{ fromRow: 4, toRow: 5, fromColumn: 1, toColumn: 2 }]);
    assert.ok(selection.holds(4, 1) && !selection.holds(6, 1));
  });

  test('Home, End, pages and Control as the ARIA pattern has them [F77]', () => {
    const selection = new GridSelection();
    const at = (...pressed: Parameters<typeof key>) => {
      assert.ok(selection.press(key(...pressed), SIZE));
      return [selection.active.row, selection.active.column];
    };
    assert.deepEqual(at('PageDown'), [10, 0]);
    assert.deepEqual(at('End'), [10, 4]);
    assert.deepEqual(at('End', { ctrlKey: true }), [99, 4]);
    assert.deepEqual(at('PageDown'), [99, 4]);
    assert.deepEqual(at('Home', { ctrlKey: true }), [0, 0]);
    assert.deepEqual(at('ArrowDown', { ctrlKey: true }), [99, 0]);
  });

  test('Space with Control is the column, with Shift the row, and Control+A is all', () => {
    const selection = new GridSelection();
    selection.select({ row: 3, column: 2 });
    selection.press(key(' ', { ctrlKey: true }), SIZE);
    assert.deepEqual(selection.ranges, [{ fromRow: 0, toRow: 99, fromColumn: 2, toColumn: 2 }]);
    selection.select({ row: 3, column: 2 });
    selection.press(key(' ', { shiftKey: true }), SIZE);
    assert.deepEqual(selection.ranges, [{ fromRow: 3, toRow: 3, fromColumn: 0, toColumn: 4 }]);
    selection.press(key('a', { ctrlKey: true }), SIZE);
    assert.ok(selection.holds(0, 0) && selection.holds(99, 4));
  });

  test('ranges are added with Control, and a key that means nothing is left to others', () => {
    const selection = new GridSelection();
    selection.select({ row: 1, column: 1 });
    selection.select({ row: 5, column: 3 }, { add: true });
    assert.equal(selection.ranges.length, 2);
    assert.equal(selection.press(key('Tab'), SIZE), false);
    assert.equal(selection.press(key('x'), SIZE), false);
  });

  test('whatever is pressed, the active cell is in the grid', () => {
    const names = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', ' ', 'a'];
    const pressed = fc.record({ key: fc.constantFrom(...names), ctrlKey: fc.boolean(), metaKey: fc.boolean(), shiftKey: fc.boolean() });
    const size = fc.record({
      rows: fc.integer({ min: 1, max: 30 }),
      columns: fc.integer({ min: 1, max: 4 }),
      page: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(pressed, { maxLength: 40 }), size, (keys, grid) => {
        const selection = new GridSelection();
        for (const one of keys) {
          selection.press(one, grid);
          const { row, column } = selection.active;
          assert.ok(row >= -1 && row < grid.rows && column >= 0 && column < grid.columns);
          for (const { fromRow, toRow, fromColumn, toColumn } of selection.ranges)
            assert.ok(
              0 <= fromRow && fromRow <= toRow && toRow < grid.rows && 0 <= fromColumn && fromColumn <= toColumn && toColumn < grid.columns,
            );
        }
      }),
    );
  });
});
