import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { positionOf } from '../../../../src/extension/connections/position.ts';
import { inFolders, moved, step } from '../../../../src/extension/tree/connectionOrder.ts';

const make = (id: string, createdAt: number, group?: string): ConnectionProfile => ({
  ...{ id, name: id, host: 'h', port: 3306, user: 'u', tls: 'preferred', createdAt },
  ...(group === undefined ? {} : { group }),
});
const sorted = (profiles: readonly ConnectionProfile[]): ConnectionProfile[] =>
  profiles.toSorted((a, b) => positionOf(a) - positionOf(b) || a.id.localeCompare(b.id));
const apply = (profiles: readonly ConnectionProfile[], id: string, change: Partial<ConnectionProfile>): ConnectionProfile[] =>
  sorted(profiles.map((profile) => (profile.id === id ? { ...profile, ...change } : profile)));
const ids = (profiles: readonly ConnectionProfile[]): string => profiles.map(({ id }) => id).join('');

suite('order of connections', () => {
  const list = [make('a', 1), make('b', 2, 'G'), make('c', 3), make('d', 4, 'G')];

  test('those of a group stand together, where the first of them is', () => {
    const nodes = inFolders(list.map((profile) => ({ kind: 'connection', profile })));
    const shown = nodes.map((node) =>
      node.kind === 'folder'
        ? `${node.name}:${ids(node.connections.map(({ profile }) => profile))}`
        : node.kind === 'connection'
          ? node.profile.id
          : '?',
    );
    assert.deepEqual(shown, ['a', 'G:bd', 'c']);
  });

  test('dropped before another, into a group, and out of it', () => {
    assert.equal(ids(apply(list, 'c', moved(list, 'c', { before: 'a' }))), 'cabd');
    const into = apply(list, 'a', moved(list, 'a', { group: 'G' }));
    assert.deepEqual([ids(into), into.find(({ id }) => id === 'a')?.group], ['bcda', 'G']);
    const out = apply(list, 'b', moved(list, 'b', { group: undefined }));
    assert.deepEqual([ids(out), out.find(({ id }) => id === 'b')?.group], ['acdb', undefined]);
    assert.deepEqual(moved(list, 'a', { group: 'new' }).group, 'new');
    assert.deepEqual(moved([make('a', 5)], 'a', { group: undefined }), { group: undefined, position: 0 });
  });

  test('a step goes to the neighbor of the same group, and no further than the ends', () => {
    const go = (id: string, by: -1 | 1): string => {
      const drop = step(list, id, by);
      return drop === undefined ? 'stays' : ids(apply(list, id, moved(list, id, drop)));
    };
    assert.deepEqual(
      [go('a', -1), go('a', 1), go('c', -1), go('d', -1), go('d', 1), go('b', 1)],
      ['stays', 'bcda', 'cabd', 'adbc', 'stays', 'acdb'],
    );
    assert.equal(step(list, 'nobody', 1), undefined);
  });

  test('a move puts one connection before another, and leaves the order of the others', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 1e12 }), { minLength: 2, maxLength: 10 }),
        fc.nat(),
        fc.nat(),
        (times, from, to) => {
          const profiles = sorted(times.map((at, i) => make(String.fromCharCode(97 + i), at)));
          const one = profiles[from % profiles.length]?.id ?? '';
          const other = profiles[to % profiles.length]?.id ?? '';
          fc.pre(one !== other);
          const after = ids(apply(profiles, one, moved(profiles, one, { before: other })));
          assert.equal(after.replace(one, ''), ids(profiles).replace(one, ''));
          assert.equal(after.indexOf(one) + 1, after.indexOf(other));
        },
      ),
    );
  });
});
