import assert from 'node:assert/strict';
import { requestedText } from '../../../../src/extension/writes/requestedText.ts';
import { translate } from '../../review/shownWrite.ts';

suite('who asks for a write that waits', () => {
  const at = new Date(2026, 10, 28, 14, 33, 25);

  test('requests of two agents, or of one at two times, read differently', () => {
    const later = new Date(at.getTime() + 1000);
    const texts = [
      requestedText({ client: 'Claude', at }, translate),
      requestedText({ client: 'Copilot', at }, translate),
      requestedText({ client: 'Claude', at: later }, translate),
      requestedText({ client: undefined, at }, translate),
    ];
    assert.equal(new Set(texts).size, texts.length);
    assert.match(texts[0] ?? '', /^Requested by Claude at .*33.*25/);
    assert.match(texts[3] ?? '', /^Requested by an unnamed program at/);
  });

  test('a long name of an agent is cut', () => {
    assert.ok(requestedText({ client: 'x'.repeat(10_000), at }, translate).length < 120);
  });
});
