import assert from 'node:assert/strict';
import { isPilotError } from '../../../../../src/engine/errors.ts';
import { Stop } from '../../../../../src/engine/query/reads/stop.ts';

const HOUR = 3_600_000;
const never = new Promise<never>(() => undefined);

suite('stopping a call', () => {
  test('documents have less time than the call, and the error says why', async () => {
    const stop = new Stop(HOUR, undefined);
    stop.limitDocuments(5);
    await assert.rejects(stop.race(never), (error) => isPilotError(error, 'statement.timeout') && error.message.includes('JSON documents'));
    stop.dispose();
  });

  test('a limit that was lifted, or is none, stops nothing', async () => {
    const stop = new Stop(HOUR, undefined);
    stop.limitDocuments(5)();
    stop.limitDocuments(undefined)();
    const later = new Promise<string>((resolve) => setTimeout(resolve, 30, 'done'));
    assert.equal(await stop.race(later), 'done');
    stop.dispose();
  });

  test('no limit is left when the call has ended', async () => {
    const stop = new Stop(HOUR, undefined);
    stop.limitDocuments(5);
    stop.dispose();
    const later = new Promise<string>((resolve) => setTimeout(resolve, 30, 'done'));
    assert.equal(await stop.race(later), 'done');
  });
});
