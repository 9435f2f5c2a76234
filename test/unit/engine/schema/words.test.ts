import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, nearest, wordsOf } from '../../../../src/engine/schema/words.ts';

suite('words of names', () => {
  for (const [text, words] of [
    ['customer_orders', ['customer', 'order']],
    ['CustomerOrders', ['customer', 'order']],
    ['HTTPServerURL', ['http', 'server', 'url']],
    ['categories', ['category']],
    ['addresses', ['address']],
    ['boxes', ['box']],
    ['status', ['status']],
    ['tbl2Users', ['tbl', '2', 'user']],
    ['größe', ['größe']],
    ['', []],
  ] as const) {
    test(text, () => {
      assert.deepEqual(wordsOf(text), words);
    });
  }

  test('the edit distance is a metric, and a swap of neighbors counts one', () => {
    assert.equal(editDistance('custmoer', 'customer', 3), 1);
    assert.equal(editDistance('abc', 'xyz', 1), 2);
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b, 20);
        assert.equal(distance, editDistance(b, a, 20));
        assert.equal(distance === 0, a === b);
        assert.ok(distance >= Math.abs(a.length - b.length) && distance <= Math.max(a.length, b.length));
      }),
    );
  });

  test('the nearest names share words or spelling', () => {
    const names = ['customers', 'customer_totals', 'orders', 'order_items', 'products'];
    assert.deepEqual(nearest('custmers', names, 1), ['customers']);
    assert.deepEqual(nearest('customer', names), ['customers', 'customer_totals']);
    assert.deepEqual(nearest('item', names), ['order_items']);
    assert.deepEqual(nearest('zebra', names), []);
  });
});
