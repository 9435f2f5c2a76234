import assert from 'node:assert/strict';
import { wrapText } from '../../../../src/server/messages/wrapText.ts';

suite('text for a terminal', () => {
  test('breaks long lines at blanks, indents what goes on, and loses nothing', () => {
    const words = Array.from({ length: 60 }, (_, i) => `word${String(i)}`).join(' ');
    const text = `short\n  ${words}\n\n${'x'.repeat(200)} end`;
    const wrapped = wrapText(text);
    const lines = wrapped.split('\n');
    assert.ok(lines.filter((line) => !line.startsWith('x')).every((line) => line.length <= 120));
    assert.deepEqual(
      lines.map((line) => /^ */.exec(line)?.[0].length),
      [0, 2, 4, 4, 4, 0, 0, 2],
    );
    assert.equal(wrapped.replaceAll(/\s+/g, ' '), text.replaceAll(/\s+/g, ' '));
  });
});
