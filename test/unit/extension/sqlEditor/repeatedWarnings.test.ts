import assert from 'node:assert/strict';
import { warningTexts } from '../../../../src/extension/sqlEditor/repeatedWarnings.ts';

suite('warnings of a statement', () => {
  test('those that say the same are one, in the place of the first; others stay', () => {
    const wrong = { level: 'Warning', errno: 1292, message: "Truncated incorrect DOUBLE value: 'x'" } as const;
    const note = { level: 'Note', errno: 1051, message: "Unknown table 'shop.a'" } as const;
    const other = { ...note, message: "Unknown table 'shop.b'" };
    assert.deepEqual(warningTexts([wrong, note, wrong, other, wrong]), [
      { level: 'Warning', text: "Warning 1292: Truncated incorrect DOUBLE value: 'x' (× 3)" },
      { level: 'Note', text: "Note 1051: Unknown table 'shop.a'" },
      { level: 'Note', text: "Note 1051: Unknown table 'shop.b'" },
    ]);
    assert.deepEqual(warningTexts([]), []);
  });

  test('the words of the server stay on one line, so that none looks like one of ours', () => {
    assert.deepEqual(warningTexts([{ level: 'Warning', errno: 1642, message: 'a\nConnection: development' }]), [
      { level: 'Warning', text: 'Warning 1642: a↵Connection: development' },
    ]);
  });
});
