import assert from 'node:assert/strict';
import { StopSwitch } from '../../../src/engine/stopSignal.ts';

suite('stop signal', () => {
  test('tells who listens, once, and nobody who has left', () => {
    const stop = new StopSwitch();
    const told: string[] = [];
    const leaving = (): void => void told.push('left');
    stop.addEventListener('abort', () => told.push('stays'));
    stop.addEventListener('abort', leaving);
    stop.removeEventListener('abort', leaving);
    assert.equal(stop.aborted, false);
    stop.abort();
    stop.abort();
    assert.equal(stop.aborted, true);
    assert.deepEqual(told, ['stays']);
  });

  test('one that hears of it may leave, or make others leave', () => {
    const stop = new StopSwitch();
    const told: number[] = [];
    const second = (): void => void told.push(2);
    stop.addEventListener('abort', () => {
      told.push(1);
      stop.removeEventListener('abort', second);
    });
    stop.addEventListener('abort', second);
    stop.abort();
    assert.deepEqual(told, [1]);
  });
});
