import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheOptions } from '../../../../../src/engine/query/reads/cacheOptions.ts';
import { ResultCache } from '../../../../../src/engine/query/reads/resultCache.ts';
import { ResultCollector } from '../../../../../src/engine/query/results/resultCollector.ts';
import type { ResultSet } from '../../../../../src/engine/query/results/resultSet.ts';

const LASTING: CacheOptions = { entries: 3, lifetimeMs: 60_000, eviction: 'lru', sweepMs: 60_000, invalidation: 'targeted' };

suite('the cache of results', () => {
  const caches: ResultCache[] = [];
  teardown(() => {
    for (const cache of caches.splice(0)) cache.close();
  });

  const open = (changes: Partial<CacheOptions> = {}): ResultCache => {
    const cache = new ResultCache({ ...LASTING, ...changes });
    caches.push(cache);
    return cache;
  };
  const result = (cell: string, maxRows = 10): ResultSet => {
    const collector = new ResultCollector({ maxRows, maxCharacters: 10_000_000 });
    collector.row([cell]);
    collector.row([cell]);
    return collector.result();
  };
  const put = (cache: ResultCache, key: string, ...tables: string[]): void => {
    cache.put(
      key,
      { results: [result(key)], tables: tables.map((name) => ({ database: 'shop', name })), since: performance.now() },
      cache.epoch,
    );
  };
  const kept = (cache: ResultCache, ...keys: string[]): string => keys.filter((key) => cache.get(key) !== undefined).join('');

  test('says how old an answer is, and counts', () => {
    const cache = open();
    cache.put('a', { results: [result('x')], tables: [], since: performance.now() - 500 }, cache.epoch);
    const [found] = cache.get('a') ?? [];
    assert.deepEqual(found?.rows, [['x'], ['x']]);
    assert.ok((found.ageMs ?? 0) >= 500 && (found.ageMs ?? 0) < 5000, String(found.ageMs));
    assert.equal(cache.get('A'), undefined);
    assert.deepEqual(cache.figures, { hits: 1, misses: 0, evictions: 0, entries: 1, characters: 4 });
  });

  test('what makes room: the one unused for longest, or the oldest', () => {
    for (const [eviction, left] of [
      ['lru', 'acd'],
      ['fifo', 'bcd'],
      ['ttl', 'bcd'],
    ] as const) {
      const cache = open({ eviction });
      for (const key of ['a', 'b', 'c']) put(cache, key);
      cache.get('a');
      put(cache, 'd');
      assert.equal(kept(cache, 'a', 'b', 'c', 'd'), left, eviction);
      assert.equal(cache.figures.evictions, 1);
    }
  });

  test('an answer that is too old is not given, and is thrown away in time', async () => {
    const cache = open({ lifetimeMs: 20, sweepMs: 30 });
    put(cache, 'a');
    await sleep(25);
    assert.equal(cache.get('a'), undefined);
    put(cache, 'b');
    await sleep(100);
    assert.equal(cache.figures.entries, 0);
  });

  test('a write makes void what it may have changed: its tables, its databases, or all', () => {
    const orders = [{ database: 'SHOP', name: 'Orders' }];
    for (const [invalidation, left] of [
      ['targeted', 'b'],
      ['conservative', ''],
      ['aggressive', ''],
    ] as const) {
      const cache = open({ invalidation });
      put(cache, 'a', 'customers', 'orders');
      put(cache, 'b', 'customers');
      cache.written(orders);
      assert.equal(kept(cache, 'a', 'b'), left, invalidation);
    }
    const other = open({ invalidation: 'conservative' });
    put(other, 'a', 'orders');
    other.written([{ database: 'stock', name: 'orders' }]);
    assert.equal(kept(other, 'a'), 'a');
    other.written(undefined);
    assert.equal(kept(other, 'a'), '', 'nobody knows what was changed');
  });

  test('what was read before a write is not kept behind it', () => {
    const cache = open();
    const { epoch } = cache;
    cache.written([{ database: 'shop', name: 'customers' }]);
    cache.put('a', { results: [result('x')], tables: [], since: 0 }, epoch);
    assert.equal(cache.get('a'), undefined);
  });

  test('what was cut or is large is not kept', () => {
    const cache = open();
    cache.put('a', { results: [result('x', 1)], tables: [], since: performance.now() }, cache.epoch);
    cache.put('b', { results: [result('x'.repeat(600_000))], tables: [], since: performance.now() }, cache.epoch);
    assert.equal(kept(cache, 'a', 'b'), '');
  });
});
