import assert from 'node:assert/strict';
import { lazy } from '../../../src/engine/lazy.ts';

suite('what is loaded when it is needed', () => {
  test('is loaded once, by the first who needs it', async () => {
    let loads = 0;
    const one = lazy(() => Promise.resolve(++loads));
    const isLoaded = (): boolean => one.loaded !== undefined;
    assert.equal(isLoaded(), false);
    assert.deepEqual(await Promise.all([one.get(), one.get()]), [1, 1]);
    assert.equal(isLoaded(), true);
  });

  test('is loaded again where it failed, and those who waited are told', async () => {
    let loads = 0;
    const one = lazy(() => (++loads === 1 ? Promise.reject(new Error('EMFILE')) : Promise.resolve(loads)));
    const waiting = [one.get(), one.get()];
    for (const each of waiting) await assert.rejects(each, /EMFILE/);
    assert.equal(await one.get(), 2);
  });
});
