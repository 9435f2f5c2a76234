import assert from 'node:assert/strict';
import { Repeats } from '../../../../src/extension/sqlEditor/repeats.ts';

suite('runs that are repeated by a double click or a held key', () => {
  test('each within half a second of the one before is a repeat, however long the key is held', () => {
    let now = 0;
    const repeats = new Repeats(() => now);
    assert.equal(repeats.next('a'), false);
    for (let i = 0; i < 100; i++) {
      now += 490;
      assert.equal(repeats.next('a'), true);
    }
    now += 500;
    assert.equal(repeats.next('a'), false);
  });

  test('another file is another thing', () => {
    const repeats = new Repeats(() => 0);
    assert.equal(repeats.next('a'), false);
    assert.equal(repeats.next('b'), false);
    assert.equal(repeats.next('b'), true);
  });
});
