import assert from 'node:assert/strict';
import { shownText } from '../../../src/webview/shownText.ts';

suite('text that panels show', () => {
  test('writes changes of direction, controls and what takes no room as their codes', () => {
    assert.equal(shownText('x\u202Elqs.dne:1'), 'x<U+202E>lqs.dne:1');
    for (const hidden of ['\u0000', '\u001B', '\u007F', '\u0085', '\u061C', '\u200B', '\u200E', '\u2028', '\u2066', '\u2069', '\uFEFF'])
      assert.match(shownText(`a${hidden}b`), /^a<U\+[0-9A-F]{4}>b$/);
  });

  test('leaves everything else as it is, joined emoji and scripts that need joiners among it', () => {
    for (const text of ['', 'a b\tc\nd\re', '한국어', 'שלום', '👨\u200D👩\u200D👧', 'می\u200Cخواهم', 'e\u0301', '<b>&amp;'])
      assert.equal(shownText(text), text);
  });
});
