import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isPrintableLine, toPrintableLine } from '../../../../src/engine/driver/printableLine.ts';

suite('names on one line', () => {
  test('whatever a file holds, its name is one visible line, and a good one stays as it is (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = toPrintableLine(text, 'MySQL');
        assert.ok(isPrintableLine(name) && name !== '' && name.length <= 200 && name === name.trim());
        if (isPrintableLine(text) && text.trim() !== '' && text.length <= 200) assert.equal(name, text.replaceAll(/\s+/g, ' ').trim());
      }),
    );
  });

  test('ends of lines, directions and characters without width are none of a name', () => {
    for (const text of ['a\nb', 'a\r', 'a\u2028b', 'a\u202Eb', 'a\u200Bb', '\uFEFFa', 'a\u0000', 'a\u{E0041}', '\uD800', 'a\tb'])
      assert.ok(!isPrintableLine(text), JSON.stringify(text));
    for (const text of ['Produktion (Größe)', '운영 DB', '本番', '🟢 dev', 'a b']) assert.ok(isPrintableLine(text), text);
    assert.equal(toPrintableLine('\n\u200B', 'MySQL'), 'MySQL');
    assert.equal(toPrintableLine(`${'a'.repeat(199)}👍`, 'MySQL').length, 199);
  });
});
