import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fenced, indentedBlock, plainBlock, plainLine, visibleBlock, visibleLine } from '../../../src/engine/foreignText.ts';
import { hidesText, visibleText } from '../../../src/engine/text.ts';
import { propertyRuns } from '../../harness/depth.ts';

/** What VS Code makes a link of in messages. @see https://github.com/microsoft/vscode/blob/main/src/vs/base/common/linkedText.ts */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
/** And an icon of in labels. */
const ICON = /\$\([a-z0-9-]+(?:~[a-z]+)?\)/i;
const HOSTILE = [
  '[Fix it](command:workbench.action.terminal.sendSequence?%7B%7D)',
  '[a](https://example.com "t")',
  '$(check) Saved',
  '\\$(check)',
  '$$(check)',
  'a\nConnection: production\r\nAllowed: yes',
  '\u202Egnp.exe',
  '\u2066\u2067\u200B\u2028\u2029\uFEFF\u00AD',
  '\u001B[31mred\u001B]8;;https://example.com\u0007link\u001B]8;;\u0007',
  'a\0b\u0085c\u007f',
  '\uD800 alone',
  '\u{E0041}\u{E0042}',
];

suite('text that others have written', () => {
  const anything = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('[', ']', '(', ')', '$', '$(', 'command:x', '\n', '\u202E', '\u2060', 'a'), { maxLength: 20 })
      .map((parts) => parts.join('')),
  );

  test('becomes no link, no icon and no second line, and hides nothing (property)', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const line = plainLine(text);
        assert.doesNotMatch(line, LINK);
        assert.doesNotMatch(line, ICON);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cs}\u2028\u2029\u200B-\u200F\u202A-\u202E\u2061-\u206F\uFEFF]/u);
        const block = plainBlock(text);
        assert.doesNotMatch(block, LINK);
        assert.doesNotMatch(block, ICON);
        assert.doesNotMatch(block, /[\p{Cs}\u2028\u2029\u200B-\u200F\u202A-\u202E]|(?![\n\t])\p{Cc}/u);
      }),
      { numRuns: propertyRuns(5000) },
    );
  });

  test('what SQL shows as an escape is seen everywhere, and the other way round (property)', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const hidden = hidesText(text.replaceAll(/[\uFE00-\uFE0F]/g, ''));
        assert.equal(visibleLine(text) !== text, hidden);
        assert.equal(hidesText(visibleText(text)), false);
      }),
      { numRuns: propertyRuns(5000) },
    );
  });

  test('ordinary text stays as it is', () => {
    for (const text of ['orders', 'Größe (cm)', '주문', '日本語', "can't [be] 'this' (or) $5", 'a/b: c', 'mysql://user@host:3306/db', '👍'])
      assert.equal(plainLine(text), text);
    assert.equal(plainBlock('SELECT 1\n\tFROM t'), 'SELECT 1\n\tFROM t');
  });

  test('a megabyte is cut', () => {
    const text = '[a](command:b)$(c)\u202E'.repeat(50_000);
    assert.ok(plainLine(text).length < 20_000);
  });

  test('in a block of code nothing is markup, and in a document nothing is hidden and no line begins as ours (property)', () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.stringMatching(/^[`~\n -]{0,20}$/)), (text) => {
        const [first = '', ...rest] = fenced(visibleBlock(text), 'sql').split('\n');
        const fence = first.replace(/sql$/, '');
        assert.equal(rest.at(-1), fence);
        assert.ok(!rest.slice(0, -1).some((line) => line.trimStart().startsWith(fence)));
        for (const line of indentedBlock(text).split('\n')) assert.match(line, /^ {4}/);
        assert.doesNotMatch(indentedBlock(text), /[\p{Cs}\u2028\u2029\u200B-\u200F\u202A-\u202E\u2060-\u206F]|(?![\n\t])\p{Cc}/u);
      }),
      { numRuns: propertyRuns(2000) },
    );
    assert.equal(indentedBlock("SELECT 'a\n-- Held to these rows'"), "    SELECT 'a\n    -- Held to these rows'");
  });
});
