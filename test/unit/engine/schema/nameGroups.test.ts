import assert from 'node:assert/strict';
import fc from 'fast-check';
import { groupNames } from '../../../../src/engine/schema/nameGroups.ts';

suite('many names in little room', () => {
  test('all of them where there is room', () => {
    assert.deepEqual(groupNames(['a', 'b_c'], 100), ['a', 'b_c']);
    assert.deepEqual(groupNames([], 0), []);
  });

  test('those that begin alike are one, with as many words as there is room for', () => {
    const names = ['orders', ...Array.from({ length: 12 }, (_, i) => `orders_2024_${String(i)}`), 'orders_2025_1', 'users'];
    assert.deepEqual(groupNames(names, 60), ['orders', 'orders_2024_* (12)', 'orders_2025_1', 'users']);
    assert.deepEqual(groupNames(names, 34), ['orders', 'orders_* (13)', 'users']);
    assert.equal(groupNames(names, 10), undefined);
  });

  test('every name is there, or counted in the one group that it belongs to', () => {
    const name = fc.stringMatching(/^[a-c]{1,2}(_[a-c0-9]{1,2}){0,5}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 60 }), fc.integer({ min: 20, max: 400 }), (names, room) => {
        const groups = groupNames(names, room);
        if (groups === undefined) return;
        assert.ok(groups.join(', ').length <= room);
        const plain = new Set(groups.filter((group) => !group.endsWith(')')));
        let counted = plain.size;
        for (const group of groups.filter((one) => one.endsWith(')'))) {
          const [, prefix = '', count] = /^(.*)\* \((\d+)\)$/.exec(group) ?? [];
          const members = names.filter((one) => one.startsWith(prefix) && !plain.has(one));
          assert.ok(members.length >= Number(count));
          counted += Number(count);
        }
        assert.equal(counted, names.length);
      }),
    );
  });
});
