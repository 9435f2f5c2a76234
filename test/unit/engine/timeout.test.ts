import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { withTimeout } from '../../../src/engine/timeout.ts';

suite('timeout', () => {
  test('what comes in time comes, what is late does not, and a late failure harms nobody', async () => {
    assert.equal(await withTimeout(1000, Promise.resolve(5)), 5);
    assert.equal(await withTimeout(1, sleep(30, 5)), undefined);
    await assert.rejects(withTimeout(1000, Promise.reject(new Error('x'))), /x/);
    const failure = sleep(10, 5).then((): number => {
      throw new Error('late');
    });
    assert.equal(await withTimeout(1, failure), undefined);
    await sleep(30);
  });
});
