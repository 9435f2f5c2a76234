import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { DECISION_MS, PendingPreviews } from '../../../../src/engine/writes/pendingPreviews.ts';
import type { WritePreview } from '../../../../src/engine/writes/writePreview.ts';

const identity = { label: '', server: '', account: '', database: '', sqlMode: '', since: undefined };
const preview = (id: string): WritePreview => ({ id, content: '', identity, statements: [], dryRun: { skipped: '' } });
const expired = (error: unknown): boolean => isPilotError(error, 'approval.expired');

suite('previews that wait for a decision', () => {
  test('each is taken once, and only what is there', () => {
    const pending = new PendingPreviews();
    pending.add(preview('a'));
    pending.add(preview('b'));
    assert.equal(pending.take('a').id, 'a');
    assert.throws(() => pending.take('a'), expired);
    assert.throws(() => pending.take('c'), expired);
    pending.drop('b');
    assert.throws(() => pending.take('b'), expired);
  });

  test('they wait for two minutes and no longer', async () => {
    assert.equal(DECISION_MS, 120_000);
    const pending = new PendingPreviews(30);
    pending.add(preview('a'));
    await sleep(60);
    assert.throws(() => pending.take('a'), expired);
  });
});
